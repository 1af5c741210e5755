// A checkpoint and the law in it: contrastive/training/checkpoint/checkpoint_folder.hpp. The input
// is the weights, a zero byte, and the content of state.json; sizes and hashes are made to fit, or
// they would refuse everything.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "contrastive/training/checkpoint/checkpoint_folder.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {
namespace {

using contrastive::hash_text;

constexpr std::string_view kSeparator("\0state:", 7);

std::string hex(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

/// state.json of this content and these weights.
std::string state_of(const std::string& text, const std::string& weights) {
  auto content = nlohmann::json::parse(text, nullptr, false);
  if (!content.is_object()) return text;
  content["weights_size"] = std::to_string(weights.size());
  content["weights_hash"] = hex(hash_text(weights));
  // Earlier versions have fewer keys.
  const int version = !content.contains("pending") ? 1 + content.contains("tilting") : 3;
  return nlohmann::json{
      {"format_version", version}, {"content", content}, {"hash", hex(hash_text(content.dump()))}}
      .dump();
}

contrastive::Checkpoint some_checkpoint() {
  contrastive::Checkpoint checkpoint;
  checkpoint.law = datasets::tests::small_description(1).law;
  checkpoint.state.law_hash = flow::hash(checkpoint.law);
  checkpoint.state.step = 7;
  checkpoint.state.seconds = {{"forward", 1.5}};
  checkpoint.tensors.tensors["model.weight"] = {"F64", {2, 2}, std::vector<std::byte>(32)};
  return checkpoint;
}

}  // namespace

std::vector<std::string> seeds() {
  const auto where = folder() / "written";
  contrastive::write_folder(where, some_checkpoint());
  const auto weights = datasets::tests::read_text(where / "weights.safetensors");
  const auto state = nlohmann::json::parse(datasets::tests::read_text(where / "state.json"));
  return {weights + std::string(kSeparator) + state.at("content").dump()};
}

void read(const std::string& bytes) {
  const auto end = bytes.find(kSeparator);
  const std::string weights = bytes.substr(0, end);
  const std::string state = end == std::string::npos ? "" : bytes.substr(end + kSeparator.size());
  std::filesystem::create_directories(folder() / "run");
  file_of("run/weights.safetensors", weights);
  file_of("run/state.json", state_of(state, weights));
  contrastive::read_folder(folder() / "run");
}

}  // namespace lagoon::fuzz
