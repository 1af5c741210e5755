#include "pipelines/bridge/decide/decide.hpp"

#include "pipelines/bridge/decide/decide_report.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {

int run_decide(const DecideOptions& options, const BridgeRun& run, const Invocation& invocation) {
  require_valid(options);
  if (invocation.dry_run) {
    print("# " + std::to_string(options.settings * options.seeds) + " fits of " +
          std::to_string(options.epochs * (options.pairs / 256)) + " steps");
    return kExitDone;
  }
  const auto folder = begin_bridge(run, invocation);
  ResultStore store(run.out / "fits.jsonl", decide_training_json(options));
  std::vector<DecideTrial> trials;
  try {
    trials = make_decide_trials(options, run.seed, run.threads, store);
  } catch (const Stopped&) {
    return bridge_stopped(run);
  }
  write_decide_page(folder, trials, invocation);
  finish_bridge(run, invocation, to_json(trials), decide_text(trials));
  return kExitDone;
}

}  // namespace lagoon::pipelines
