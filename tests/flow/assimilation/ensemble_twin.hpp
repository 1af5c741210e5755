#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/ensemble/members.hpp"
#include "flow/assimilation/tracks.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/observations.hpp"
#include "flow/prior.hpp"

namespace lagoon::tests {

/// Of the columns.
inline Eigen::MatrixXd sample_covariance(const Eigen::MatrixXd& ensemble) {
  const Eigen::MatrixXd from_mean = flow::anomalies(ensemble);
  return from_mean * from_mean.transpose() / static_cast<double>(ensemble.cols() - 1);
}

/// One flow of the prior and its observed drifters.
struct Twin {
  explicit Twin(const flow::Law& twin_law, std::uint64_t number = 0, double mean_velocity_std = 0)
      : law(twin_law), space(law, mean_velocity_std) {
    psi_hat.resize(law.n_modes());
    flow::draw_psi_hat(law, {1, flow::Purpose::test, number}, psi_hat);
    x.resize(law.n_drifters() * law.n_times());
    y.resize(x.size());
    flow::integrate_fixed(law, psi_hat, 2, 1, x, y);
    flow::add_observation_noise(law, {1, flow::Purpose::test_noise, number}, x, y);
    flow::remove_unobserved(law, {1, flow::Purpose::test_missing, number}, x, y);
  }

  flow::Tracks tracks() const { return {x, y}; }
  Eigen::VectorXd truth() const { return space.control(psi_hat); }

  flow::Law law;
  flow::ControlSpace space;
  std::vector<std::complex<double>> psi_hat;
  std::vector<double> x, y;
};

}  // namespace lagoon::tests
