#include "pipelines/assimilation/resumption.hpp"

#include <span>

#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "pipelines/support/json/json_lines.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

/// A run may have trained on: its folder is the same, its checkpoint is another.
std::string state_hash(const fs::path& run, const std::string& checkpoint) {
  const auto folder = contrastive::checkpoint_folder(run, checkpoint);
  const std::string state = read_json(folder / "state.json").dump();
  return to_hex(hash_bytes(std::as_bytes(std::span(state))));
}

/// Size and time of the last write: to read all of a large library would take long.
nlohmann::json stamp_of(const fs::path& file) {
  std::error_code none;  // a file that is not there is refused where it is read
  return {fs::file_size(file, none), fs::last_write_time(file, none).time_since_epoch().count()};
}

/// All that results depend on; a study's twins follow from its configuration.
nlohmann::json fingerprint(const AssimilateOptions& options, const Inputs& inputs,
                           const AssimilationRecord& record, const Invocation& invocation) {
  nlohmann::json how = {{"inputs", options.inputs},
                        {"config", invocation.config_toml},
                        {"version", lagoon_version() + " " + git_commit()}};
  if (record.queries) how["queries"] = to_hex(hash_of(*record.queries));
  if (!inputs.run.empty()) how["run"] = state_hash(inputs.run, options.methods.checkpoint);
  if (!options.methods.library.empty()) how["library"] = stamp_of(options.methods.library);
  return how;
}

/// Where finished methods are until the page is written.
fs::path checkpoint_of(const AssimilateOptions& options) {
  return options.out / "checkpoint";
}

constexpr const char* kFinished = "finished.jsonl";

}  // namespace

FigureFolder open_page(const AssimilateOptions& options) {
  require(!fs::exists(checkpoint_of(options) / "state.json"),
          options.out.string() + ": is a training run (choose another --out)");
  return options.resume ? FigureFolder::reopen(options.out, fs::path("checkpoint") / kFinished)
                        : FigureFolder::create(options.out, options.force);
}

FinishedMethods open_checkpoint(const AssimilateOptions& options, const Inputs& inputs,
                                const AssimilationRecord& record, const Invocation& invocation) {
  const auto folder = checkpoint_of(options);
  require(!options.resume || fs::exists(folder),
          folder.string() + ": is not there, so nothing was stopped (leave --resume out)");
  auto how = fingerprint(options, inputs, record, invocation);
  if (!options.resume) fs::remove(folder / kFinished);
  fs::create_directories(folder);
  fs::remove(folder / "requeue");
  return {folder / kFinished, std::move(how)};
}

void remove_checkpoint(const AssimilateOptions& options) {
  const auto folder = checkpoint_of(options);
  fs::remove(folder / kFinished);
  fs::remove(folder / "requeue");
  std::error_code ignored;  // what else is there is not this verb's
  fs::remove(folder, ignored);
}

void leave_nothing_empty(const AssimilateOptions& options) {
  if (options.out.empty()) return;
  std::error_code ignored;  // what is not empty stays
  fs::remove(checkpoint_of(options), ignored);
  fs::remove(options.out, ignored);
}

int stopped(const AssimilateOptions& options) {
  const std::string by = stop_signal_name();
  require(!options.out.empty(), "stopped by " + by + ": nothing is kept (give --out to keep it)");
  mark_stopped(checkpoint_of(options), by);
  make_json_lines(checkpoint_of(options) / kFinished);
  log_warning("lagoon assimilate: stopped by " + by + "; finished methods are in " +
              checkpoint_of(options).string() + ", and the same command with --resume goes on");
  return kExitStopped;
}

}  // namespace lagoon::pipelines
