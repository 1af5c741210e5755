#include "contrastive/training/run_state.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <nlohmann/json.hpp>

#include "flow/error.hpp"
#include "flow/hash.hpp"

namespace lagoon::contrastive {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ModelOptions, tilting, lagrangian_encoder, lagrangian_features,
                                   whitened_components, eulerian_encoder, embedding_dim, mlp_width,
                                   mlp_depth, transformer_width, transformer_layers,
                                   transformer_heads, patch, causal, pooling, temperature,
                                   learn_temperature)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ObjectiveOptions, loss, lambda_u, lambda_v, negatives,
                                   evaluation, kernel, statistic, bandwidth_u, bandwidth_v)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TrainingOptions, seed, threads, steps, epochs, batch_size,
                                   optimizer, learning_rate, weight_decay, warmup_steps, schedule,
                                   objective, log_every, validate_every, validation_library,
                                   checkpoint_every, checkpoint_minutes)

namespace {

using Json = nlohmann::json;
constexpr int kFormatVersion = 2;

/// Options of TrainingOptions that a resumed run may change.
constexpr std::array<std::string_view, 8> kFreeOptions = {"steps",
                                                          "epochs",
                                                          "threads",
                                                          "log_every",
                                                          "validate_every",
                                                          "validation_library",
                                                          "checkpoint_every",
                                                          "checkpoint_minutes"};

std::uint64_t from_hex(const std::string& hex) {
  std::size_t used = 0;
  const std::uint64_t value = std::stoull(hex, &used, 16);
  require(used == hex.size(), "'" + hex + "' is not a hexadecimal number");
  return value;
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
  state.last_loss = content.at("last_loss");
  state.seconds = content.at("seconds").get<std::map<std::string, double>>();
  return state;
}

void require_equal(const std::string& option, const Json& of_run, const Json& requested) {
  if (of_run == requested) return;
  throw Error(option + " is " + requested.dump() + ", but the run was trained with " +
              of_run.dump() + ": give the same, or begin a new run");
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
                        {"last_loss", state.last_loss},
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
    const Json file = Json::parse(text);
    const int version = file.at("format_version");
    if (version != kFormatVersion) {
      throw Error("has format version " + std::to_string(version) + ", this program reads " +
                  std::to_string(kFormatVersion));
    }
    const Json& content = file.at("content");
    require(from_hex(file.at("hash")) == hash_text(content.dump()), "its hash does not match");
    const std::string size = content.at("weights_size");
    return {state_from(content), std::stoull(size), from_hex(content.at("weights_hash"))};
  } catch (const std::exception& error) {
    throw Error(name + ": damaged or not a checkpoint (" + error.what() +
                "): restore it, or begin a new run");
  }
}

void require_same_options(const RunState& run, const ModelOptions& model,
                          const TrainingOptions& training) {
  const Json model_of_run = run.model, model_requested = model;
  for (const auto& [option, value] : model_requested.items()) {
    require_equal(option, model_of_run.at(option), value);
  }
  const Json objective_of_run = run.training.objective, objective_requested = training.objective;
  for (const auto& [option, value] : objective_requested.items()) {
    require_equal(option, objective_of_run.at(option), value);
  }
  const Json training_of_run = run.training, training_requested = training;
  for (const auto& [option, value] : training_requested.items()) {
    if (std::find(kFreeOptions.begin(), kFreeOptions.end(), option) != kFreeOptions.end()) continue;
    require_equal(option, training_of_run.at(option), value);
  }
}

}  // namespace lagoon::contrastive
