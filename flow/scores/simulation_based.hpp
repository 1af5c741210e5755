#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "flow/scores/calibration.hpp"

namespace lagoon::flow {

/// `count` fixed linear functionals of the control vector (count, n): orthonormal rows of normal
/// draws of the seed. Throws Error for more than n.
Eigen::MatrixXd fixed_functionals(Eigen::Index n, int count, std::uint64_t seed);

/// Simulation-based calibration (Talts et al. 2018): over truths drawn from the prior and their
/// data, each functional's rank among the posterior's draws is uniform. Ranks are those of
/// rank_pit_values(), which need no whole number of draws.
class SimulationBasedCalibration {
 public:
  /// functionals (functional, n).
  explicit SimulationBasedCalibration(Eigen::MatrixXd functionals);

  /// Takes the posterior of one simulated truth.
  void add(const Posterior& posterior, const Eigen::VectorXd& truth, const DrawKey& key);

  /// How far the ranks are from uniform.
  struct Result {
    /// All functionals' ranks together. Those of one simulation are independent only as far as the
    /// functionals are under the posterior.
    UniformityTest pooled;
    std::vector<UniformityTest> by_functional;
    /// Smallest p-value of a functional: below .01 / functionals in at most one study of a hundred
    /// that is calibrated (Bonferroni), however the functionals depend on each other.
    double smallest_p_value = 1;
  };
  /// Throws Error if nothing was added.
  Result result(int bins) const;

 private:
  Eigen::MatrixXd functionals_;
  std::vector<std::vector<double>> places_;  ///< (functional, simulation)
};

}  // namespace lagoon::flow
