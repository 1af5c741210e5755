#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/posterior.hpp"
#include "flow/assimilation/tracks.hpp"
#include "flow/observations.hpp"
#include "tests/support/flows.hpp"

// Twins whose drifters feel Brownian motion and are observed without error.
namespace lagoon::tests {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// 48 modes, drifters released at random, and a diffusivity that spreads them by `spread` of the
/// mean net displacement: sqrt(2 diffusivity T).
inline flow::Law diffusing_law(int n_drifters, int n_times, double spread = 0.05) {
  flow::LawOptions options;
  options.drop_mean_mode = true;
  options.release = "uniform";
  options.n_drifters = n_drifters;
  options.n_times = n_times;
  flow::Law law = flow::make_law(options);
  const double length = spread * flow::mean_net_displacement(law);
  law.diffusivity = length * length / (2 * law.times.back());
  return law;
}

/// Flows of a law and their drifters, by Euler-Maruyama.
struct Twins {
  Coefficients psi_hat;     ///< (flow, mode)
  Coefficients amplitudes;  ///< (flow, time, mode); empty where they do not vary
  Paths paths;              ///< (flow, drifter, time)
};

/// Flows first, ..., first + n - 1.
inline Twins draw_twins(const flow::Law& law, std::size_t first, std::size_t n,
                        int steps_per_interval = 1) {
  Twins twins;
  twins.psi_hat.resize(n * law.n_modes());
  if (law.has_varying_amplitudes()) {
    twins.amplitudes.resize(n * law.n_times() * law.n_modes());
  }
  std::vector<flow::DrawKey> diffusion;
  for (std::size_t i = 0; i < n; ++i) {
    const auto psi_hat = std::span(twins.psi_hat).subspan(i * law.n_modes(), law.n_modes());
    flow::draw_psi_hat(law, {3, flow::Purpose::test, first + i}, psi_hat);
    diffusion.push_back({3, flow::Purpose::test_diffusion, first + i});
    if (twins.amplitudes.empty()) continue;
    const std::size_t size = law.n_times() * law.n_modes();
    flow::draw_amplitudes(law, {3, flow::Purpose::test_amplitude, first + i}, psi_hat,
                          std::span(twins.amplitudes).subspan(i * size, size));
  }
  twins.paths = empty_paths(law, twins.psi_hat);
  flow::integrate_fixed(
      law, {flow::Method::euler_maruyama, flow::Precision::float64, steps_per_interval},
      {twins.psi_hat, twins.amplitudes, diffusion}, 1, twins.paths.x, twins.paths.y);
  return twins;
}

inline flow::Tracks tracks_of(const flow::Law& law, const Twins& twins, std::size_t i) {
  const std::size_t size = law.n_drifters() * law.n_times();
  return {std::span(twins.paths.x).subspan(i * size, size),
          std::span(twins.paths.y).subspan(i * size, size)};
}

/// Velocity of a control vector alone at a point, the law's mean velocity apart, by direct sums.
inline std::array<double, 2> velocity_of(const flow::Law& law, const flow::ControlSpace& space,
                                         const Eigen::VectorXd& control, double x, double y,
                                         double t) {
  const Coefficients psi_hat = space.psi_hat(control);
  std::array<double, 2> velocity = velocity_at(flow::Flow{law.modes, psi_hat, law.omega}, x, y, t);
  if (space.has_mean_velocity()) {
    velocity[0] += space.mean_velocity_std() * control[space.size() - 2];
    velocity[1] += space.mean_velocity_std() * control[space.size() - 1];
  }
  return velocity;
}

/// Of many true values, each with a normal estimate, those within its central 90 per cent.
struct Coverage {
  double inside = 0;
  double all = 0;

  void add(const Eigen::VectorXd& truth, const flow::GaussianPosterior& posterior) {
    constexpr double kNinetyPercent = 1.6448536269514722;
    for (Eigen::Index i = 0; i < truth.size(); ++i) {
      const double std = std::sqrt(posterior.covariance(i, i));
      inside += std::abs(truth[i] - posterior.mean[i]) < kNinetyPercent * std ? 1 : 0;
      all += 1;
    }
  }

  double share() const { return inside / all; }
};

}  // namespace lagoon::tests
