#include "contrastive/training/sources/background_source.hpp"

#include <utility>

#include "contrastive/training/sources/training_flows.hpp"

namespace lagoon::contrastive {

BackgroundSource::BackgroundSource(std::unique_ptr<const PairMaker> maker,
                                   const BackgroundPlan& plan)
    : maker_(std::move(maker)), plan_(plan) {}

PairBatch BackgroundSource::take(std::int64_t step, BatchStream stream) {
  if (stream == BatchStream::pairs) meter_.end_step();
  const PairedFeatures pairs = meter_.wait([&] { return of_step(step, stream); });
  Prefetch<Chunk>& ahead = *queues_[static_cast<std::size_t>(stream)].ahead;
  const std::int64_t n_ready = ahead.n_ready();
  if (meter_.wants_rest() && n_ready >= queue_depth(plan_.threads) - 1) ahead.pause(true);
  if (n_ready <= 1) ahead.pause(false);
  meter_.begin_step(ahead.is_paused() && ahead.n_working() == 0);
  return {pairs.u, pairs.v};
}

const PairedFeatures& BackgroundSource::of_step(std::int64_t step, BatchStream stream) {
  Queue& queue = queues_[static_cast<std::size_t>(stream)];
  const std::int64_t index = step / plan_.steps_a_chunk;
  if (queue.index != index) {
    if (!queue.ahead || queue.ahead->next() != index) {
      queue.ahead = std::make_unique<Prefetch<Chunk>>(
          index, plan_.threads, queue_depth(plan_.threads),
          [this, stream](std::int64_t i) { return make_chunk(i, stream); });
    }
    queue.current = queue.ahead->take();
    queue.index = index;
  }
  return queue.current[static_cast<std::size_t>(step % plan_.steps_a_chunk)];
}

BackgroundSource::Chunk BackgroundSource::make_chunk(std::int64_t index, BatchStream stream) const {
  const std::int64_t n_steps = plan_.steps_a_chunk;
  const PairedFeatures all = maker_->make(index * n_steps, n_steps, stream);
  Chunk chunk;
  for (std::int64_t i = 0; i < n_steps; ++i) {
    const PairedFeatures step{all.u.narrow(0, i * plan_.rows, plan_.rows),
                              all.v.narrow(0, i * plan_.rows, plan_.rows)};
    chunk.push_back(plan_.pinned ? PairedFeatures{step.u.pin_memory(), step.v.pin_memory()} : step);
  }
  return chunk;
}

}  // namespace lagoon::contrastive
