#pragma once

#include <cstdint>

#include "datasets/description.hpp"
#include "datasets/sample_block.hpp"

namespace lagoon::datasets {

/// Flows that are drawn anew for ever, with no file: sample i of a split is a function of (law,
/// seed, scheme, split, i) alone, the same as sample i of a dataset of that seed all of whose flows
/// are of that split. Splits share no draw.
class FreshFlows {
 public:
  /// Of `description` it takes law, seed, scheme, precision, steps and what is known of their
  /// error. Throws Error for a law that cannot be, or if the steps have not been chosen.
  explicit FreshFlows(const Description& description);

  const flow::Law& law() const { return of_training_.law; }
  const Description& description() const { return of_training_; }

  /// Of all that decides the samples' bits: law, seed, scheme, precision and steps.
  std::uint64_t hash() const;

  /// Samples [first, first + count) of a split, drawn, followed and observed. What the block held
  /// is replaced. May be called from many threads at once.
  void draw(Split split, std::int64_t first, std::int64_t count, int threads,
            SampleBlock& block) const;

 private:
  Description of_training_, of_validation_, of_test_;
};

}  // namespace lagoon::datasets
