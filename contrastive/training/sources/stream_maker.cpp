#include "contrastive/training/sources/stream_source.hpp"

#include <algorithm>
#include <utility>

#include "flow/integration/parallel.hpp"

namespace lagoon::contrastive {
namespace {

/// Where the samples of second batches begin: no run comes there.
constexpr std::int64_t kFirstNegative = std::int64_t{1} << 48;

std::int64_t first_sample(BatchStream stream) {
  return stream == BatchStream::pairs ? 0 : kFirstNegative;
}

/// Rows of a rank that are not whole batches do not join from step to step.
std::int64_t steps_a_chunk(const StreamPlan& plan) {
  return plan.rows.size() < plan.batch_size ? 1 : steps_together(plan.batch_size);
}

StreamPlan resolved(StreamPlan plan) {
  plan.threads = flow::resolve_threads(plan.threads);
  return plan;
}

}  // namespace

StreamSource::StreamSource(datasets::FreshFlows flows, FeatureMaps maps, const StreamPlan& plan)
    : flows_(std::move(flows)),
      maps_(std::move(maps)),
      plan_(resolved(plan)),
      steps_a_chunk_(steps_a_chunk(plan_)) {}

PairBatch StreamSource::take(std::int64_t step, BatchStream stream) {
  if (stream == BatchStream::pairs) meter_.end_step();
  const PairedFeatures pairs = meter_.wait([&] { return of_step(step, stream); });
  Prefetch<Chunk>& ahead = *queues_[static_cast<std::size_t>(stream)].ahead;
  const std::int64_t n_ready = ahead.n_ready();
  if (meter_.wants_rest() && n_ready >= queue_depth(plan_.threads) - 1) ahead.pause(true);
  if (n_ready <= 1) ahead.pause(false);
  meter_.begin_step(ahead.n_working() == 0 && ahead.is_paused());
  return {pairs.u, pairs.v};
}

PairedFeatures StreamSource::of_step(std::int64_t step, BatchStream stream) {
  Queue& queue = queues_[static_cast<std::size_t>(stream)];
  const std::int64_t index = step / steps_a_chunk_;
  if (!queue.ahead || (queue.index != index && queue.ahead->next() != index)) {
    queue.ahead = std::make_unique<Prefetch<Chunk>>(
        index, plan_.threads, queue_depth(plan_.threads),
        [this, stream](std::int64_t i) { return draw_chunk(i, stream); });
  }
  if (queue.index != index) {
    queue.current = queue.ahead->take();
    queue.index = index;
  }
  return queue.current[static_cast<std::size_t>(step % steps_a_chunk_)];
}

StreamSource::Chunk StreamSource::draw_chunk(std::int64_t index, BatchStream stream) const {
  const std::int64_t n = plan_.rows.size();
  const std::int64_t first =
      first_sample(stream) + plan_.rows.first + index * steps_a_chunk_ * plan_.batch_size;
  const PairedFeatures all =
      draw_features(flows_, maps_, datasets::Split::train, first, steps_a_chunk_ * n);
  Chunk chunk;
  for (std::int64_t i = 0; i < steps_a_chunk_; ++i) {
    const PairedFeatures step{all.u.narrow(0, i * n, n), all.v.narrow(0, i * n, n)};
    chunk.push_back(plan_.pinned ? PairedFeatures{step.u.pin_memory(), step.v.pin_memory()} : step);
  }
  return chunk;
}

PairedFeatures StreamSource::first(std::int64_t n) const {
  return draw_features_together(flows_, maps_, datasets::Split::train, 0, n);
}

PairedFeatures StreamSource::trained_on(std::int64_t step, std::int64_t n) const {
  const std::int64_t first = std::max<std::int64_t>(0, step * plan_.batch_size - n);
  return draw_features_together(flows_, maps_, datasets::Split::train, first, n);
}

}  // namespace lagoon::contrastive
