#include "contrastive/training/run_start.hpp"

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// Without a stream it is empty.
StreamState stream_state(const TrainingFlows& flows) {
  if (!flows.stream) return {};
  const datasets::Description& d = flows.stream->description();
  return {d.scheme,    d.precision, d.steps_per_interval, d.step,
          d.tolerance, d.max_error, flows.file != nullptr};
}

void require_same_run(const Checkpoint& checkpoint, const RunState& now,
                      const TrainingFlows& flows) {
  const std::string field = flow::first_difference(checkpoint.law, flows.law());
  require(field.empty(), flows.name() + ": its law differs from the run's in " + field +
                             ": resume with the data that the run began with");
  require_same_options(checkpoint.state, now.model, now.training);
  // A stream has as many flows as there are steps, which may change.
  const bool as_many = flows.stream || checkpoint.state.n_train == now.n_train;
  require(checkpoint.state.data_hash == now.data_hash && as_many,
          flows.name() + ": not the data that the run began with (seed, size or split differ): " +
              "resume with it");
}

}  // namespace

RunState begin_state(const TrainingFlows& flows, const ModelOptions& model,
                     const TrainingOptions& options) {
  RunState state;
  state.model = model;
  state.training = options;
  state.law_hash = flow::hash(flows.law());
  state.data_hash = flows.hash();
  state.data_seed = flows.seed();
  state.n_train = flows.n_train(options);
  state.stream = stream_state(flows);
  return state;
}

Checkpoint resume_point(const std::filesystem::path& run_dir, const RunState& now,
                        const TrainingFlows& flows) {
  Checkpoint from = find_resume_point(run_dir).checkpoint;
  require_same_run(from, now, flows);
  return from;
}

}  // namespace lagoon::contrastive
