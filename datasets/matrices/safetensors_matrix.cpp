#include <fstream>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "datasets/matrices/raw_matrix.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

struct Header {
  json tensors;
  std::int64_t end = 0;  ///< where the numbers begin
};

Header read_header(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::uint64_t size = 0;
  stream.read(reinterpret_cast<char*>(&size), sizeof(size));
  require(stream.good() && size <= kMaxHeaderBytes && size < fs::file_size(path),
          path.string() + ": is neither HDF5, NPY nor safetensors (give one of them)");
  std::string text(size, ' ');
  stream.read(text.data(), static_cast<std::streamsize>(size));
  // Nothing in a header lies deeper than a tensor's shape: deeper values are dropped unread.
  const auto shallow = [](int depth, json::parse_event_t, json&) { return depth <= 3; };
  Header header{json::parse(text, shallow, /*allow_exceptions=*/false),
                static_cast<std::int64_t>(size + sizeof(size))};
  require(stream.good() && header.tensors.is_object(),
          path.string() + ": is neither HDF5, NPY nor safetensors (give one of them)");
  return header;
}

const std::map<std::string, RawType> kTypes = {{"BF16", RawType::bfloat16},
                                               {"F16", RawType::float16},
                                               {"F32", RawType::float32},
                                               {"F64", RawType::float64}};

bool are_two_counts(const json& tensor, const char* key) {
  return tensor.contains(key) && tensor[key].is_array() && tensor[key].size() == 2 &&
         tensor[key][0].is_number_unsigned() && tensor[key][1].is_number_unsigned();
}

bool is_matrix(const json& tensor) {
  return tensor.is_object() && are_two_counts(tensor, "shape") &&
         are_two_counts(tensor, "data_offsets") && tensor.contains("dtype") &&
         tensor["dtype"].is_string();
}

std::string only_matrix(const fs::path& path, const json& tensors) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors.items()) {
    if (is_matrix(tensor) && kTypes.contains(tensor["dtype"])) names.push_back(name);
  }
  require(names.size() == 1, path.string() + ": holds " + std::to_string(names.size()) +
                                 " matrices of floats (name one tensor)");
  return names.front();
}

/// Where its numbers begin, or none if the header contradicts itself.
std::optional<std::int64_t> first_byte(const Header& header, const json& tensor, RawType type) {
  const std::int64_t rows = tensor["shape"][0], cols = tensor["shape"][1];
  const std::int64_t begin = tensor["data_offsets"][0], end = tensor["data_offsets"][1];
  std::int64_t numbers = 0, bytes = 0, first = 0;
  if (begin < 0 || rows < 0 || cols < 0 || __builtin_mul_overflow(rows, cols, &numbers) ||
      __builtin_mul_overflow(numbers, size_of(type), &bytes) ||
      __builtin_add_overflow(header.end, begin, &first) || end < begin || bytes != end - begin) {
    return std::nullopt;
  }
  return first;
}

}  // namespace

std::unique_ptr<MatrixFile::Source> safetensors_matrix(const fs::path& path,
                                                       const std::string& name) {
  const Header header = read_header(path);
  const std::string chosen = name.empty() ? only_matrix(path, header.tensors) : name;
  require(header.tensors.contains(chosen) && is_matrix(header.tensors[chosen]),
          path.string() + ": has no matrix " + chosen + " (name another tensor)");
  const json& tensor = header.tensors[chosen];
  const auto type = kTypes.find(tensor["dtype"].get<std::string>());
  require(type != kTypes.end(), path.string() + ": tensor " + chosen + " is of " +
                                    tensor["dtype"].get<std::string>() +
                                    " (give F32, F64, F16 or BF16)");
  const auto first = first_byte(header, tensor, type->second);
  require(first.has_value(), path.string() + ": the header is damaged, tensor " + chosen +
                                 " has not as many bytes as its shape (save it again)");
  return raw_matrix(path, type->second, *first, tensor["shape"][0], tensor["shape"][1]);
}

}  // namespace lagoon::datasets
