#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <span>
#include <vector>

#include "flow/integration/trajectories.hpp"
#include "flow/law/law_options.hpp"
#include "flow/prior.hpp"
#include "flow/streamfunction.hpp"

// Flows, and the slow and obvious way to follow drifters in them, for tests and benchmarks.
namespace lagoon::tests {

using Coefficients = std::vector<std::complex<double>>;

/// Positions (flow, drifter, time).
struct Paths {
  std::vector<double> x;
  std::vector<double> y;
  bool operator==(const Paths&) const = default;
};

inline double rms_difference(const Paths& a, const Paths& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.x.size(); ++i) {
    sum += std::pow(a.x[i] - b.x[i], 2) + std::pow(a.y[i] - b.y[i], 2);
  }
  return std::sqrt(sum / static_cast<double>(a.x.size()));
}

/// psi_hat (n, mode) of the first n training flows of seed 1.
inline Coefficients draw_flows(const flow::Law& law, std::size_t n) {
  Coefficients psi_hat(n * law.n_modes());
  for (std::size_t i = 0; i < n; ++i) {
    flow::draw_psi_hat(law, {1, flow::Purpose::train, i},
                       std::span(psi_hat).subspan(i * law.n_modes(), law.n_modes()));
  }
  return psi_hat;
}

inline std::span<const std::complex<double>> flow_of(const flow::Law& law,
                                                     const Coefficients& psi_hat, std::size_t i) {
  return std::span(psi_hat).subspan(i * law.n_modes(), law.n_modes());
}

/// Amplitudes (flow, time, mode) of the flows that draw_flows gives.
inline Coefficients draw_all_amplitudes(const flow::Law& law, const Coefficients& psi_hat) {
  const std::size_t n_flows = psi_hat.size() / law.n_modes();
  const std::size_t size = law.n_times() * law.n_modes();
  Coefficients amplitudes(n_flows * size);
  for (std::size_t i = 0; i < n_flows; ++i) {
    flow::draw_amplitudes(law, {1, flow::Purpose::train_amplitude, i}, flow_of(law, psi_hat, i),
                          std::span(amplitudes).subspan(i * size, size));
  }
  return amplitudes;
}

inline Paths empty_paths(const flow::Law& law, const Coefficients& psi_hat) {
  const std::size_t size = psi_hat.size() / law.n_modes() * law.n_drifters() * law.n_times();
  return {std::vector<double>(size), std::vector<double>(size)};
}

inline Paths fixed_paths(const flow::Law& law, const Coefficients& psi_hat, int steps_per_interval,
                         int threads = 1) {
  Paths paths = empty_paths(law, psi_hat);
  flow::integrate_fixed(law, psi_hat, steps_per_interval, threads, paths.x, paths.y);
  return paths;
}

inline Paths adaptive_paths(const flow::Law& law, const Coefficients& psi_hat, double tolerance) {
  Paths paths = empty_paths(law, psi_hat);
  const std::size_t size = law.n_drifters() * law.n_times();
  for (std::size_t i = 0; i * size < paths.x.size(); ++i) {
    flow::integrate_adaptive(law, flow_of(law, psi_hat, i), tolerance,
                             std::span(paths.x).subspan(i * size, size),
                             std::span(paths.y).subspan(i * size, size));
  }
  return paths;
}

/// One step of classical RK4 from time t, the velocity being the direct sum.
inline void direct_sum_step(const flow::Flow& flow, double t, double h, double& x, double& y) {
  const auto k1 = velocity_at(flow, x, y, t);
  const auto k2 = velocity_at(flow, x + h / 2 * k1[0], y + h / 2 * k1[1], t + h / 2);
  const auto k3 = velocity_at(flow, x + h / 2 * k2[0], y + h / 2 * k2[1], t + h / 2);
  const auto k4 = velocity_at(flow, x + h * k3[0], y + h * k3[1], t + h);
  x += h / 6 * (k1[0] + 2 * k2[0] + 2 * k3[0] + k4[0]);
  y += h / 6 * (k1[1] + 2 * k2[1] + 2 * k3[1] + k4[1]);
}

/// The smallest number of equal steps that are no longer than those of the longest interval.
inline int steps_of_interval(const flow::Law& law, std::size_t j, int steps_per_interval) {
  const auto length = [&](std::size_t i) {
    return i == 0 ? law.times[0] : law.times[i] - law.times[i - 1];
  };
  double longest = 0;
  for (std::size_t i = 0; i < law.n_times(); ++i) longest = std::max(longest, length(i));
  constexpr double kRounding = 1e-9;
  return std::max(
      1, static_cast<int>(std::ceil(steps_per_interval * (length(j) / longest - kRounding))));
}

/// One drifter of one flow by RK4 with direct sums: x, y (time).
inline void direct_sum_path(const flow::Law& law, std::span<const std::complex<double>> psi_hat,
                            std::size_t drifter, int steps_per_interval, std::span<double> x,
                            std::span<double> y) {
  const flow::Flow flow = {law.modes, psi_hat, law.omega};
  double at_x = law.release_x[drifter];
  double at_y = law.release_y[drifter];
  double begin = 0;
  for (std::size_t j = 0; j < law.n_times(); begin = law.times[j], ++j) {
    const int n = steps_of_interval(law, j, steps_per_interval);
    const double h = (law.times[j] - begin) / n;
    for (int i = 0; i < n; ++i) {
      direct_sum_step(flow, begin + i * h, h, at_x, at_y);
    }
    x[j] = at_x;
    y[j] = at_y;
  }
}

inline Paths direct_sum_paths(const flow::Law& law, const Coefficients& psi_hat,
                              int steps_per_interval) {
  Paths paths = empty_paths(law, psi_hat);
  for (std::size_t i = 0; i < paths.x.size() / law.n_times(); ++i) {
    direct_sum_path(law, flow_of(law, psi_hat, i / law.n_drifters()), i % law.n_drifters(),
                    steps_per_interval, std::span(paths.x).subspan(i * law.n_times()),
                    std::span(paths.y).subspan(i * law.n_times()));
  }
  return paths;
}

/// max |a - b| over all positions, both components.
inline double largest_difference(const Paths& a, const Paths& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.x.size(); ++i) {
    largest = std::max({largest, std::abs(a.x[i] - b.x[i]), std::abs(a.y[i] - b.y[i])});
  }
  return largest;
}

}  // namespace lagoon::tests
