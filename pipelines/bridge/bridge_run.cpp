#include "pipelines/bridge/bridge_run.hpp"

#include <algorithm>

#include "pipelines/support/log.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

/// What the study goes on from if it was stopped: "fits.jsonl", "*.safetensors", or "" without.
std::string kept_of(const BridgeRun& run) {
  const bool are_weights = run.study == "flow";
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(run.out, failure)) {
    const auto& path = entry.path();
    if (are_weights && path.extension() == ".safetensors") return "*.safetensors";
    if (!are_weights && path.filename() == "fits.jsonl") return "fits.jsonl";
  }
  return "";
}

/// A folder of other things is no study's: what is in it must not be overwritten.
bool can_resume(const BridgeRun& run) {
  std::error_code failure;
  const std::filesystem::directory_iterator first(run.out, failure), end;
  const bool only_config = !failure && std::all_of(first, end, [](const auto& entry) {
    return entry.path().filename() == "config.toml";
  });
  return only_config || !kept_of(run).empty();
}

}  // namespace

FigureFolder begin_bridge(const BridgeRun& run, const Invocation& invocation) {
  auto folder = FigureFolder::create(run.out, run.force || (run.resume && can_resume(run)));
  install_signal_handlers();
  write_text(run.out / "config.toml", invocation.config_toml);
  if (!run.resume) std::filesystem::remove(run.out / "fits.jsonl");
  return folder;
}

void finish_bridge(const BridgeRun& run, const Invocation& invocation, nlohmann::json result,
                   const std::string& text) {
  result["verb"] = "bridge";
  result["study"] = run.study;
  result["config"] = invocation.config_toml;
  result["history"] = history_line(invocation);
  write_summary(run.out, result);
  write_json_result(invocation, result);
  log_info(text.substr(0, text.find_last_not_of('\n') + 1));
  print((run.out / "index.html").string());
}

int bridge_stopped(const BridgeRun& run) {
  const std::string kept = kept_of(run);
  log_warning("lagoon bridge: stopped by " + std::string(stop_signal_name()) +
              (kept.empty() ? "; nothing is finished yet, the same command with --force begins anew"
                            : "; what is finished is in " + (run.out / kept).string() +
                                  ", and the same command with --resume goes on"));
  return kExitStopped;
}

}  // namespace lagoon::pipelines
