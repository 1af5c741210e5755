#include <map>

#include "datasets/matrices/raw_matrix.hpp"
#include "datasets/storage/safetensors_header.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, RawType> kTypes = {{"BF16", RawType::bfloat16},
                                               {"F16", RawType::float16},
                                               {"F32", RawType::float32},
                                               {"F64", RawType::float64}};

bool is_matrix(const TensorPlace& tensor) {
  return tensor.shape.size() == 2;
}

std::string only_matrix(const fs::path& path, const SafeTensorsHeader& header) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : header.tensors) {
    if (is_matrix(tensor) && kTypes.contains(tensor.dtype)) names.push_back(name);
  }
  require(names.size() == 1, path.string() + ": holds " + std::to_string(names.size()) +
                                 " matrices of floats (name one tensor)");
  return names.front();
}

}  // namespace

std::unique_ptr<MatrixFile::Source> safetensors_matrix(const fs::path& path,
                                                       const std::string& name) {
  require(has_safetensors_header(path),
          path.string() + ": is neither HDF5, NPY nor safetensors (give one of them)");
  const SafeTensorsHeader header = read_safetensors_header(path);
  const std::string chosen = name.empty() ? only_matrix(path, header) : name;
  const auto found = header.tensors.find(chosen);
  require(found != header.tensors.end() && is_matrix(found->second),
          path.string() + ": has no matrix " + chosen + " (name another tensor)");
  const TensorPlace& tensor = found->second;
  const auto type = kTypes.find(tensor.dtype);
  require(type != kTypes.end(), path.string() + ": tensor " + chosen + " is of " + tensor.dtype +
                                    " (give F32, F64, F16 or BF16)");
  return raw_matrix(path, type->second, tensor.begin, tensor.shape[0], tensor.shape[1]);
}

}  // namespace lagoon::datasets
