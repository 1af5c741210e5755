#include "flow/assimilation/models/point_vortices.hpp"

#include <cmath>
#include <numbers>

namespace lagoon::flow {

void PointVortices::slope(const double* state, double* slope) const {
  for (Eigen::Index i = 0; i < size(); i += 2) {
    slope[i] = slope[i + 1] = 0;
    for (Eigen::Index j = 0; j < n_vortices(); ++j) {
      if (i == 2 * j) continue;
      const double dx = state[i] - state[2 * j];
      const double dy = state[i + 1] - state[2 * j + 1];
      const double rate =
          circulations_[static_cast<std::size_t>(j)] / (2 * std::numbers::pi * (dx * dx + dy * dy));
      slope[i] -= rate * dy;
      slope[i + 1] += rate * dx;
    }
  }
}

void PointVortices::step(double h, Eigen::Ref<Eigen::VectorXd> state) const {
  constexpr double kNodes[] = {0.5, 0.5, 1};
  constexpr double kWeights[] = {2, 2, 1};
  Eigen::VectorXd k(size());
  slope(state.data(), k.data());
  Eigen::VectorXd sum = k;
  Eigen::VectorXd at(size());
  for (int stage = 0; stage < 3; ++stage) {
    at = state + kNodes[stage] * h * k;
    slope(at.data(), k.data());
    sum += kWeights[stage] * k;
  }
  state += h / 6 * sum;
}

double PointVortices::hamiltonian(const Eigen::VectorXd& state) const {
  double sum = 0;
  for (Eigen::Index i = 0; i < n_vortices(); ++i) {
    for (Eigen::Index j = 0; j < i; ++j) {
      const double distance = (state.segment<2>(2 * i) - state.segment<2>(2 * j)).norm();
      sum -= circulations_[static_cast<std::size_t>(i)] *
             circulations_[static_cast<std::size_t>(j)] * std::log(distance);
    }
  }
  return sum / (2 * std::numbers::pi);
}

double PointVortices::angular_impulse(const Eigen::VectorXd& state) const {
  double sum = 0;
  for (Eigen::Index i = 0; i < n_vortices(); ++i) {
    sum += circulations_[static_cast<std::size_t>(i)] * state.segment<2>(2 * i).squaredNorm();
  }
  return sum;
}

PointVortices corotating_pair() {
  return PointVortices({2 * std::numbers::pi, 2 * std::numbers::pi}, 1);
}

}  // namespace lagoon::flow
