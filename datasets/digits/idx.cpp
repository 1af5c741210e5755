#include "datasets/digits/idx.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include <zlib.h>

#include "datasets/storage/durable_file.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;
using Bytes = std::span<std::uint8_t>;

constexpr std::size_t kBufferBytes = std::size_t{1} << 16;
constexpr std::size_t kFirstBytes = std::size_t{1} << 20;
constexpr std::uint64_t kMostDeflated = 1032;  // bytes that deflate can pack into one
constexpr std::uint8_t kUnsignedByte = 0x08;
constexpr int kGzipWindow = 15 + 16;  // zlib's largest window, behind a header of gzip

/// The bytes of a file, decompressed if it begins as gzip does.
class ByteSource {
 public:
  explicit ByteSource(const fs::path& path) : path_(path) {
    std::error_code failure;
    const fs::file_type type = fs::status(path, failure).type();
    if (type == fs::file_type::not_found) fail("there is no such file");
    if (type == fs::file_type::none) fail("cannot be read: " + failure.message());
    if (type != fs::file_type::regular) fail("this is a folder or a device, not a file");
    size_ = fs::file_size(path);
    stream_.open(path, std::ios::binary);
    if (!stream_) throw Error(system_failure(path, "cannot be read"));
    refill();
    is_gzip_ = held_.size() >= 2 && held_[0] == 0x1f && held_[1] == 0x8b;
    if (is_gzip_ && inflateInit2(&inflater_, kGzipWindow) != Z_OK) fail("zlib has no memory");
  }
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  ~ByteSource() {
    if (is_gzip_) inflateEnd(&inflater_);
  }

  bool is_gzip() const { return is_gzip_; }
  std::uint64_t file_size() const { return size_; }

  /// Fills `target` as far as there are bytes; how many it wrote.
  std::size_t read(Bytes target) { return is_gzip_ ? inflate_into(target) : copy_into(target); }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(path_.string() + ": " + what);
  }

 private:
  /// Bytes of the file into an empty buffer; false at its end.
  bool refill() {
    stream_.read(reinterpret_cast<char*>(buffer_.data()),
                 static_cast<std::streamsize>(kBufferBytes));
    if (stream_.bad()) throw Error(system_failure(path_, "cannot be read"));
    held_ = Bytes(buffer_).first(static_cast<std::size_t>(stream_.gcount()));
    return !held_.empty();
  }

  std::size_t copy_into(Bytes target) {
    std::size_t n = 0;
    while (n < target.size() && (!held_.empty() || refill())) {
      const std::size_t part = std::min(held_.size(), target.size() - n);
      std::copy_n(held_.begin(), part, target.begin() + static_cast<std::ptrdiff_t>(n));
      held_ = held_.subspan(part);
      n += part;
    }
    return n;
  }

  std::size_t inflate_into(Bytes target) {
    std::size_t n = 0;
    while (n < target.size()) {
      if (held_.empty() && !refill()) {
        if (is_member_done_) break;
        fail("its gzip data are cut short: fetch it again");
      }
      n += inflate_some(target.subspan(n));
    }
    return n;
  }

  /// From what is held; gzip files may be several, one behind the other.
  std::size_t inflate_some(Bytes target) {
    if (is_member_done_) inflateReset(&inflater_);
    inflater_.next_in = held_.data();
    inflater_.avail_in = static_cast<uInt>(held_.size());
    inflater_.next_out = target.data();
    inflater_.avail_out = static_cast<uInt>(std::min(target.size(), kFirstBytes));
    const uInt room = inflater_.avail_out;
    const int status = inflate(&inflater_, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      const std::string reason = inflater_.msg == nullptr ? "" : inflater_.msg;
      fail("its gzip data are damaged (" + reason + "): fetch it again");
    }
    is_member_done_ = status == Z_STREAM_END;
    held_ = held_.last(inflater_.avail_in);
    return room - inflater_.avail_out;
  }

  fs::path path_;
  std::uint64_t size_ = 0;
  std::ifstream stream_;
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(kBufferBytes);
  Bytes held_;  // of the buffer, not yet used
  z_stream inflater_{};
  bool is_gzip_ = false, is_member_done_ = false;
};

std::string to_text(std::span<const std::int64_t> lengths) {
  std::string text;
  for (const std::int64_t length : lengths) {
    if (!text.empty()) text += " x ";
    text += length == kAnyLength ? "any" : std::to_string(length);
  }
  return text;
}

std::uint32_t big_endian(const std::uint8_t* bytes) {
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number = number << 8 | bytes[i];
  return number;
}

void require_magic(const ByteSource& source, std::span<const std::uint8_t, 4> magic,
                   std::size_t axes) {
  const std::uint32_t number = big_endian(magic.data());
  const std::uint32_t expected = kUnsignedByte << 8 | static_cast<std::uint32_t>(axes);
  if (number == expected) return;
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "its magic number is 0x%08x, not 0x%08x", number,
                expected);
  source.fail(std::string(text.data()) + ": " +
              (number >> 8 == kUnsignedByte
                   ? "an IDX file of " + std::to_string(number & 0xff) + " axes, not " +
                         std::to_string(axes) + " (images in place of labels?)"
                   : "not an IDX file of unsigned bytes, gzip'd or plain"));
}

std::vector<std::int64_t> read_header(ByteSource& source, std::size_t axes) {
  std::vector<std::uint8_t> header(4 + 4 * axes);
  const std::size_t n = source.read(header);
  if (n >= 4) require_magic(source, std::span(header).first<4>(), axes);
  if (n < header.size())
    source.fail("ends after " + std::to_string(n) + " bytes, within its header: fetch it again");
  std::vector<std::int64_t> lengths;
  for (std::size_t i = 1; i <= axes; ++i) lengths.push_back(big_endian(&header[4 * i]));
  return lengths;
}

void require_shape(const ByteSource& source, std::span<const std::int64_t> lengths,
                   std::span<const std::int64_t> shape, const std::string& reason) {
  const auto fits = [](std::int64_t length, std::int64_t expected) {
    return length == expected || (expected == kAnyLength && length > 0);
  };
  if (!std::ranges::equal(lengths, shape, fits))
    source.fail("holds " + to_text(lengths) + " bytes, expected " + to_text(shape) + reason);
}

/// The number of values, which the file can hold.
std::size_t count_values(const ByteSource& source, std::span<const std::int64_t> lengths) {
  const std::uint64_t header = 4 + 4 * lengths.size();
  const std::uint64_t room =
      source.is_gzip() ? source.file_size() * kMostDeflated : source.file_size() - header;
  std::uint64_t count = 1;
  bool is_too_many = false;
  for (const std::int64_t length : lengths)
    is_too_many |= __builtin_mul_overflow(count, static_cast<std::uint64_t>(length), &count);
  if (is_too_many || count > room)
    source.fail("its header says " + to_text(lengths) + " bytes, a file of " +
                std::to_string(source.file_size()) + " bytes holds at most " +
                std::to_string(room) + ": cut short or damaged, fetch it again");
  return count;
}

std::vector<std::uint8_t> read_values(ByteSource& source, std::size_t count) {
  std::vector<std::uint8_t> values;
  while (values.size() < count) {
    const std::size_t n = values.size();
    values.resize(std::min(count, std::max(2 * n, kFirstBytes)));
    const std::size_t more = source.read(Bytes(values).subspan(n));
    if (n + more < values.size())
      source.fail("holds " + std::to_string(n + more) + " of the " + std::to_string(count) +
                  " values that its header says: cut short, fetch it again");
  }
  std::array<std::uint8_t, 1> beyond{};
  if (source.read(beyond) > 0)
    source.fail("bytes follow its " + std::to_string(count) + " values: damaged, fetch it again");
  return values;
}

}  // namespace

IdxArray read_idx(const fs::path& path, std::span<const std::int64_t> shape,
                  const std::string& reason) {
  ByteSource source(path);
  IdxArray array;
  array.lengths = read_header(source, shape.size());
  require_shape(source, array.lengths, shape, reason);
  array.values = read_values(source, count_values(source, array.lengths));
  return array;
}

}  // namespace lagoon::datasets
