#include "flow/observations.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <complex>
#include <limits>
#include <string>
#include <vector>

#include "flow/error.hpp"
#include "flow/integration/time_line.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/prior.hpp"

namespace lagoon::flow {
namespace {

/// Enough steps for a mean over flows: the phase a drifter sees, by its own motion across the
/// shortest wave and by the fastest frequency, advances by at most a tenth of a radian a step.
int steps_for_a_mean(const Law& law) {
  double fastest = kTwoPi * max_wavenumber(law.modes) * rms_speed(law);
  for (const double omega : law.omega) fastest = std::max(fastest, std::abs(omega));
  const double steps = fastest * law.times.back() / 0.1;
  constexpr double kMostSteps = 1 << 17;
  require(steps < kMostSteps,
          "noise_percent (--noise): the mean net displacement, its unit, would take " +
              std::to_string(steps) + " steps: give a slower or shorter flow, or no noise");
  return 1 + static_cast<int>(steps);
}

/// The law observed once, at its last time, with constant amplitudes and all drifters at once.
Law plain_to_the_end(Law law) {
  law.times = {law.times.back()};
  law.damping.assign(law.n_modes(), 0);
  law.diffusivity = 0;
  law.release_time.assign(law.n_drifters(), 0);
  law.missing_fraction = 0;
  return law;
}

}  // namespace

void add_observation_noise(const Law& law, const DrawKey& key, std::span<double> x,
                           std::span<double> y) {
  assert(x.size() == law.n_positions() && y.size() == x.size());
  if (law.observation_noise_std == 0) return;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto errors = normal_pair(key, static_cast<std::uint32_t>(i));
    x[i] += law.observation_noise_std * errors[0];
    y[i] += law.observation_noise_std * errors[1];
  }
}

void remove_unobserved(const Law& law, const DrawKey& key, std::span<double> x,
                       std::span<double> y) {
  assert(x.size() == law.n_positions() && y.size() == x.size());
  if (!law.has_gaps()) return;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double time = law.times[i % law.n_times()];
    const std::size_t drifter = i / law.n_times();
    const bool before =
        !is_released_at(law, drifter, time) && !is_released_before(law, drifter, time);
    const bool lost = law.missing_fraction > 0 &&
                      uniform(key, static_cast<std::uint32_t>(i)) < law.missing_fraction;
    if (before || lost) x[i] = y[i] = std::numeric_limits<double>::quiet_NaN();
  }
}

double mean_net_displacement(const Law& law) {
  constexpr std::size_t kFlows = 1024;
  const Law to_the_end = plain_to_the_end(law);
  const std::size_t n_modes = law.n_modes();
  std::vector<std::complex<double>> psi_hat(kFlows * n_modes);
  for (std::size_t i = 0; i < kFlows; ++i) {
    draw_psi_hat(law, {0, Purpose::displacement_probe, i},
                 std::span(psi_hat).subspan(i * n_modes, n_modes));
  }
  std::vector<double> x(kFlows * law.n_drifters());
  std::vector<double> y(x.size());
  integrate_fixed(to_the_end, psi_hat, steps_for_a_mean(law), 0, x, y);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t drifter = i % law.n_drifters();
    sum += std::hypot(x[i] - law.release_x[drifter], y[i] - law.release_y[drifter]);
  }
  return sum / static_cast<double>(x.size());
}

}  // namespace lagoon::flow
