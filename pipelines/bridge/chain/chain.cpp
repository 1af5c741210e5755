#include "pipelines/bridge/chain/chain.hpp"

#include <algorithm>

#include "pipelines/bridge/chain/chain_report.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {

int run_chain(const ChainOptions& options, const BridgeRun& run, const Invocation& invocation) {
  const ChainPlan plan = plan_chain(options, run.seed);
  if (invocation.dry_run) {
    const auto references =
        std::ranges::count(plan.tasks, ChainTask::Kind::reference, &ChainTask::kind);
    const auto fits = static_cast<std::ptrdiff_t>(plan.tasks.size()) - references;
    print("# " + std::to_string(references) + " references, " + std::to_string(fits) + " fits of " +
          std::to_string(options.epochs * (options.pairs / options.batch_size)) + " steps");
    return kExitDone;
  }
  const auto folder = begin_bridge(run, invocation);
  ResultStore store(run.out / "fits.jsonl", chain_training_json(options, plan));
  try {
    make_chain_pieces(options, plan, run.threads, store);
  } catch (const ChainStopped&) {
    return bridge_stopped(run);
  }
  const ChainStudy study{options, plan, store, run.seed};
  write_chain_page(folder, study, invocation);
  finish_bridge(run, invocation, to_json(study), chain_text(study));
  return kExitDone;
}

}  // namespace lagoon::pipelines
