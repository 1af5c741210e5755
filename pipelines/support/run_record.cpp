#include "pipelines/support/run_record.hpp"

#include <array>
#include <ctime>
#include <fstream>
#include <system_error>

#include "datasets/storage/durable_file.hpp"
#include "flow/error.hpp"
#include "pipelines/support/json/json_lines.hpp"
#include "pipelines/support/log.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormatKey = "format_version";

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

void make_folder(const fs::path& dir) {
  std::error_code failure;
  fs::create_directories(dir, failure);
  require(!failure, dir.string() + ": the folder cannot be made, " + failure.message() +
                        " (choose a place that you may write to)");
}

void remove_run_files(const fs::path& dir) {
  for (const auto* name :
       {"config.toml", "metrics.jsonl", "skipped.jsonl", "summary.json", "log.txt"}) {
    fs::remove(dir / name);
  }
  for (const auto* name : {"checkpoint", "checkpoint-best", "checkpoints"}) {
    fs::remove_all(dir / name);
  }
}

/// Keeps the lines of a file of records up to `last_step`; a line cut short by a kill goes too.
void drop_later_lines(const fs::path& path, std::int64_t last_step) {
  if (!fs::exists(path)) return;
  std::string kept;
  for (const auto& [number, text, json, is_last] : read_json_lines(path)) {
    const auto step = json.is_object() ? json.value("step", nlohmann::json()) : nlohmann::json();
    if (step.is_number_integer() && step.get<std::int64_t>() <= last_step) kept += text + "\n";
  }
  write_text(path, kept);
}

void require_written(const std::ostream& stream, const fs::path& path) {
  require(stream.good(),
          path.string() + ": cannot be written (is the disk full, or the folder read-only?)");
}

}  // namespace

std::string history_line(const Invocation& invocation) {
  return utc_now() + " lagoon " + lagoon_version() + " (" + git_commit() +
         "): " + invocation.command_line;
}

void write_text(const fs::path& path, const std::string& text) {
  const fs::path temporary = path.string() + ".tmp";
  std::ofstream stream(temporary);
  stream << text << std::flush;
  std::error_code failure;
  if (stream.good()) fs::rename(temporary, path, failure);
  require(!failure, path.string() + ": cannot be written: " + failure.message());
  require_written(stream, path);
}

void write_json(const fs::path& path, const nlohmann::json& content) {
  write_text(path, content.dump(2) + "\n");
}

void mark_stopped(const fs::path& checkpoint, const std::string& by) {
  make_folder(checkpoint);
  write_text(checkpoint / "requeue", by + "\n");
}

nlohmann::json read_json(const fs::path& path) {
  std::ifstream stream(path);
  require(stream.good(), path.string() + ": cannot be read (is it a folder that lagoon wrote?)");
  auto content = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
  require(!content.is_discarded(), path.string() + ": is not JSON (it is damaged; write it again)");
  return content;
}

void write_summary(const fs::path& dir, nlohmann::json content) {
  content[kFormatKey] = kResultFormat;
  write_json(dir / "summary.json", content);
}

nlohmann::json read_summary(const fs::path& dir) {
  const fs::path path = dir / "summary.json";
  auto content = read_json(path);
  const auto version =
      content.is_object() ? content.value(kFormatKey, nlohmann::json(1)) : nlohmann::json(1);
  require(version.is_number_integer() && version >= 1 && version <= kResultFormat,
          path.string() + ": format_version is " + version.dump() + ", this program reads " +
              std::to_string(kResultFormat) + " (use the version of lagoon that wrote it)");
  return content;
}

void write_json_result(const Invocation& invocation, nlohmann::json content) {
  content[kFormatKey] = kResultFormat;
  if (!invocation.json.empty()) write_json(invocation.json, content);
}

void finish_study(const std::string& verb, const std::string& study, const fs::path& out,
                  const Invocation& invocation, nlohmann::json result, const std::string& text) {
  result["verb"] = verb;
  result["study"] = study;
  result["config"] = invocation.config_toml;
  result["history"] = history_line(invocation);
  write_summary(out, result);
  write_json_result(invocation, result);
  log_info(text.substr(0, text.find_last_not_of('\n') + 1));
  print((out / "index.html").string());
}

void refuse_existing(const fs::path& path, bool force) {
  std::error_code failure;
  const bool was_stopped = fs::exists(path / "checkpoint" / "requeue", failure);
  require(force || !fs::exists(path), path.string() + ": exists and is not overwritten (" +
                                          (was_stopped ? "go on with it by --resume, " : "") +
                                          "choose another name, or give --force)");
}

void refuse_input_as_output(const fs::path& in, const fs::path& out) {
  std::error_code absent;
  require(!fs::equivalent(in, out, absent),
          out.string() + ": is the file to read (name another one to write)");
  if (!fs::is_directory(in, absent)) return;
  for (const auto& entry : fs::directory_iterator(in)) {
    require(!fs::equivalent(entry.path(), out, absent),
            out.string() + ": is one of the files to read (name another one to write)");
  }
}

RunFolder RunFolder::create(const fs::path& dir, const Invocation& invocation, bool force) {
  std::error_code failure;
  const bool empty = !fs::exists(dir, failure) || (fs::is_directory(dir) && fs::is_empty(dir));
  if (!empty) refuse_existing(dir, force);
  make_folder(dir);
  remove_run_files(dir);
  write_text(dir / "config.toml", invocation.config_toml);
  return RunFolder(dir, invocation);
}

RunFolder RunFolder::reopen(const fs::path& dir, const Invocation& invocation,
                            std::int64_t last_step) {
  drop_later_lines(dir / "metrics.jsonl", last_step);
  drop_later_lines(dir / "skipped.jsonl", last_step);
  fs::remove(dir / "checkpoint" / "requeue");
  return RunFolder(dir, invocation);
}

RunFolder::RunFolder(fs::path dir, const Invocation& invocation) : dir_(std::move(dir)) {
  // metrics.jsonl is there from the beginning, if empty.
  require(std::ofstream(dir_ / "metrics.jsonl", std::ios::app).good(),
          (dir_ / "metrics.jsonl").string() +
              ": cannot be written (choose a folder that you may write to)");
  std::ofstream(dir_ / "log.txt", std::ios::app) << history_line(invocation) << "\n";
  log_to_file(dir_ / "log.txt");
}

void RunFolder::metric(const nlohmann::json& line) const {
  append_json_line(dir_ / "metrics.jsonl", line);
}

void RunFolder::skipped(const nlohmann::json& line) const {
  append_json_line(dir_ / "skipped.jsonl", line);
}

void RunFolder::sync() const {
  for (const fs::path& path : {dir_ / "metrics.jsonl", dir_ / "skipped.jsonl"}) {
    if (!fs::exists(path)) continue;
    datasets::DurableFile(path, datasets::DurableFile::Mode::update).sync();
  }
}

void RunFolder::remove_if_nothing_happened() const {
  const fs::path metrics = dir_ / "metrics.jsonl";
  std::error_code failure;
  if (fs::file_size(metrics, failure) > 0 || failure || fs::exists(dir_ / "checkpoint")) return;
  remove_run_files(dir_);
  fs::remove(dir_, failure);
}

void RunFolder::write_summary(const nlohmann::json& summary) const {
  pipelines::write_summary(dir_, summary);
}

}  // namespace lagoon::pipelines
