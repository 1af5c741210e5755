#include "datasets/storage/durable_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

bool means_no_room(int error) {
  return error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO;
}

}  // namespace

std::string system_failure(const fs::path& path, const std::string& what) {
  return path.string() + ": " + what + ": " + std::generic_category().message(errno);
}

DurableFile::DurableFile(const fs::path& path, Mode mode) : path_(path.string()) {
  const int flags = O_RDWR | O_CLOEXEC | (mode == Mode::create ? O_CREAT : 0);
  descriptor_ = ::open(path_.c_str(), flags, 0666);
  if (descriptor_ < 0) throw Error(system_failure(path_, "cannot be written"));
}

DurableFile::DurableFile(DurableFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

DurableFile::~DurableFile() {
  close();
}

void DurableFile::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::int64_t DurableFile::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) throw Error(system_failure(path_, "has no size"));
  return status.st_size;
}

void DurableFile::reserve(std::int64_t size) {
  // A file system that cannot reserve says so with another error: its writes then fail in time.
  do {
    errno = ::posix_fallocate(descriptor_, 0, size);
  } while (errno == EINTR);
  if (means_no_room(errno))
    throw Error(system_failure(path_, "no room for " + std::to_string(size) + " bytes"));
}

void DurableFile::write_at(std::int64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw Error(system_failure(path_, "could not be written"));
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += written;
  }
}

void DurableFile::sync() {
  if (::fdatasync(descriptor_) != 0) throw Error(system_failure(path_, "could not be synced"));
}

bool DurableFile::lock() {
  // File systems without locks refuse with other errors: there the user minds it.
  return ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

void require_absent(const fs::path& path) {
  if (is_there(path))
    throw Error(path.string() +
                ": is there already (choose another name, or --force to replace it)");
}

void rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    throw Error(system_failure(from, "could not be renamed to " + to.string()));
  const int folder = ::open(folder_of(to).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;  // a folder that may be written but not listed
  ::fsync(folder);
  ::close(folder);
}

void require_room(const fs::path& path, std::int64_t bytes) {
  std::error_code error;
  const fs::space_info space = fs::space(folder_of(path), error);
  if (error || bytes < 0 || space.available >= static_cast<std::uintmax_t>(bytes)) return;
  const std::int64_t mebibytes = (bytes >> 20) + 1;
  throw Error(path.string() + ": needs " + std::to_string(mebibytes) + " MiB, but the disk has " +
              std::to_string(space.available >> 20) +
              " MiB free (write elsewhere, or fewer samples)");
}

}  // namespace lagoon::datasets
