#pragma once

#include <optional>
#include <span>
#include <vector>

#include <torch/types.h>

#include "contrastive/encoders/features.hpp"

namespace lagoon::contrastive {

/// What whitened TrajectoryFeatures make of positions, in single precision and from where the
/// positions lie: the double trajectories, their copy without the mean and their products cost
/// more than an encoder and a search.
class PositionFeatures {
 public:
  /// None for other features, for a law of which positions may be missing, and where components are
  /// so small beside the largest (below kLeastShare of its deviation) that rounding of the
  /// positions to single precision, 2^-24 of their length, would be felt: 1e-4 at most are left.
  static std::optional<PositionFeatures> make(const flow::Law& law,
                                              const TrajectoryFeatures& features);
  static constexpr double kLeastShare = 1e-3;

  /// x, y (n, drifter, time) -> (n, n_features) float32, a row's bits being those of the row alone.
  /// Throws Error for positions of another shape.
  torch::Tensor apply(std::span<const double> x, std::span<const double> y) const;

 private:
  PositionFeatures(const flow::Law& law, const torch::Tensor& mean,
                   const torch::Tensor& projection);
  void apply_tile(std::span<const double> x, std::span<const double> y,
                  const torch::Tensor& out) const;

  flow::Law law_;
  std::int64_t n_drifters_, n_times_, n_features_;
  std::vector<double> origin_;  // (component, drifter, time) release point and mean departure
  torch::Tensor matrices_;      // (track, time, feature and zeros), tracks as origin_'s
};

}  // namespace lagoon::contrastive
