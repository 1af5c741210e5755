#include "pipelines/bridge/weight_store.hpp"

#include <cstring>

#include "datasets/safetensors.hpp"
#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kTensor = "weights";
constexpr const char* kHow = "how";

std::filesystem::path file_of(const std::filesystem::path& folder, const std::string& name) {
  return folder / (name + ".safetensors");
}

}  // namespace

std::optional<std::vector<float>> WeightStore::find(const std::string& name) const {
  const auto file = file_of(folder_, name);
  if (!resume_ || !std::filesystem::exists(file)) return std::nullopt;
  const auto content = datasets::read_safetensors(file);
  const auto how = content.metadata.find(kHow);
  if (how == content.metadata.end() || how->second != how_.dump()) return std::nullopt;
  const auto tensor = content.tensors.find(kTensor);
  require(tensor != content.tensors.end() && tensor->second.dtype == "F32",
          file.string() + ": has no weights (remove it)");
  std::vector<float> weights(tensor->second.bytes.size() / sizeof(float));
  std::memcpy(weights.data(), tensor->second.bytes.data(), tensor->second.bytes.size());
  return weights;
}

void WeightStore::begin(const std::string& name) const {
  if (!resume_) std::filesystem::remove(file_of(folder_, name));
}

void WeightStore::add(const std::string& name, const std::vector<float>& weights) const {
  datasets::SafeTensor tensor{"F32", {static_cast<std::int64_t>(weights.size())}, {}};
  tensor.bytes.resize(weights.size() * sizeof(float));
  std::memcpy(tensor.bytes.data(), weights.data(), tensor.bytes.size());
  datasets::write_safetensors(file_of(folder_, name), {{{kTensor, tensor}}, {{kHow, how_.dump()}}});
}

}  // namespace lagoon::pipelines
