#include "contrastive/training/sources/stream_maker.hpp"

#include <algorithm>
#include <cassert>

namespace lagoon::contrastive {

PairedFeatures StreamMaker::make(std::int64_t step, std::int64_t n_steps,
                                 BatchStream stream) const {
  // Rows of a rank that are not whole batches do not join from step to step.
  assert(n_steps == 1 || rows_.size() == batch_size_);
  const std::int64_t first = first_sample(stream) + step * batch_size_ + rows_.first;
  return draw_features(flows_, maps_, datasets::Split::train, first, n_steps * rows_.size());
}

PairedFeatures StreamMaker::first(std::int64_t n) const {
  return draw_features_together(flows_, maps_, datasets::Split::train, 0, n);
}

PairedFeatures StreamMaker::trained_on(std::int64_t step, std::int64_t n) const {
  const std::int64_t first = std::max<std::int64_t>(0, step * batch_size_ - n);
  return draw_features_together(flows_, maps_, datasets::Split::train, first, n);
}

}  // namespace lagoon::contrastive
