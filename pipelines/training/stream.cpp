#include "pipelines/training/stream.hpp"

#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

/// All that a stream is but its steps.
datasets::Description describe(const TrainOptions& options, const flow::Law& law) {
  datasets::Description d;
  d.law = law;
  d.seed = options.training.seed;
  return d;
}

datasets::FreshFlows begun_stream(const TrainOptions& options, const datasets::Reader* file) {
  const StreamRequest& request = options.stream;
  auto d = describe(options, file ? file->law() : resolve_law(request.law).law);
  flow::require_valid(d.law);
  resolve_scheme(request.scheme, d);
  choose_steps(probe_flows(request.scheme, d.law), options.training.threads, d);
  return datasets::FreshFlows(d);
}

/// As the checkpoint says.
datasets::FreshFlows resumed_stream(const TrainOptions& options, const datasets::Reader* file) {
  const auto checkpoint = contrastive::find_resume_point(options.run).checkpoint;
  const contrastive::StreamState& stream = checkpoint.state.stream;
  require(!stream.judged_by_file || file != nullptr,
          options.run.string() +
              ": law and held-out flows of this run are a file's: resume it with DATA");
  auto d = describe(options, checkpoint.law);
  d.seed = checkpoint.state.data_seed;
  d.scheme = stream.scheme;
  d.precision = stream.precision;
  d.steps_per_interval = stream.steps_per_interval;
  d.step = stream.step;
  d.tolerance = stream.tolerance;
  d.max_error = stream.max_error;
  return datasets::FreshFlows(d);
}

std::unique_ptr<datasets::Reader> open_file(const TrainOptions& options) {
  if (options.data.empty() && options.stream.on) return nullptr;
  if (options.data.empty()) {
    throw UsageError("DATA is missing: a dataset of lagoon generate (or --stream for fresh flows)");
  }
  datasets::probe_file(options.data);
  return std::make_unique<datasets::Reader>(options.data);
}

}  // namespace

OpenFlows open_flows(const TrainOptions& options) {
  OpenFlows opened{open_file(options), {}};
  const datasets::Reader* file = opened.file.get();
  opened.flows.file = file;
  if (!options.stream.on) return opened;
  opened.flows.stream =
      options.resume ? resumed_stream(options, file) : begun_stream(options, file);
  return opened;
}

std::string memory_text(const TrainOptions& options, const contrastive::TrainingFlows& flows) {
  const contrastive::TrainingOptions& t = options.training;
  const std::string queue = bytes_text(contrastive::background_memory(flows, options.model, t));
  if (flows.stream) return "queue of fresh flows " + queue;
  const auto n = static_cast<double>(flows.n_train(t));
  if (t.pairs == "file") {
    // Rows of the split, and the orders of two epochs for two kinds of batches at the most.
    constexpr int kOrders = 5;
    return "pairs read ahead " + queue + ", their order up to " +
           bytes_text(kOrders * sizeof(std::int64_t) * n);
  }
  const auto& law = flows.law();
  const auto values = static_cast<double>(2 * (law.n_drifters() * law.n_times() + law.n_modes()));
  return "trajectories and coefficients " + bytes_text(n * values * sizeof(float)) + " in memory";
}

}  // namespace lagoon::pipelines
