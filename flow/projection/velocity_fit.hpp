#pragma once

#include <span>
#include <vector>

#include "flow/projection/spectral_field.hpp"

namespace lagoon::flow {

/// Velocities (box lengths and any unit of time) at points of the unit torus.
struct VelocitySamples {
  std::vector<double> x, y;                    ///< (point) where
  std::vector<double> velocity_x, velocity_y;  ///< (point)

  std::size_t size() const { return x.size(); }
};

/// (-d psi/dy, d psi/dx) at the points, by the direct sum over all wavenumbers.
VelocitySamples velocity_at(const SpectralField& psi, std::span<const double> x,
                            std::span<const double> y);

/// observed ~ amplitude * model + mean flow, by least squares over both components.
struct VelocityFit {
  double amplitude = 1;
  double mean_x = 0, mean_y = 0;
  double r_squared = 0;             ///< 1 - residual / variance about the observed mean
  double r_squared_about_zero = 0;  ///< 1 - residual / mean square of the observed: the fitted mean
                                    ///< flow counts as explained
};

/// Least squares for amplitude and, if asked for, the mean flow. Throws Error for fewer than two
/// points or a model at rest.
VelocityFit fit_velocity(const VelocitySamples& model, const VelocitySamples& observed,
                         bool with_mean_flow = true);

/// The same with the amplitude given.
VelocityFit fit_mean_flow(const VelocitySamples& model, const VelocitySamples& observed,
                          double amplitude);

}  // namespace lagoon::flow
