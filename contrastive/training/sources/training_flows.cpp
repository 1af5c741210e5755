#include "contrastive/training/sources/training_flows.hpp"

#include <algorithm>

#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"

namespace lagoon::contrastive {

std::uint64_t TrainingFlows::seed() const {
  return stream ? stream->description().seed : file->description().seed;
}

std::uint64_t TrainingFlows::hash() const {
  return stream ? stream->hash() : sample_hash(file->description());
}

std::string TrainingFlows::name() const {
  return stream ? "--stream" : file->path().string();
}

std::int64_t TrainingFlows::n_train(const TrainingOptions& options) const {
  if (stream) return options.steps * options.batch_size;
  return static_cast<std::int64_t>(file->rows(datasets::Split::train).size());
}

std::vector<std::int64_t> TrainingFlows::held_out_rows(std::int64_t limit) const {
  auto rows = file->rows(datasets::Split::validation);
  if (rows.empty()) rows = file->rows(datasets::Split::test);
  if (static_cast<std::int64_t>(rows.size()) > limit) rows.resize(static_cast<std::size_t>(limit));
  return rows;
}

void require_valid(const TrainingFlows& flows, const TrainingOptions& options) {
  require(!flows.stream || options.epochs == 0,
          "epochs is not 0, but a stream has no end that could be passed twice: give steps");
}

std::int64_t flows_at_once(const flow::Law& law) {
  constexpr std::int64_t kMostFlows = 1024, kValues = std::int64_t{1} << 22;
  return std::clamp<std::int64_t>(kValues / n_coordinates(law), 1, kMostFlows);
}

std::int64_t queue_depth(int generator_threads) {
  return 2 * static_cast<std::int64_t>(flow::resolve_threads(generator_threads)) + 2;
}

int background_threads(const TrainingFlows& flows, const TrainingOptions& options) {
  constexpr int kReaders = 2;
  if (flows.stream) return flow::resolve_threads(options.generator_threads);
  return options.pairs == "file" ? kReaders : 1;
}

std::int64_t first_sample(BatchStream stream) {
  return stream == BatchStream::pairs ? 0 : std::int64_t{1} << 48;
}

std::int64_t steps_together(std::int64_t batch_size) {
  constexpr std::int64_t kBlockFlows = 256;
  return std::max<std::int64_t>(1, kBlockFlows / batch_size);
}

double background_memory(const TrainingFlows& flows, const ModelOptions& model,
                         const TrainingOptions& training) {
  const flow::Law& law = flows.law();
  const auto coordinates = static_cast<double>(n_coordinates(law));
  const auto coefficients = static_cast<double>(2 * law.n_modes());
  const bool whitened = model.lagrangian_features == "whitened";
  const double inputs = whitened ? model.whitened_components : coordinates;
  const int threads = background_threads(flows, training);
  const std::int64_t steps = flows.stream ? steps_together(training.batch_size) : 1;
  const auto pairs = static_cast<double>(queue_depth(threads) * steps * training.batch_size);
  // Raw pairs are there as a block, as tensors, and as what becomes features of them.
  constexpr int kCopies = 3;
  const double raw = threads * static_cast<double>(flows_at_once(law)) * kCopies * sizeof(double) *
                     (coordinates + coefficients);
  const int queues = training.objective.has_second_batch() ? 2 : 1;
  return queues * (pairs * sizeof(float) * (inputs + coefficients) + raw);
}

}  // namespace lagoon::contrastive
