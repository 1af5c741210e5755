#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "datasets/storage/durable_file.hpp"

namespace lagoon::pipelines {

/// A file that bears its name only once it is whole: it is written as OUT.tmp, which is removed if
/// the work fails. Every failure, a full disk among them, is an Error of one line.
class OutputFile {
 public:
  /// Throws Error if `path` exists (unless `force`), is a folder, or cannot be written.
  OutputFile(const std::filesystem::path& path, bool force);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  /// Takes `size` bytes from the disk before anything is written.
  void reserve(std::int64_t size) { file_.reserve(size); }

  /// Writes all bytes there.
  void write_at(std::int64_t offset, std::span<const std::byte> bytes) {
    file_.write_at(offset, bytes);
  }

  /// Text behind all text appended so far.
  void append(std::string_view text);

  /// Writes what is pending, syncs, and gives the file its name.
  void finish();

 private:
  void flush();

  std::filesystem::path path_, temporary_;
  datasets::DurableFile file_;
  std::string pending_;
  std::int64_t appended_ = 0;
};

}  // namespace lagoon::pipelines
