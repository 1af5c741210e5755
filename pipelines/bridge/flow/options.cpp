#include "pipelines/bridge/flow/options.hpp"

#include <string>

#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

// The modes of [BST] 6.3, seen twice as exactly: far more information than any pool can bridge.
constexpr const char* kFinePreset = R"(max_wavenumber = 3
times = 100
instrument_noise = 5.0
track_components = 120
)";

}  // namespace

void declare_flow_bridge(OptionTable& table, FlowBridgeOptions& o,
                         const std::function<bool()>& flow) {
  OptionGroup group(
      table, [&](Option& option) { option.in_group("flow").only_if(flow, "the study flow"); });
  group.add("law-seed", &o.law_seed, anything(), "frequencies, places of drifters and stations");
  group.add("max-wavenumber", &o.max_wavenumber, at_least(1), "of the modes: largest |k| and |l|");
  group.add("rms-speed", &o.rms_speed, positive(), "of the flows at a point");
  group.add("drifters", &o.drifters, at_least(1), "of each flow, A");
  group.add("times", &o.times, at_least(1), "at which drifters are seen");
  group.add("stations", &o.stations, at_least(1), "that see the velocity, C");
  group.add("vorticity-grid", &o.grid, at_least(3), "points a side of the vorticity, D");
  group.add("instrument-noise", &o.noise, positive(),
            "of each number: percent of mean net displacement, rms speed, rms vorticity");
  group.add("shared-bridge", &o.shared, anything(),
            "one encoder of the flow for all pairs, or one each");
  group.add("flow-dim", &o.encoders.embedding_dim, at_least(2), "of the embeddings");
  group.add("flow-width", &o.encoders.width, at_least(1), "of the encoders' hidden layers");
  group.add("flow-depth", &o.encoders.depth, at_least(1), "hidden layers");
  group.add("track-components", &o.components, at_least(1),
            "principal components of the trajectories");
  group.add("flow-pairs", &o.pairs, at_least(2), "flows that each pair of instruments has seen");
  group.add("flow-epochs", &o.encoders.epochs, at_least(1), "passes over the pairs");
  group.add("flow-batch", &o.encoders.batch_size, at_least(2),
            "pairs a step of each two instruments");
  group.add("flow-rate", &o.encoders.learning_rate, positive(), "highest learning rate");
  group.add("held-out-flows", &o.held_out, at_least(10), "flows looked for among as many");
  group.add("bridge-flows", &o.pool, at_least(100), "flows of the bridge, M");
  group.add("joint-queries", &o.joint_queries, at_least(1),
            "held-out flows whose posterior from several instruments is scored");
  table.preset("fine", kFinePreset);
}

void require_valid(const FlowBridgeOptions& o) {
  require(o.joint_queries <= o.held_out, "--joint-queries " + std::to_string(o.joint_queries) +
                                             ": are more than the " + std::to_string(o.held_out) +
                                             " flows of --held-out-flows (take fewer)");
  require(o.pairs >= o.encoders.batch_size,
          "--flow-pairs " + std::to_string(o.pairs) + ": do not fill a batch of " +
              std::to_string(o.encoders.batch_size) + " (take more)");
  require(o.grid > 2 * o.max_wavenumber,
          "--vorticity-grid " + std::to_string(o.grid) + ": wavenumbers to " +
              std::to_string(o.max_wavenumber) + " need at least " +
              std::to_string(2 * o.max_wavenumber + 1) + " points a side");
}

}  // namespace lagoon::pipelines
