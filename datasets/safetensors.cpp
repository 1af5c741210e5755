#include "datasets/safetensors.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "datasets/storage/durable_file.hpp"
#include "datasets/storage/safetensors_header.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kAlignment = 8;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw Error(path.string() + ": " + what + " (not a safetensors file, or damaged)");
}

// Tensors lie one after the other from the header to the end of the file: no hole, no overlap.
void require_no_gap(const fs::path& path, const SafeTensorsHeader& header) {
  std::vector<std::pair<std::string, TensorPlace>> places(header.tensors.begin(),
                                                          header.tensors.end());
  std::ranges::sort(places, {},
                    [](const auto& p) { return std::pair(p.second.begin, p.second.end); });
  std::int64_t end = header.end;
  for (const auto& [name, place] : places) {
    if (place.begin != end) fail(path, "tensor '" + name + "' leaves a hole or overlaps another");
    end = place.end;
  }
  if (end != static_cast<std::int64_t>(fs::file_size(path)))
    fail(path, "it does not end with its last tensor");
}

// Offsets have been compared with the file's size.
SafeTensor read_tensor(std::istream& stream, const TensorPlace& place) {
  SafeTensor tensor{place.dtype, place.shape, {}};
  tensor.bytes.resize(static_cast<std::size_t>(place.end - place.begin));
  stream.seekg(place.begin);
  stream.read(reinterpret_cast<char*>(tensor.bytes.data()),
              static_cast<std::streamsize>(tensor.bytes.size()));
  return tensor;
}

// Names by falling element size, then alphabetically, so that every tensor is aligned.
std::vector<std::string> names_in_order(const fs::path& path, const SafeTensors& content) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : content.tensors) {
    auto size = static_cast<std::uint64_t>(element_size(tensor.dtype));
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
  const SafeTensorsHeader header = read_safetensors_header(path);
  for (const auto& [name, place] : header.tensors)
    if (element_size(place.dtype) == 0)
      fail(path, "dtype '" + place.dtype + "' of tensor '" + name + "' is unknown");
  require_no_gap(path, header);
  SafeTensors content{{}, header.metadata};
  std::ifstream stream(path, std::ios::binary);
  for (const auto& [name, place] : header.tensors)
    content.tensors[name] = read_tensor(stream, place);
  require(stream.good(), path.string() + ": cannot be read");
  return content;
}

}  // namespace lagoon::datasets
