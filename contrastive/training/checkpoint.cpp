#include "contrastive/training/checkpoint.hpp"

#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "datasets/storage/durable_file.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

namespace fs = std::filesystem;

struct Paths {
  explicit Paths(const fs::path& run_dir)
      : folder(run_dir / "checkpoint"),
        weights(folder / "weights.safetensors"),
        weights_next(folder / "weights.safetensors.next"),
        state(folder / "state.json"),
        state_next(folder / "state.json.next") {}
  fs::path folder, weights, weights_next, state, state_next;
};

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(path.string() + ": cannot be read; is this the folder of a trained run?");
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_synced(const fs::path& path, const std::string& text) {
  fs::remove(path);
  datasets::DurableFile file(path, datasets::DurableFile::Mode::create);
  file.write_at(0, std::as_bytes(std::span(text)));
  file.sync();
}

template <typename T>
void put(datasets::SafeTensors& tensors, const std::string& name, const char* dtype,
         const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  tensors.tensors[name] = {
      dtype, {static_cast<std::int64_t>(values.size())}, {bytes.begin(), bytes.end()}};
}

template <typename T>
std::vector<T> get(const datasets::SafeTensors& tensors, const std::string& name) {
  const auto found = tensors.tensors.find(name);
  require(found != tensors.tensors.end(), "tensor " + name + " is missing");
  const auto& bytes = found->second.bytes;
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

void put(datasets::SafeTensors& tensors, const std::string& name, const std::vector<int>& values) {
  put(tensors, name, "I32", values);
}
void put(datasets::SafeTensors& tensors, const std::string& name,
         const std::vector<double>& values) {
  put(tensors, name, "F64", values);
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

}  // namespace

void write_checkpoint(const fs::path& run_dir, const Checkpoint& checkpoint) {
  const Paths paths(run_dir);
  std::error_code error;
  fs::create_directories(paths.folder, error);
  require(!error, paths.folder.string() + ": cannot be created: " + error.message());
  finish_renames(paths);
  datasets::SafeTensors tensors = checkpoint.tensors;
  put_law(tensors, checkpoint.law);
  datasets::write_safetensors(paths.weights_next, tensors);
  const std::string weights = read_file(paths.weights_next);
  write_synced(paths.state_next, to_json(checkpoint.state, weights.size(), hash_text(weights)));
  datasets::rename_durably(paths.weights_next, paths.weights);
  datasets::rename_durably(paths.state_next, paths.state);
}

Checkpoint read_checkpoint(const fs::path& run_dir) {
  const Paths paths(run_dir);
  Checkpoint checkpoint;
  checkpoint.state = matching_state(paths, read_file(paths.weights)).state;
  checkpoint.tensors = datasets::read_safetensors(paths.weights);
  try {
    checkpoint.law = get_law(checkpoint.tensors);
  } catch (const Error& error) {
    throw Error(paths.weights.string() + ": " + error.what());
  }
  require(flow::hash(checkpoint.law) == checkpoint.state.law_hash,
          paths.weights.string() + ": its law is not the one state.json was written for");
  return checkpoint;
}

}  // namespace lagoon::contrastive
