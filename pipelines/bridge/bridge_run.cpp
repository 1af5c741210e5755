#include "pipelines/bridge/bridge_run.hpp"

#include <utility>

#include "pipelines/support/log.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

/// What the study goes on from if it was stopped.
std::string kept_of(const BridgeRun& run) {
  return run.study == "flow" ? "*.safetensors" : "fits.jsonl";
}

}  // namespace

FigureFolder begin_bridge(const BridgeRun& run, const Invocation& invocation) {
  auto folder = run.resume ? FigureFolder::reopen(run.out, kept_of(run))
                           : FigureFolder::create(run.out, run.force);
  install_signal_handlers();
  write_text(run.out / "config.toml", invocation.config_toml);
  if (!run.resume) std::filesystem::remove(run.out / "fits.jsonl");
  return folder;
}

void finish_bridge(const BridgeRun& run, const Invocation& invocation, nlohmann::json result,
                   const std::string& text) {
  finish_study("bridge", run.study, run.out, invocation, std::move(result), text);
}

int bridge_stopped(const BridgeRun& run) {
  const std::string kept = kept_of(run);
  log_warning("lagoon bridge: stopped by " + std::string(stop_signal_name()) +
              (keeps(run.out, kept) ? "; what is finished is in " + (run.out / kept).string() +
                                          ", and the same command with --resume goes on"
                                    : "; nothing is finished yet, the same command with --force "
                                      "begins anew"));
  return kExitStopped;
}

}  // namespace lagoon::pipelines
