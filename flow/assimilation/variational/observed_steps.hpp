#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "flow/assimilation/tracks.hpp"
#include "flow/assimilation/variational/time_steps.hpp"

namespace lagoon::flow::variational {

/// What one flow's drifters were seen to do, in the steps of a clock: fixed while the control is
/// sought.
class ObservedSteps {
 public:
  /// Throws Error for tracks of another shape, infinite positions, or none observed after its
  /// drifter's release.
  ObservedSteps(const Law& law, std::vector<TimeStep> steps, const Tracks& tracks);

  const std::vector<TimeStep>& steps() const { return steps_; }
  /// Of observation time j within its step.
  const HermiteWeights& weights(std::size_t j) const { return weights_[j]; }

  const Tracks& tracks() const { return tracks_; }
  std::size_t n_times() const { return n_times_; }

  /// The steps of a drifter from its release to its last observation; none if it has none.
  /// (An observation at the release itself depends on no control, and is left out.)
  struct Range {
    std::size_t first = 0;
    std::size_t end = 0;
  };
  const Range& steps_of(std::size_t drifter) const { return ranges_[drifter]; }

  /// The position at observation time j of a drifter that was released before was observed.
  bool is_observed(std::size_t drifter, std::size_t j) const {
    return tracks_.x[drifter * n_times_ + j] == tracks_.x[drifter * n_times_ + j] &&
           tracks_.y[drifter * n_times_ + j] == tracks_.y[drifter * n_times_ + j];
  }

  /// Rows R (row, 4), at most four, with R^T R = sum over the observations in a drifter's step of
  /// w w^T, w their Hermite weights: many observations in one step say no more than four.
  std::span<const double> rows(std::size_t drifter, std::size_t step) const;

 private:
  struct Rows {
    std::size_t at = 0;
    std::size_t size = 0;
  };
  Rows append_rows(const std::vector<std::size_t>& observed);
  void find_rows(std::size_t drifter);

  const Law& law_;
  std::size_t n_times_;
  std::vector<TimeStep> steps_;
  std::vector<HermiteWeights> weights_;
  Tracks tracks_;
  std::vector<Range> ranges_;           ///< (drifter)
  std::vector<Rows> rows_of_complete_;  ///< (step) where nothing is missing
  std::vector<Rows> rows_;              ///< (drifter, step)
  std::vector<double> storage_;
};

}  // namespace lagoon::flow::variational
