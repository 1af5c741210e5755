#include "datasets/storage/safetensors_header.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <fstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "files are little-endian");

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

/// Of the JSON text; -1 if that does not fit into the file.
std::int64_t header_length(std::istream& stream, const fs::path& path) {
  std::uint64_t size = 0;
  stream.read(reinterpret_cast<char*>(&size), sizeof size);
  const bool fits =
      stream.good() && size <= kMaxHeaderBytes && size + sizeof size <= fs::file_size(path);
  return fits ? static_cast<std::int64_t>(size) : -1;
}

class Parser {
 public:
  Parser(const fs::path& path, std::int64_t end) : path_(path) { header_.end = end; }

  SafeTensorsHeader parse(const std::string& text) {
    // Nothing in a header lies deeper than a tensor's shape: deeper values are dropped unread.
    const auto shallow = [](int depth, json::parse_event_t, json&) { return depth <= 3; };
    const json object = json::parse(text, shallow, false);
    if (!object.is_object()) fail("the header is not a JSON object");
    for (const auto& [name, value] : object.items()) {
      if (name == "__metadata__")
        add_metadata(value);
      else
        add_tensor(name, value);
    }
    return std::move(header_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(path_.string() + ": " + what +
                " (the header is damaged, or this is no safetensors file: save it again)");
  }

  void add_metadata(const json& value) {
    if (!value.is_object()) fail("__metadata__ is not an object");
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) fail("__metadata__ holds something other than text");
      header_.metadata[key] = text.get<std::string>();
    }
  }

  void add_tensor(const std::string& name, const json& value) {
    const bool known = value.is_object() && value.size() == 3 && value.contains("dtype") &&
                       value.contains("shape") && value.contains("data_offsets");
    if (!known || !value["dtype"].is_string())
      fail("tensor '" + name + "' is not {dtype, shape, data_offsets}");
    TensorPlace place{value["dtype"], counts(name, value["shape"])};
    const auto offsets = counts(name, value["data_offsets"]);
    if (offsets.size() != 2 || offsets[0] > offsets[1] ||
        __builtin_add_overflow(header_.end, offsets[0], &place.begin) ||
        __builtin_add_overflow(header_.end, offsets[1], &place.end))
      fail("data_offsets of tensor '" + name + "' lie outside of any file");
    require_size(name, place);
    header_.tensors[name] = std::move(place);
  }

  std::vector<std::int64_t> counts(const std::string& name, const json& array) const {
    if (!array.is_array()) fail("tensor '" + name + "': expected an array of numbers");
    std::vector<std::int64_t> numbers;
    for (const json& number : array) {
      if (!number.is_number_unsigned() || number.get<std::uint64_t>() > INT64_MAX)
        fail("tensor '" + name + "': a number is negative, too large or no integer");
      numbers.push_back(number.get<std::int64_t>());
    }
    return numbers;
  }

  void require_size(const std::string& name, const TensorPlace& place) const {
    std::int64_t bytes = element_size(place.dtype);
    if (bytes == 0) return;
    for (const std::int64_t length : place.shape)
      if (__builtin_mul_overflow(bytes, length, &bytes)) fail("tensor '" + name + "' is too large");
    if (bytes != place.end - place.begin)
      fail("shape and data_offsets of tensor '" + name + "' disagree");
  }

  const fs::path& path_;
  SafeTensorsHeader header_;
};

}  // namespace

std::int64_t element_size(const std::string& dtype) {
  static constexpr std::array<std::pair<const char*, int>, 15> kSizes = {{{"BOOL", 1},
                                                                          {"U8", 1},
                                                                          {"I8", 1},
                                                                          {"F8_E5M2", 1},
                                                                          {"F8_E4M3", 1},
                                                                          {"I16", 2},
                                                                          {"U16", 2},
                                                                          {"F16", 2},
                                                                          {"BF16", 2},
                                                                          {"I32", 4},
                                                                          {"U32", 4},
                                                                          {"F32", 4},
                                                                          {"F64", 8},
                                                                          {"I64", 8},
                                                                          {"U64", 8}}};
  const auto* const found =
      std::ranges::find_if(kSizes, [&](const auto& entry) { return dtype == entry.first; });
  return found == kSizes.end() ? 0 : found->second;
}

bool has_safetensors_header(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return header_length(stream, path) >= 0;
}

SafeTensorsHeader read_safetensors_header(const fs::path& path) {
  std::error_code error;
  require(fs::is_regular_file(path, error), path.string() + ": there is no such file");
  std::ifstream stream(path, std::ios::binary);
  const std::int64_t size = header_length(stream, path);
  require(size >= 0,
          path.string() + ": its header is longer than the file, or than 100 MB (damaged)");
  std::string text(static_cast<std::size_t>(size), ' ');
  stream.read(text.data(), size);
  require(stream.good(), path.string() + ": cannot be read");
  return Parser(path, size + static_cast<std::int64_t>(sizeof(std::uint64_t))).parse(text);
}

}  // namespace lagoon::datasets
