#pragma once

#include <vector>

#include "flow/assimilation/observed/held_out_scores.hpp"
#include "flow/projection/velocity_fit.hpp"

// What is known of velocities between samples without a flow: the baselines of a regression. All on
// the plane, in the unit of the samples' positions.
namespace lagoon::flow {

/// The mean of the samples everywhere, with their spread.
VectorForecast climatology(const VelocitySamples& seen, Eigen::Index n_points);

/// The velocity of the nearest sample, without spread.
VectorForecast nearest_sample(const VelocitySamples& seen, const std::vector<double>& x,
                              const std::vector<double>& y);

/// The mean weighted by 1 / distance^2 (Shepard 1968), without spread.
VectorForecast inverse_distance(const VelocitySamples& seen, const std::vector<double>& x,
                                const std::vector<double>& y);

/// Optimal interpolation of each component about the mean of the samples (Gandin 1963; Bretherton,
/// Davis and Fandry 1976), correlation exp(-r^2 / (2 length^2)), no link between components.
struct OptimalInterpolation {
  double length = 0;
  double signal_std = 0;
  double noise_std = 0;
  double log_likelihood = 0;

  /// Of largest likelihood, length in [shortest, longest].
  static OptimalInterpolation fit(const VelocitySamples& seen, double shortest, double longest);

  /// Of velocities that would be measured at these points.
  VectorForecast forecast(const VelocitySamples& seen, const std::vector<double>& x,
                          const std::vector<double>& y) const;
};

}  // namespace lagoon::flow
