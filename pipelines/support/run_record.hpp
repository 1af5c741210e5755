#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// "0.1.0", and the commit that the program was built from ("unknown" outside of a git tree).
std::string lagoon_version();
std::string git_commit();

/// "2026-01-31T12:00:00Z lagoon 0.1.0 (1a2b3c4): lagoon generate flows.h5 ...": CF's history line.
std::string history_line(const Invocation& invocation);

/// Writes a text by way of a temporary file and a rename: a reader sees the old or the new one.
/// Throws Error if it cannot.
void write_text(const std::filesystem::path& path, const std::string& text);

/// write_text of indented JSON.
void write_json(const std::filesystem::path& path, const nlohmann::json& content);

/// Writes the marker CHECKPOINT/requeue, by which job scripts know that work was stopped (`by` says
/// what) and wants to go on. Throws Error if it cannot.
void mark_stopped(const std::filesystem::path& checkpoint, const std::string& by);

/// Reads JSON; throws Error naming the file if it is missing or damaged.
nlohmann::json read_json(const std::filesystem::path& path);

/// "format_version" of what verbs write as their results, DIR/summary.json (and with it the
/// metrics.jsonl beside it) and --json; results without it are of version 1.
inline constexpr int kResultFormat = 1;

/// Writes DIR/summary.json, with its format_version.
void write_summary(const std::filesystem::path& dir, nlohmann::json content);

/// Reads DIR/summary.json. Throws Error as read_json does, and for a later format_version.
nlohmann::json read_summary(const std::filesystem::path& dir);

/// Writes the same as write_summary to the file that --json names, if it names one.
void write_json_result(const Invocation& invocation, nlohmann::json content);

/// The end of a study whose page is drawn: writes `result`, with its configuration and history, to
/// OUT/summary.json and what --json asks for, logs the text and names the page.
void finish_study(const std::string& verb, const std::string& study,
                  const std::filesystem::path& out, const Invocation& invocation,
                  nlohmann::json result, const std::string& text);

/// Throws Error if `path` exists, unless `force`; names the remedy.
void refuse_existing(const std::filesystem::path& path, bool force);

/// Throws Error if the file to write is the one to read, by whatever name: force does not mean
/// that.
void refuse_input_as_output(const std::filesystem::path& in, const std::filesystem::path& out);

/// The folder that a run leaves behind: config.toml, metrics.jsonl, summary.json, log.txt, the
/// checkpoints, and, if steps were skipped, skipped.jsonl.
class RunFolder {
 public:
  /// A new run: makes the folder and config.toml, and sends the log there. Throws Error if the
  /// folder holds anything; with `force` an earlier run's files are removed (no others).
  static RunFolder create(const std::filesystem::path& dir, const Invocation& invocation,
                          bool force);

  /// A run to be continued: its files are appended to. Lines of metrics.jsonl and skipped.jsonl
  /// that a killed run wrote after step `last_step` are dropped, since they will come again.
  static RunFolder reopen(const std::filesystem::path& dir, const Invocation& invocation,
                          std::int64_t last_step);

  const std::filesystem::path& dir() const { return dir_; }

  /// Appends one line to metrics.jsonl, and writes it out. Throws Error if it cannot.
  void metric(const nlohmann::json& line) const;

  /// The same to skipped.jsonl.
  void skipped(const nlohmann::json& line) const;

  /// Returns when the lines so far are on the disk.
  void sync() const;

  /// Removes the folder of a run that wrote neither a record nor a checkpoint.
  void remove_if_nothing_happened() const;

  /// Writes summary.json.
  void write_summary(const nlohmann::json& summary) const;

 private:
  RunFolder(std::filesystem::path dir, const Invocation& invocation);
  std::filesystem::path dir_;
};

}  // namespace lagoon::pipelines
