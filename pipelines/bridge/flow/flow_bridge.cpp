#include "pipelines/bridge/flow/flow_bridge.hpp"

#include "pipelines/bridge/flow/report.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {

int run_flow_bridge(const FlowBridgeOptions& options, const BridgeRun& run,
                    const Invocation& invocation) {
  require_valid(options);
  if (invocation.dry_run) {
    print("# " +
          std::to_string(options.encoders.epochs * (options.pairs / options.encoders.batch_size)) +
          " steps of training, twice; about " + bytes_text(flow_bridge_memory(options)));
    return kExitDone;
  }
  const auto folder = begin_bridge(run, invocation);
  try {
    const auto study = study_flow_bridge(options, run.seed, run.threads, run.out, run.resume);
    write_flow_bridge_page(folder, study, invocation);
    finish_bridge(run, invocation, to_json(study), flow_bridge_text(study));
  } catch (const Stopped&) {
    return bridge_stopped(run);
  }
  return kExitDone;
}

}  // namespace lagoon::pipelines
