#include "pipelines/export/output_file.hpp"

#include <system_error>

#include "flow/error.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPendingBytes = 1 << 20;

/// The temporary name of a file that may be written; what an earlier run left there goes.
fs::path temporary_for(const fs::path& path, bool force) {
  refuse_existing(path, force);
  std::error_code ignored;
  require(!fs::is_directory(path, ignored), path.string() + ": is a folder (name a file)");
  fs::path temporary = path.string() + ".tmp";
  fs::remove(temporary, ignored);
  return temporary;
}

}  // namespace

OutputFile::OutputFile(const fs::path& path, bool force)
    : path_(path),
      temporary_(temporary_for(path, force)),
      file_(temporary_, datasets::DurableFile::Mode::create) {}

OutputFile::~OutputFile() {
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

void OutputFile::append(std::string_view text) {
  pending_ += text;
  if (pending_.size() >= kPendingBytes) flush();
}

void OutputFile::flush() {
  write_at(appended_, std::as_bytes(std::span(pending_)));
  appended_ += static_cast<std::int64_t>(pending_.size());
  pending_.clear();
}

void OutputFile::finish() {
  flush();
  file_.sync();
  file_.close();
  datasets::rename_durably(temporary_, path_);
}

}  // namespace lagoon::pipelines
