#pragma once

#include <utility>

#include "contrastive/training/sources/pair_source.hpp"
#include "datasets/generation/fresh_flows.hpp"

namespace lagoon::contrastive {

/// Fresh flows: row r of step s is sample s B + r of the stream, of a second batch sample
/// 2^48 + s B + r, whichever thread draws it. A rank draws its own rows only.
class StreamMaker : public PairMaker {
 public:
  /// `n_train`: what all steps of the run take together.
  StreamMaker(datasets::FreshFlows flows, FeatureMaps maps, std::int64_t batch_size,
              const BatchRows& rows, std::int64_t n_train)
      : flows_(std::move(flows)),
        maps_(std::move(maps)),
        batch_size_(batch_size),
        rows_(rows),
        n_train_(n_train) {}

  PairedFeatures make(std::int64_t step, std::int64_t n_steps, BatchStream stream) const override;
  std::int64_t n_train() const override { return n_train_; }
  PairedFeatures first(std::int64_t n) const override;

  /// The last `n` before `step`.
  PairedFeatures trained_on(std::int64_t step, std::int64_t n) const override;

 private:
  datasets::FreshFlows flows_;
  FeatureMaps maps_;
  std::int64_t batch_size_;
  BatchRows rows_;
  std::int64_t n_train_;
};

}  // namespace lagoon::contrastive
