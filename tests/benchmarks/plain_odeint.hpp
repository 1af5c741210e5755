#pragma once

#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>
#include <vector>

#include <boost/numeric/odeint/stepper/runge_kutta4.hpp>

#include "flow/law/law.hpp"

// What a careful user of Boost.Odeint writes: its RK4 on doubles over the separable sum of the 49
// modes, whose matrix is made once a time for all drifters of the flow.
namespace lagoon::tests {

/// psi(x, y) = phi(x)^T A phi(y), phi(x) = [1, c_1, s_1, ..., c_3, s_3], at one time.
struct SeparableSum {
  static constexpr int kSide = 7;
  using Row = std::array<double, kSide>;
  std::array<Row, kSide> a{};

  SeparableSum(const flow::Law& law, std::span<const std::complex<double>> psi_hat, double t) {
    for (std::size_t m = 0; m < law.n_modes(); ++m) {
      const std::complex<double> c =
          2 * std::numbers::pi * psi_hat[m] * std::polar(1.0, law.omega[m] * t);
      const int k = law.modes.k[m], l = law.modes.l[m];
      const std::size_t p = index(k), q = index(l);
      const double sign_k = k < 0 ? -1 : 1, sign_l = l < 0 ? -1 : 1;
      // Re c e^{i (alpha + beta)}, alpha = 2 pi k x and beta = 2 pi l y, by sums of angles.
      a[p][q] += c.real();
      if (l != 0) a[p][q + 1] -= sign_l * c.imag();
      if (k != 0) a[p + 1][q] -= sign_k * c.imag();
      if (k != 0 && l != 0) a[p + 1][q + 1] -= sign_k * sign_l * c.real();
    }
  }

  static std::size_t index(int k) {
    return k == 0 ? 0 : static_cast<std::size_t>(2 * std::abs(k) - 1);
  }

  static Row basis(double x) {
    const double c = std::cos(2 * std::numbers::pi * x), s = std::sin(2 * std::numbers::pi * x);
    const double c2 = 2 * c * c - 1, s2 = 2 * c * s;
    return {1, c, s, c2, s2, 2 * c * c2 - c, 2 * c * s2 - s};
  }

  /// phi' / (2 pi).
  static Row derivative(const Row& phi) {
    return {0, -phi[2], phi[1], -2 * phi[4], 2 * phi[3], -3 * phi[6], 3 * phi[5]};
  }

  std::array<double, 2> velocity(double x, double y) const {
    const Row in_x = basis(x), in_y = basis(y);
    const Row along_x = derivative(in_x), along_y = derivative(in_y);
    double vx = 0, vy = 0;
    for (std::size_t p = 0; p < kSide; ++p) {
      double across_x = 0, across_y = 0;
      for (std::size_t q = 0; q < kSide; ++q) {
        across_x += a[p][q] * along_y[q];
        across_y += a[p][q] * in_y[q];
      }
      vx -= in_x[p] * across_x;
      vy += along_x[p] * across_y;
    }
    return {vx, vy};
  }
};

/// All drifters of one flow at the law's times, evenly spaced: x, y (drifter, time).
inline void plain_odeint_paths(const flow::Law& law, std::span<const std::complex<double>> psi_hat,
                               int steps_per_interval, std::span<double> x, std::span<double> y) {
  using State = std::array<double, 2>;
  std::vector<State> states;
  for (std::size_t p = 0; p < law.n_drifters(); ++p) {
    states.push_back({law.release_x[p], law.release_y[p]});
  }
  const double h = law.times.front() / steps_per_interval;
  boost::numeric::odeint::runge_kutta4<State> stepper;
  SeparableSum last(law, psi_hat, 0);
  const int n_steps = steps_per_interval * static_cast<int>(law.n_times());
  for (int step = 0; step < n_steps; ++step) {
    const double begin = step * h;
    const SeparableSum sums[3] = {last, {law, psi_hat, begin + h / 2}, {law, psi_hat, begin + h}};
    const auto velocity = [&](const State& at, State& derivative, double t) {
      derivative = sums[t == 0 ? 0 : (t == h ? 2 : 1)].velocity(at[0], at[1]);
    };
    for (State& state : states) stepper.do_step(velocity, state, 0.0, h);
    last = sums[2];
    if ((step + 1) % steps_per_interval != 0) continue;
    const auto j = static_cast<std::size_t>(step / steps_per_interval);
    for (std::size_t p = 0; p < states.size(); ++p) {
      x[p * law.n_times() + j] = states[p][0];
      y[p * law.n_times() + j] = states[p][1];
    }
  }
}

}  // namespace lagoon::tests
