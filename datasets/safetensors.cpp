#include "datasets/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "datasets/storage/durable_file.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "files are little-endian");

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::size_t kAlignment = 8;

// Bytes of an element; 0 for a word that the format does not know.
std::uint64_t element_size(const std::string& dtype) {
  static constexpr std::array<std::pair<const char*, int>, 14> kSizes = {{{"BOOL", 1},
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
                                                                          {"I64", 8}}};
  const auto* const found =
      std::ranges::find_if(kSizes, [&](const auto& entry) { return dtype == entry.first; });
  if (found != kSizes.end()) return static_cast<std::uint64_t>(found->second);
  return dtype == "U64" ? 8 : 0;
}

struct Entry {
  std::string name;
  std::uint64_t begin = 0, end = 0;
};

class Parser {
 public:
  Parser(const fs::path& path, std::span<const std::byte> data) : path_(path), data_(data) {}

  SafeTensors parse(const std::string& header) {
    // Nothing in a header lies deeper than a tensor's shape: deeper values are dropped unread.
    const auto shallow = [](int depth, json::parse_event_t, json&) { return depth <= 3; };
    const json object = json::parse(header, shallow, false);
    if (!object.is_object()) fail("the header is not a JSON object");
    for (const auto& [name, value] : object.items()) {
      if (name == "__metadata__")
        add_metadata(value);
      else
        add_tensor(name, value);
    }
    require_no_gap();
    return std::move(content_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(path_.string() + ": " + what + " (not a safetensors file, or damaged)");
  }

  void add_metadata(const json& value) {
    if (!value.is_object()) fail("__metadata__ is not an object");
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) fail("__metadata__ holds something other than text");
      content_.metadata[key] = text.get<std::string>();
    }
  }

  void add_tensor(const std::string& name, const json& value) {
    const bool known = value.is_object() && value.size() == 3 && value.contains("dtype") &&
                       value.contains("shape") && value.contains("data_offsets");
    if (!known || !value["dtype"].is_string())
      fail("tensor '" + name + "' is not {dtype, shape, data_offsets}");
    SafeTensor tensor{value["dtype"].get<std::string>(), {}, {}};
    const auto lengths = unsigned_numbers(name, value["shape"]);
    const auto offsets = unsigned_numbers(name, value["data_offsets"]);
    if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data_.size())
      fail("data_offsets of tensor '" + name + "' lie outside the file");
    tensor.shape.assign(lengths.begin(), lengths.end());
    if (byte_count(name, tensor.dtype, lengths) != offsets[1] - offsets[0])
      fail("shape and data_offsets of tensor '" + name + "' disagree");
    const auto bytes = data_.subspan(offsets[0], offsets[1] - offsets[0]);
    tensor.bytes.assign(bytes.begin(), bytes.end());
    content_.tensors[name] = std::move(tensor);
    entries_.push_back({name, offsets[0], offsets[1]});
  }

  std::vector<std::uint64_t> unsigned_numbers(const std::string& name, const json& array) const {
    if (!array.is_array()) fail("tensor '" + name + "': expected an array of numbers");
    std::vector<std::uint64_t> numbers;
    for (const json& number : array) {
      if (!number.is_number_unsigned() || number.get<std::uint64_t>() > INT64_MAX)
        fail("tensor '" + name + "': a number is negative, too large or no integer");
      numbers.push_back(number.get<std::uint64_t>());
    }
    return numbers;
  }

  std::uint64_t byte_count(const std::string& name, const std::string& dtype,
                           const std::vector<std::uint64_t>& lengths) const {
    std::uint64_t count = element_size(dtype);
    if (count == 0) fail("dtype '" + dtype + "' of tensor '" + name + "' is unknown");
    for (std::uint64_t length : lengths)
      if (__builtin_mul_overflow(count, length, &count)) fail("tensor '" + name + "' is too large");
    return count;
  }

  // Tensors lie one after the other from 0 to the end of the data: no hole, no overlap.
  void require_no_gap() {
    std::ranges::sort(entries_, {}, [](const Entry& e) { return std::pair(e.begin, e.end); });
    std::uint64_t end = 0;
    for (const Entry& entry : entries_) {
      if (entry.begin != end) fail("tensor '" + entry.name + "' leaves a hole or overlaps another");
      end = entry.end;
    }
    if (end != data_.size()) fail("bytes follow the last tensor");
  }

  const fs::path& path_;
  std::span<const std::byte> data_;
  SafeTensors content_;
  std::vector<Entry> entries_;
};

std::vector<std::byte> read_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) throw Error(path.string() + ": there is no such file");
  std::ifstream stream(path, std::ios::binary);
  std::vector<std::byte> bytes(fs::file_size(path));
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream) throw Error(path.string() + ": cannot be read");
  return bytes;
}

// Names by falling element size, then alphabetically, so that every tensor is aligned.
std::vector<std::string> names_in_order(const fs::path& path, const SafeTensors& content) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : content.tensors) {
    std::uint64_t size = element_size(tensor.dtype);
    if (size == 0)
      throw Error(path.string() + ": dtype '" + tensor.dtype + "' of tensor '" + name +
                  "' is unknown (F32, F64, I64, U8, ...)");
    for (std::int64_t length : tensor.shape) size *= static_cast<std::uint64_t>(length);
    if (size != tensor.bytes.size())
      throw Error(path.string() + ": tensor '" + name + "' has " +
                  std::to_string(tensor.bytes.size()) + " bytes, its shape says " +
                  std::to_string(size));
    names.push_back(name);
  }
  std::ranges::stable_sort(names, std::greater{}, [&](const std::string& name) {
    return element_size(content.tensors.at(name).dtype);
  });
  return names;
}

std::string make_header(const SafeTensors& content, const std::vector<std::string>& names) {
  json header = json::object();
  if (!content.metadata.empty()) header["__metadata__"] = content.metadata;
  std::uint64_t offset = 0;
  for (const std::string& name : names) {
    const SafeTensor& tensor = content.tensors.at(name);
    const std::uint64_t end = offset + tensor.bytes.size();
    header[name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  return text;
}

}  // namespace

void write_safetensors(const fs::path& path, const SafeTensors& content) {
  const std::vector<std::string> names = names_in_order(path, content);
  const std::string header = make_header(content, names);
  const std::uint64_t header_size = header.size();
  const fs::path temporary(path.string() + ".new");
  fs::remove(temporary);
  DurableFile file(temporary, DurableFile::Mode::create);
  std::int64_t offset = 0;
  const auto append = [&](std::span<const std::byte> bytes) {
    file.write_at(offset, bytes);
    offset += static_cast<std::int64_t>(bytes.size());
  };
  append(std::as_bytes(std::span(&header_size, 1)));
  append(std::as_bytes(std::span(header)));
  for (const std::string& name : names) append(content.tensors.at(name).bytes);
  file.sync();
  rename_durably(temporary, path);
}

SafeTensors read_safetensors(const fs::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  std::uint64_t header_size = 0;
  if (bytes.size() < sizeof header_size) throw Error(path.string() + ": too short for a header");
  std::memcpy(&header_size, bytes.data(), sizeof header_size);
  if (header_size > kMaxHeaderBytes || header_size > bytes.size() - sizeof header_size)
    throw Error(path.string() + ": its header of " + std::to_string(header_size) +
                " bytes is longer than the file, or than 100 MB (damaged)");
  const auto* const text = reinterpret_cast<const char*>(bytes.data()) + sizeof header_size;
  const auto data = std::span(bytes).subspan(sizeof header_size + header_size);
  return Parser(path, data).parse(std::string(text, header_size));
}

}  // namespace lagoon::datasets
