#pragma once

#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/posterior.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

/// Drifters that nobody saw, released elsewhere at t = 0, are forecast: do they go where the true
/// flow takes them? They are carried by the flow alone, without diffusion.
inline constexpr int kForecastDrifters = 16;
inline constexpr int kForecastTimes = 20;  ///< equally spaced, the last being the law's last time
inline constexpr int kForecastDraws = 32;  ///< flows that stand for a posterior

/// How a forecast of one flow fared. Distances are means over the drifters.
struct ForecastScores {
  Eigen::VectorXd separation;   ///< (time) from the truth, by the flow of the posterior's mean
  Eigen::VectorXd persistence;  ///< (time) the same of drifters that stay: how far the truth goes
  double error = 0;             ///< separation / persistence at the last time
  double error_of_draws = 0;    ///< the same of the mean place over draws of the posterior
  double variance = 0;          ///< of a drifter's place at the last time among the draws, per
                                ///< component; times 1 + 1 / draws, which a fair spread has
  double squared_error = 0;     ///< of the mean place over the draws, per component
};

/// Forecasts in the flows of one law.
class Forecaster {
 public:
  /// Throws Error for a law whose amplitudes vary: psi_hat does not say where drifters go.
  Forecaster(const Law& law, const ControlSpace& space);

  /// (kForecastTimes)
  const std::vector<double>& times() const { return law_.times; }

  /// Displacements (drifter x, then drifter y; time) in the flow of a control vector.
  Eigen::MatrixXd displacements(const Eigen::VectorXd& control) const;

  /// The draws are a function of the key.
  ForecastScores score(const Posterior& posterior, const Eigen::VectorXd& truth,
                       const DrawKey& key) const;

 private:
  Law law_;  ///< with the unseen drifters, followed at the forecast times
  ControlSpace space_;
};

}  // namespace lagoon::flow
