#include "contrastive/training/checkpoint/run_state.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "contrastive/option_row.hpp"
#include "contrastive/option_rows.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"

namespace lagoon::contrastive {

// What nlohmann::json asks for, by rows. Rows point to members that may be set: those of a copy.
static void to_json(nlohmann::json& json, ModelOptions options) {
  json = to_json<nlohmann::json>(option_rows(options));
}
static void from_json(const nlohmann::json& json, ModelOptions& options) {
  from_json(json, option_rows(options));
}
static void to_json(nlohmann::json& json, ObjectiveOptions options) {
  json = to_json<nlohmann::json>(option_rows(options));
}
static void from_json(const nlohmann::json& json, ObjectiveOptions& options) {
  from_json(json, option_rows(options));
}
static void to_json(nlohmann::json& json, TrainingOptions options) {
  json = to_json<nlohmann::json>(option_rows(options));
  json["objective"] = options.objective;
}
static void from_json(const nlohmann::json& json, TrainingOptions& options) {
  from_json(json, option_rows(options));
  json.at("objective").get_to(options.objective);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PendingLog, n_steps, loss, gradient_norm)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StreamState, scheme, precision, steps_per_interval, step,
                                   tolerance, max_error, judged_by_file)

namespace {

using Json = nlohmann::json;
constexpr int kFormatVersion = 3;  // 1 knew one tilting and one loss, 2 one way to train

/// Training options that a resumed run may change or that change nothing, and the objective, which
/// is compared by itself.
std::vector<std::string> free_options(TrainingOptions training) {
  std::vector<std::string> names = {"objective"};
  for (const OptionRow& row : option_rows(training)) {
    if (!row.is_kept || !row.has_effect()) names.push_back(row.name);
  }
  return names;
}

std::uint64_t from_hex(const std::string& hex) {
  std::size_t used = 0;
  const std::uint64_t value = std::stoull(hex, &used, 16);
  require(used == hex.size(), "'" + hex + "' is not a hexadecimal number");
  return value;
}

/// Content of format version 1 as version 2 has it.
Json second_version(Json content) {
  Json& training = content.at("training");
  Json objective = ObjectiveOptions{};
  for (const char* weight : {"lambda_u", "lambda_v"}) {
    objective[weight] = training.at(weight);
    training.erase(weight);
  }
  training["objective"] = objective;
  content.at("model")["tilting"] = "cosine";
  return content;
}

/// Content of format version 2 as version 3 has it: its training options are those that are not
/// new, and nothing has been skipped or was best.
Json third_version(Json content) {
  Json training = TrainingOptions{};
  training.update(content.at("training"));
  content["training"] = training;
  content["pending"] = PendingLog{};
  content["stream"] = StreamState{};
  for (const char* count : {"skipped", "skipped_in_row", "validated_step", "best_step"}) {
    content[count] = 0;
  }
  content["best_recall"] = 0.0;
  return content;
}

Json upgraded(Json content, int version) {
  if (version < 2) content = second_version(std::move(content));
  if (version < 3) content = third_version(std::move(content));
  return content;
}

/// A checkpoint that is whole, but of a program that this one does not know.
class UnknownVersion : public Error {
 public:
  using Error::Error;
};

void require_known(int version, const std::string& name) {
  if (version >= 1 && version <= kFormatVersion) return;
  throw UnknownVersion(name + ": is of format version " + std::to_string(version) +
                       ", this program reads 1 to " + std::to_string(kFormatVersion) +
                       " (use the version of lagoon that wrote it)");
}

RunState state_from(const Json& content) {
  RunState state;
  state.step = content.at("step");
  state.model = content.at("model");
  state.training = content.at("training");
  state.law_hash = from_hex(content.at("law_hash"));
  state.data_hash = from_hex(content.at("data_hash"));
  state.data_seed = from_hex(content.at("data_seed"));
  state.n_train = content.at("n_train");
  state.stream = content.at("stream");
  state.last_loss = content.at("last_loss");
  state.pending = content.at("pending");
  state.skipped = content.at("skipped");
  state.skipped_in_row = content.at("skipped_in_row");
  state.validated_step = content.at("validated_step");
  state.best_step = content.at("best_step");
  state.best_recall = content.at("best_recall");
  state.seconds = content.at("seconds").get<std::map<std::string, double>>();
  return state;
}

void require_equal(const Json& of_run, const Json& requested,
                   const std::vector<std::string>& free) {
  for (const auto& [option, value] : requested.items()) {
    if (value == of_run.at(option)) continue;
    if (std::find(free.begin(), free.end(), option) != free.end()) continue;
    throw Error(flag_name(option) + " is " + value.dump() + ", but the run was trained with " +
                of_run.at(option).dump() + ": give the same, or begin a new run");
  }
}

}  // namespace

std::uint64_t hash_text(const std::string& text) {
  return hash_bytes(std::as_bytes(std::span(text)));
}

std::string to_json(const RunState& state, std::uint64_t weights_size, std::uint64_t weights_hash) {
  const Json content = {{"step", state.step},
                        {"model", state.model},
                        {"training", state.training},
                        {"law_hash", to_hex(state.law_hash)},
                        {"data_hash", to_hex(state.data_hash)},
                        {"data_seed", to_hex(state.data_seed)},
                        {"n_train", state.n_train},
                        {"stream", state.stream},
                        {"last_loss", state.last_loss},
                        {"pending", state.pending},
                        {"skipped", state.skipped},
                        {"skipped_in_row", state.skipped_in_row},
                        {"validated_step", state.validated_step},
                        {"best_step", state.best_step},
                        {"best_recall", state.best_recall},
                        {"seconds", state.seconds},
                        {"weights_size", std::to_string(weights_size)},
                        {"weights_hash", to_hex(weights_hash)}};
  const Json file = {{"format_version", kFormatVersion},
                     {"content", content},
                     {"hash", to_hex(hash_text(content.dump()))}};
  return file.dump(2) + "\n";
}

ParsedState parse_state(const std::string& text, const std::string& name) {
  try {
    // A state is this deep: deeper values are dropped unread.
    const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth <= 5; };
    const Json file = Json::parse(text, shallow);
    const int version = file.at("format_version");
    require_known(version, name);
    const Json& content = file.at("content");
    require(from_hex(file.at("hash")) == hash_text(content.dump()), "its hash does not match");
    const std::string size = content.at("weights_size");
    return {state_from(upgraded(content, version)), std::stoull(size),
            from_hex(content.at("weights_hash"))};
  } catch (const UnknownVersion&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(name + ": damaged or not a checkpoint (" + error.what() +
                "): restore it, or begin a new run");
  }
}

void require_same_options(const RunState& run, const ModelOptions& model,
                          const TrainingOptions& training) {
  require_equal(run.model, model, without_effect(model));
  require_equal(run.training.objective, training.objective, without_effect(training.objective));
  require_equal(run.training, training, free_options(training));
}

}  // namespace lagoon::contrastive
