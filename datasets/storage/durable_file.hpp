#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace lagoon::datasets {

/// A file that is written so that it survives: positioned writes, reserved space, sync. Every
/// failure is an Error "PATH: what the system says".
class DurableFile {
 public:
  /// Whether the file may be new.
  enum class Mode { create, update };

  /// create: makes the file unless it is there (what it holds stays); update: an existing file.
  DurableFile(const std::filesystem::path& path, Mode mode);
  DurableFile(DurableFile&& other) noexcept;
  ~DurableFile();

  /// Bytes.
  std::int64_t size() const;

  /// Takes the blocks of the first `size` bytes from the disk now, so that no later write can fail
  /// for want of room.
  void reserve(std::int64_t size);

  /// Writes all bytes there.
  void write_at(std::int64_t offset, std::span<const std::byte> bytes);

  /// Returns when the data are on the disk.
  void sync();

  /// Locks the file for one writer; false if another process holds it.
  bool lock();
  /// Closes, and gives the lock back; nothing if it is closed.
  void close();

 private:
  std::string path_;
  int descriptor_ = -1;
};

/// Room for what is not samples or records: object headers, attributes, the configuration.
inline constexpr std::int64_t kMetadataBytes = 65536;

/// The folder that a file lies in, "." if the path names none.
std::filesystem::path folder_of(const std::filesystem::path& path);

/// What cannot be looked at counts as absent: opening it says why.
bool is_there(const std::filesystem::path& path);

/// Throws Error if something is there that would be replaced.
void require_absent(const std::filesystem::path& path);

/// Renames and syncs the folder, so that the new name survives a power cut.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// Throws Error, naming both figures, if the disk that `path` lies on has less than `bytes` free.
void require_room(const std::filesystem::path& path, std::int64_t bytes);

/// "PATH: what: the system's message for errno".
std::string system_failure(const std::filesystem::path& path, const std::string& what);

}  // namespace lagoon::datasets
