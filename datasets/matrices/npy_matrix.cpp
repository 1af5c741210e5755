#include <charconv>
#include <fstream>
#include <map>

#include "datasets/matrices/raw_matrix.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMagicBytes = 6, kVersionBytes = 2;
constexpr std::uint32_t kMaxHeaderBytes = 1 << 20;

struct Header {
  std::string text;
  std::int64_t end = 0;  ///< where the numbers begin
};

Header read_header(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  char start[kMagicBytes + kVersionBytes] = {};
  stream.read(start, sizeof(start));
  const int length_bytes = start[kMagicBytes] == 1 ? 2 : 4;
  unsigned char length[4] = {};
  stream.read(reinterpret_cast<char*>(length), length_bytes);
  const std::uint32_t size = length[0] | std::uint32_t{length[1]} << 8 |
                             std::uint32_t{length[2]} << 16 | std::uint32_t{length[3]} << 24;
  Header header;
  if (stream.good() && size <= kMaxHeaderBytes) {
    header.text.resize(size);
    stream.read(header.text.data(), size);
  }
  require(stream.good() && size <= kMaxHeaderBytes,
          path.string() + ": its NPY header is damaged (save it again with numpy.save)");
  header.end = kMagicBytes + kVersionBytes + length_bytes + size;
  return header;
}

/// What follows 'key': in the header's dictionary.
std::string value_of(const std::string& header, const std::string& key) {
  const auto at = header.find("'" + key + "'");
  if (at == std::string::npos) return "";
  const auto colon = header.find(':', at);
  const auto first = header.find_first_not_of(' ', colon == std::string::npos ? colon : colon + 1);
  return first == std::string::npos ? "" : header.substr(first);
}

/// "(12, 34)" as {12, 34}.
std::vector<std::int64_t> lengths_of(const std::string& text) {
  std::vector<std::int64_t> lengths;
  const std::string inside = text.substr(0, text.find(')'));
  for (std::size_t at = inside.find_first_of("0123456789"); at != std::string::npos;
       at = inside.find_first_of("0123456789", at)) {
    std::int64_t value = 0;
    const auto* end = inside.data() + inside.size();
    const auto parsed = std::from_chars(inside.data() + at, end, value);
    if (parsed.ec != std::errc()) return {};
    lengths.push_back(value);
    at = static_cast<std::size_t>(parsed.ptr - inside.data());
  }
  return lengths;
}

}  // namespace

std::unique_ptr<MatrixFile::Source> npy_matrix(const fs::path& path) {
  static const std::map<std::string, RawType> kTypes = {
      {"'<f2'", RawType::float16}, {"'<f4'", RawType::float32}, {"'<f8'", RawType::float64}};
  const Header header = read_header(path);
  const auto type = kTypes.find(value_of(header.text, "descr").substr(0, 5));
  require(type != kTypes.end(),
          path.string() + ": holds no little-endian floats (save it as numpy.float32)");
  require(value_of(header.text, "fortran_order").starts_with("False"),
          path.string() + ": is stored column by column (save numpy.ascontiguousarray of it)");
  const auto lengths = lengths_of(value_of(header.text, "shape"));
  require(lengths.size() == 2, path.string() + ": has " + std::to_string(lengths.size()) +
                                   " axes (give a matrix, a row an embedding)");
  return raw_matrix(path, type->second, header.end, lengths[0], lengths[1]);
}

}  // namespace lagoon::datasets
