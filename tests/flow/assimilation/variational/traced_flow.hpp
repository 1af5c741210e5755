#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/variational/variational.hpp"
#include "flow/observations.hpp"
#include "tests/support/flows.hpp"

// Twin experiments of the variational method: a flow, its drifters, what was seen of them.
namespace lagoon::tests {

struct TracedFlowOptions {
  int n_drifters = 8;
  int n_times = 100;
  int max_wavenumber = 3;
  double noise_percent = 0;
  double missing_percent = 0;
  double release_interval = 0;
  double mean_velocity_x = 0, mean_velocity_y = 0;
};

/// Number i has a law and a flow of its own. Drifters are released at random; the truth is
/// followed with `steps_per_interval`.
struct TracedFlow {
  flow::Law law;
  Coefficients psi_hat;
  Paths paths;  ///< as observed

  TracedFlow(const TracedFlowOptions& options, std::uint64_t i, int steps_per_interval = 1)
      : law(make_law(options, i)), psi_hat(law.n_modes()) {
    flow::draw_psi_hat(law, {7, flow::Purpose::test, i}, psi_hat);
    paths = fixed_paths(law, psi_hat, steps_per_interval);
    flow::add_observation_noise(law, {7, flow::Purpose::test_noise, i}, paths.x, paths.y);
    flow::remove_unobserved(law, {7, flow::Purpose::test_missing, i}, paths.x, paths.y);
  }

  flow::Tracks tracks() const { return {paths.x, paths.y}; }

  static flow::Law make_law(const TracedFlowOptions& options, std::uint64_t i) {
    flow::LawOptions of_law;
    of_law.law_seed = i;
    of_law.release = "uniform";
    of_law.n_drifters = options.n_drifters;
    of_law.n_times = options.n_times;
    of_law.max_wavenumber = options.max_wavenumber;
    of_law.noise_percent = options.noise_percent;
    of_law.missing_percent = options.missing_percent;
    of_law.release_interval = options.release_interval;
    of_law.mean_velocity_x = options.mean_velocity_x;
    of_law.mean_velocity_y = options.mean_velocity_y;
    return flow::make_law(of_law);
  }
};

/// Mean square over space and over [0, T] of the streamfunction of psi_hat without its spatial
/// mean, or of its velocity: at each time k and -k fold into one wave.
inline double field_square(const flow::Law& law, const Coefficients& psi_hat, bool of_velocity) {
  constexpr int kTimes = 200;
  double sum = 0;
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    const int k_squared = flow::k_squared(law.modes, m);
    if (k_squared == 0) continue;
    const auto mirror = flow::find_mode(law.modes, -law.modes.k[m], -law.modes.l[m]);
    for (int i = 0; i < kTimes; ++i) {
      const double t = law.times.back() * (i + 0.5) / kTimes;
      auto wave = psi_hat[m] * std::polar(1.0, law.omega[m] * t);
      if (mirror) wave += std::conj(psi_hat[*mirror] * std::polar(1.0, law.omega[*mirror] * t));
      sum += std::norm(wave) * (of_velocity ? k_squared : 1);  // a pair is met twice
    }
  }
  return sum;
}

/// Relative L2 error over space and [0, T] of the streamfunction, or of the velocity.
inline double field_error(const flow::Law& law, const Coefficients& estimate,
                          const Coefficients& truth, bool of_velocity = false) {
  Coefficients error = estimate;
  for (std::size_t m = 0; m < error.size(); ++m) error[m] -= truth[m];
  return std::sqrt(field_square(law, error, of_velocity) / field_square(law, truth, of_velocity));
}

}  // namespace lagoon::tests
