#pragma once

#include <Eigen/Core>

// The model of Lorenz (1996) on a ring, dx_i/dt = (x_i+1 - x_i-2) x_i-1 - x_i + F, the usual test
// of filters.
namespace lagoon::tests {

inline Eigen::VectorXd lorenz96_slope(const Eigen::VectorXd& x) {
  constexpr double kForcing = 8;
  const Eigen::Index n = x.size();
  Eigen::VectorXd slope(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    slope[i] = (x[(i + 1) % n] - x[(i + n - 2) % n]) * x[(i + n - 1) % n] - x[i] + kForcing;
  }
  return slope;
}

/// One step of classical RK4.
inline Eigen::VectorXd lorenz96_step(const Eigen::VectorXd& x, double h) {
  const Eigen::VectorXd k1 = lorenz96_slope(x);
  const Eigen::VectorXd k2 = lorenz96_slope(x + h / 2 * k1);
  const Eigen::VectorXd k3 = lorenz96_slope(x + h / 2 * k2);
  const Eigen::VectorXd k4 = lorenz96_slope(x + h * k3);
  return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
}

}  // namespace lagoon::tests
