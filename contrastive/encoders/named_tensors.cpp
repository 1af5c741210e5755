#include "contrastive/encoders/named_tensors.hpp"

#include <array>
#include <cstring>
#include <string_view>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

constexpr std::array<std::pair<std::string_view, at::ScalarType>, 3> kTypes = {
    {{"F32", at::kFloat}, {"F64", at::kDouble}, {"I64", at::kLong}}};

std::string type_word(at::ScalarType type) {
  for (const auto& [word, known] : kTypes) {
    if (known == type) return std::string(word);
  }
  throw Error("a tensor of this type cannot be stored in a checkpoint");
}

at::ScalarType type_of(const std::string& word, const std::string& name) {
  for (const auto& [known, type] : kTypes) {
    if (known == word) return type;
  }
  throw Error("tensor " + name + " has type " + word + ": F32, F64 or I64 is expected");
}

}  // namespace

NamedTensors named_tensors(const torch::nn::Module& module) {
  NamedTensors all;
  for (const auto& item : module.named_parameters()) all.emplace_back(item.key(), item.value());
  for (const auto& item : module.named_buffers()) all.emplace_back(item.key(), item.value());
  return all;
}

void put_tensors(datasets::SafeTensors& file, const std::string& prefix,
                 const NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) {
    const torch::Tensor values = tensor.detach().to(at::kCPU).contiguous();
    datasets::SafeTensor& stored = file.tensors[prefix + "." + name];
    stored.dtype = type_word(values.scalar_type());
    stored.shape = values.sizes().vec();
    stored.bytes.resize(values.nbytes());
    std::memcpy(stored.bytes.data(), values.data_ptr(), values.nbytes());
  }
}

torch::Tensor get_tensor(const datasets::SafeTensors& file, const std::string& prefix,
                         const std::string& name) {
  const auto found = file.tensors.find(prefix + "." + name);
  require(found != file.tensors.end(), "tensor " + prefix + "." + name + " is missing");
  const datasets::SafeTensor& stored = found->second;
  torch::Tensor values = at::empty(stored.shape, type_of(stored.dtype, found->first));
  require(values.nbytes() == stored.bytes.size(), "tensor " + found->first + " has a wrong size");
  std::memcpy(values.data_ptr(), stored.bytes.data(), stored.bytes.size());
  return values;
}

void load_tensors(const datasets::SafeTensors& file, const std::string& prefix,
                  const NamedTensors& tensors) {
  const torch::NoGradGuard no_grad;
  for (const auto& [name, tensor] : tensors) {
    const torch::Tensor stored = get_tensor(file, prefix, name);
    require(stored.sizes() == tensor.sizes() && stored.scalar_type() == tensor.scalar_type(),
            "tensor " + prefix + "." + name + " has another shape or type than its options say");
    tensor.copy_(stored);
  }
}

}  // namespace lagoon::contrastive
