#pragma once

#include <span>

#include <torch/types.h>

#include "contrastive/encoders/named_tensors.hpp"
#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// n of positions x, y (n, drifter, time). Throws Error where they are of no whole number of flows.
std::int64_t n_flows_of(const flow::Law& law, std::span<const double> x, std::span<const double> y);

/// Raw trajectories (n, 2 P J) in double: x, y (n, drifter, time) as departures from the release
/// points, ordered (time, drifter, component), so that a stretch of times is contiguous. Positions
/// that were not observed (NaN) are filled first, by datasets::fill_gaps.
torch::Tensor raw_trajectories(const flow::Law& law, std::span<const double> x,
                               std::span<const double> y);

/// The fixed map from raw trajectories to network inputs, fitted on training rows and kept in the
/// checkpoint:
///   positions   departures from the release point over their root mean square
///   increments  departures from the position one observation before, over their root mean square
///   whitened    principal components of the raw trajectory, zero mean and unit variance, by
///               descending variance
class TrajectoryFeatures {
 public:
  /// Fits to raw rows (n, 2 P J). Throws Error if there are too few for the components asked for.
  static TrajectoryFeatures fit(const ModelOptions& options, const flow::Law& law,
                                const torch::Tensor& raw);

  /// (n, 2 P J) double -> (n, n_features) float32.
  torch::Tensor apply(const torch::Tensor& raw) const;

  std::int64_t n_features() const;

  /// Observation times, or components: what a transformer cuts into patches.
  std::int64_t sequence_length() const;

  /// What load() takes, from a file in which the names have a prefix.
  NamedTensors state() const;
  static TrajectoryFeatures load(const ModelOptions& options, const flow::Law& law,
                                 const datasets::SafeTensors& file, const std::string& prefix);

 private:
  TrajectoryFeatures(const ModelOptions& options, const flow::Law& law);
  torch::Tensor base(const torch::Tensor& raw) const;

  std::string kind_;
  std::int64_t n_times_;
  std::int64_t n_coordinates_;       // of all drifters at one time
  torch::Tensor scale_;              // (1), of positions and increments
  torch::Tensor mean_, projection_;  // (2 P J), (2 P J, component), of whitened
};

}  // namespace lagoon::contrastive
