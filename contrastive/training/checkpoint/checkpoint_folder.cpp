#include "contrastive/training/checkpoint/checkpoint_folder.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <system_error>
#include <type_traits>
#include <utility>

#include "datasets/storage/durable_file.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

namespace fs = std::filesystem;

struct Paths {
  explicit Paths(const fs::path& of)
      : folder(of),
        weights(folder / "weights.safetensors"),
        weights_next(folder / "weights.safetensors.next"),
        state(folder / "state.json"),
        state_next(folder / "state.json.next") {}
  fs::path folder, weights, weights_next, state, state_next;
};

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || !fs::is_regular_file(path))
    throw Error(path.string() + ": cannot be read; is this the folder of a trained run?");
  return {std::istreambuf_iterator<char>(file), {}};
}

void require_removed(const fs::path& path, const std::error_code& error) {
  require(!error, path.string() + ": cannot be removed: " + error.message());
}

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  require_removed(path, error);
}

void write_synced(const fs::path& path, const std::string& text) {
  remove_file(path);
  datasets::DurableFile file(path, datasets::DurableFile::Mode::create);
  file.write_at(0, std::as_bytes(std::span(text)));
  file.sync();
}

/// The format's word for a number.
template <typename T>
constexpr const char* kDtype = std::is_same_v<T, int>     ? "I32"
                               : std::is_same_v<T, float> ? "F32"
                                                          : "F64";

template <typename T>
void put(datasets::SafeTensors& tensors, const std::string& name, const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  tensors.tensors[name] = {
      kDtype<T>, {static_cast<std::int64_t>(values.size())}, {bytes.begin(), bytes.end()}};
}

template <typename T>
std::vector<T> get(const datasets::SafeTensors& tensors, const std::string& name) {
  const auto found = tensors.tensors.find(name);
  require(found != tensors.tensors.end(), "tensor " + name + " is missing");
  require(found->second.dtype == kDtype<T>,
          "tensor " + name + " holds " + found->second.dtype + ", not " + kDtype<T>);
  const auto& bytes = found->second.bytes;
  std::vector<T> values(bytes.size() / sizeof(T));
  std::ranges::copy(bytes, std::as_writable_bytes(std::span(values)).begin());
  return values;
}

void put(datasets::SafeTensors& tensors, const std::string& name, double value) {
  put(tensors, name, std::vector<double>{value});
}

template <typename T>
void get_into(const datasets::SafeTensors& tensors, const std::string& name,
              std::vector<T>& values) {
  values = get<T>(tensors, name);
}
void get_into(const datasets::SafeTensors& tensors, const std::string& name, double& value) {
  const auto values = get<double>(tensors, name);
  require(values.size() == 1, "tensor " + name + " is not one number");
  value = values[0];
}

std::string name_in_file(const char* field) {
  return std::string("law.") + field;
}

void put_law(datasets::SafeTensors& tensors, const flow::Law& law) {
  visit_fields(law, [&](const char* field, const auto& member) {
    put(tensors, name_in_file(field), member);
  });
}

flow::Law get_law(const datasets::SafeTensors& tensors) {
  flow::Law law;
  visit_fields(law, [&](const char* field, auto& member) {
    get_into(tensors, name_in_file(field), member);
  });
  flow::require_valid(law);
  return law;
}

bool describes(const ParsedState& parsed, const std::string& weights) {
  return parsed.weights_size == weights.size() && parsed.weights_hash == hash_text(weights);
}

/// state.json.next, if a kill between the two renames left it as the state of these weights.
std::optional<ParsedState> unrenamed_state(const Paths& paths, const std::string& weights) {
  if (!fs::exists(paths.state_next)) return {};
  try {
    ParsedState next = parse_state(read_file(paths.state_next), paths.state_next.string());
    if (describes(next, weights)) return next;
  } catch (const Error&) {
    // Half written: the weights file has not been renamed yet, so state.json describes it.
  }
  return {};
}

ParsedState matching_state(const Paths& paths, const std::string& weights) {
  if (auto next = unrenamed_state(paths, weights)) return std::move(*next);
  ParsedState parsed = parse_state(read_file(paths.state), paths.state.string());
  require(describes(parsed, weights),
          paths.weights.string() +
              ": damaged (size or hash is not what state.json says): restore it, "
              "or begin a new run");
  return parsed;
}

/// Does what a kill between the two renames left undone, before state.json.next is written anew.
void finish_renames(const Paths& paths) {
  if (!fs::exists(paths.state_next) || !fs::exists(paths.weights)) return;
  if (unrenamed_state(paths, read_file(paths.weights))) {
    datasets::rename_durably(paths.state_next, paths.state);
  }
}

/// Writes and reads back both files under the suffix .next.
void stage(const Paths& paths, const Checkpoint& checkpoint) {
  datasets::SafeTensors tensors = checkpoint.tensors;
  put_law(tensors, checkpoint.law);
  datasets::write_safetensors(paths.weights_next, tensors);
  require(datasets::read_safetensors(paths.weights_next).tensors == tensors.tensors,
          paths.weights_next.string() + ": reads back otherwise than written: the disk is failing");
  const std::string weights = read_file(paths.weights_next);
  write_synced(paths.state_next, to_json(checkpoint.state, weights.size(), hash_text(weights)));
}

void take_names(const Paths& paths) {
  datasets::rename_durably(paths.weights_next, paths.weights);
  datasets::rename_durably(paths.state_next, paths.state);
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  require(!error, folder.string() + ": cannot be created: " + error.message());
}

/// The file under a second name, or a synced copy where the file system has one name a file.
void link_or_copy(const fs::path& from, const fs::path& to) {
  remove_file(to);
  std::error_code error;
  fs::create_hard_link(from, to, error);
  if (error) write_synced(to, read_file(from));
}

void link_as_next(const Paths& from, const Paths& to) {
  link_or_copy(from.weights, to.weights_next);
  link_or_copy(from.state, to.state_next);
}

}  // namespace

void write_folder(const fs::path& folder, const Checkpoint& checkpoint) {
  const Paths paths(folder);
  make_folder(folder);
  finish_renames(paths);
  try {
    stage(paths, checkpoint);
  } catch (...) {
    std::error_code ignored;
    const fs::path half = paths.weights_next.string() + ".new";
    for (const fs::path& left : {half, paths.weights_next, paths.state_next}) {
      fs::remove(left, ignored);
    }
    throw;
  }
  take_names(paths);
}

Checkpoint read_folder(const fs::path& folder) {
  const Paths paths(folder);
  Checkpoint checkpoint;
  checkpoint.state = read_state(folder);
  checkpoint.tensors = datasets::read_safetensors(paths.weights);
  try {
    checkpoint.law = get_law(checkpoint.tensors);
    require_valid(checkpoint.state.model, checkpoint.law);
    require_valid(checkpoint.state.training);
  } catch (const Error& error) {
    throw Error(paths.weights.string() + ": " + error.what());
  }
  require(flow::hash(checkpoint.law) == checkpoint.state.law_hash,
          paths.weights.string() + ": its law is not the one state.json was written for");
  return checkpoint;
}

RunState read_state(const fs::path& folder) {
  const Paths paths(folder);
  return matching_state(paths, read_file(paths.weights)).state;
}

std::int64_t n_parameters(const Checkpoint& checkpoint) {
  std::size_t bytes = 0;
  for (const auto& [name, tensor] : checkpoint.tensors.tensors) {
    if (name.starts_with("optimizer.first_moment.")) bytes += tensor.bytes.size();
  }
  return static_cast<std::int64_t>(bytes / sizeof(float));
}

double temperature(const Checkpoint& checkpoint) {
  const auto log_inverse = get<float>(checkpoint.tensors, "model.temperature.log_inverse");
  require(log_inverse.size() == 1, "tensor model.temperature.log_inverse is not one number");
  return std::exp(-static_cast<double>(log_inverse[0]));
}

void copy_folder(const fs::path& from, const fs::path& to) {
  finish_renames(Paths(from));
  if (fs::exists(to)) {
    finish_renames(Paths(to));
    link_as_next(Paths(from), Paths(to));
    take_names(Paths(to));
    return;
  }
  const fs::path staged = to.string() + ".next";
  std::error_code error;
  fs::remove_all(staged, error);
  require_removed(staged, error);
  make_folder(staged);
  link_as_next(Paths(from), Paths(staged));
  take_names(Paths(staged));
  datasets::rename_durably(staged, to);
}

}  // namespace lagoon::contrastive
