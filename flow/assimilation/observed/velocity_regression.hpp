#pragma once

#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/observed/held_out_scores.hpp"
#include "flow/law/law.hpp"
#include "flow/modes.hpp"
#include "flow/projection/velocity_fit.hpp"

namespace lagoon::flow {

/// One of each pair k, -k with 0 < |k| <= n: all waves of a steady flow.
ModeSet steady_modes(int max_wavenumber);

/// A prior of steady flows seen as velocities at points: waves of prior_std proportional to
/// (4 pi^2 |k|^2 + tau^2)^-alpha with the given rms speed, a mean velocity of kMeanShare times that
/// a component, and independent errors.
struct VelocityPrior {
  double matern_tau = 0;
  double matern_alpha = 0;
  double rms_speed = 0;  ///< of the waves, box lengths and the samples' unit of time
  double noise_std = 0;  ///< per component: errors, and all motion finer than the waves
  double log_evidence = 0;
};

/// Standard deviation of a mean velocity's component over the waves' rms speed: hardly a prior.
inline constexpr double kMeanShare = 2;

/// The law of that prior: steady, without drifters or times; tracks are to be added.
Law steady_law(const ModeSet& modes, const VelocityPrior& prior);

/// Velocities at points (box lengths; periodic) as a linear function of a steady flow's waves and
/// its mean velocity: Bayes' rule is linear regression, and the prior is found by the evidence
/// (marginal likelihood), which integrates over all flows (MacKay 1992).
class VelocityRegression {
 public:
  /// Throws Error for fewer than three samples.
  VelocityRegression(const ModeSet& modes, const VelocitySamples& seen);

  /// The prior of largest evidence: rms speed and noise for given tau and alpha.
  VelocityPrior fit(double matern_tau, double matern_alpha) const;
  /// And the largest over tau in [1, 1000] and alpha in [1, 6], by turns.
  VelocityPrior fit() const;

  /// Of velocities that would be measured at these points: the posterior's and the errors.
  VectorForecast forecast(const VelocityPrior& prior, const std::vector<double>& x,
                          const std::vector<double>& y) const;

  /// The same velocities without errors as a linear function (x and then y of the points, n) of the
  /// unknowns in standard deviations of the prior.
  Eigen::MatrixXd map(const VelocityPrior& prior, const std::vector<double>& x,
                      const std::vector<double>& y) const;

 private:
  class Spectrum;
  /// Standard deviation of each unknown (n) at unit rms speed.
  Eigen::VectorXd scales(double matern_tau, double matern_alpha) const;
  /// (point, n) derivatives of both components by the unknowns.
  Eigen::MatrixXd design_x(const std::vector<double>& x, const std::vector<double>& y) const;
  Eigen::MatrixXd design_y(const std::vector<double>& x, const std::vector<double>& y) const;

  ModeSet modes_;
  double n_numbers_ = 0;       ///< two a sample
  double sum_of_squares_ = 0;  ///< of the samples
  Eigen::MatrixXd normal_;     ///< (n, n) A^T A
  Eigen::VectorXd projected_;  ///< (n) A^T velocities
};

}  // namespace lagoon::flow
