#include "flow/assimilation/ensemble/iterative_smoother.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <Eigen/Cholesky>

#include "flow/assimilation/ensemble/members.hpp"
#include "flow/error.hpp"
#include "flow/scores/moments.hpp"

namespace lagoon::flow {
namespace {

/// N(mean, factor factor^T).
struct Estimate {
  Eigen::VectorXd mean;
  Eigen::MatrixXd factor;

  Eigen::MatrixXd members(const Eigen::MatrixXd& standard) const {
    return (factor * standard).colwise() + mean;
  }
};

/// The estimate at the members' weighted mean, with their variance along each axis; none of it is
/// below kLeastStd^2, for one member among a thousand may have all the weight.
Estimate estimate_of(const EnsemblePosterior& start) {
  constexpr double kLeastStd = 0.1;
  const Eigen::VectorXd weights = weights_of(start);
  const Eigen::VectorXd mean = start.members * weights;
  const Eigen::VectorXd variances =
      (start.members.colwise() - mean).array().square().matrix() * weights;
  return {mean, variances.cwiseSqrt().cwiseMax(kLeastStd).asDiagonal().toDenseMatrix()};
}

/// The observations as a linear function of z, x = mean + factor z, in units of their errors.
struct Regression {
  Eigen::MatrixXd slope;      ///< (observation, n)
  Eigen::VectorXd departure;  ///< (observation) seen - said at z = 0
  double misfit = 0;          ///< mean over members and observations of the squared departures
};

/// By least squares over members whose standard coordinates (n, member) have mean 0 and covariance
/// I.
Regression regress(Eigen::MatrixXd departures, const Eigen::MatrixXd& standard) {
  const auto n_free = static_cast<double>(standard.cols() - 1);
  Regression result;
  result.misfit = departures.squaredNorm() / static_cast<double>(departures.size());
  result.departure = -departures.rowwise().mean();
  departures.colwise() += result.departure;
  result.slope.noalias() = departures * standard.transpose() / n_free;
  // What the linear form leaves, a mean over as many degrees of freedom as there are.
  const Eigen::ArrayXd left =
      (departures.rowwise().squaredNorm() - n_free * result.slope.rowwise().squaredNorm())
          .array()
          .max(0) /
      (n_free - static_cast<double>(standard.rows()));
  const Eigen::VectorXd scale = (1 + left).sqrt().inverse().matrix();
  result.slope = scale.asDiagonal() * result.slope;
  result.departure = result.departure.cwiseProduct(scale);
  return result;
}

/// Bayes' rule from the prior N(0, I), the error variances times `coefficient`. Returns the rms
/// move of the mean in standard deviations of the new estimate.
double update(const Regression& seen, double coefficient, Estimate& estimate) {
  const Eigen::MatrixXd& factor = estimate.factor;
  Eigen::MatrixXd precision = factor.transpose() * factor;
  precision.selfadjointView<Eigen::Lower>().rankUpdate(seen.slope.transpose(), 1 / coefficient);
  const Eigen::VectorXd slope =
      seen.slope.transpose() * seen.departure / coefficient - factor.transpose() * estimate.mean;
  const Eigen::LLT<Eigen::MatrixXd> cholesky(precision);
  require(cholesky.info() == Eigen::Success,
          "the ensemble smoother's precision is not positive: start nearer, or with a larger "
          "first_coefficient");
  const Eigen::VectorXd move = cholesky.matrixL().solve(slope);
  estimate.mean += factor * cholesky.solve(slope);
  estimate.factor = cholesky.matrixL().solve(factor.transpose()).transpose();
  return move.norm() / std::sqrt(static_cast<double>(move.size()));
}

IterativePosterior posterior_of(const Estimate& estimate, const Eigen::MatrixXd& standard) {
  IterativePosterior result;
  result.ensemble.members = estimate.members(standard);
  result.gaussian = {estimate.mean, estimate.factor * estimate.factor.transpose()};
  return result;
}

IterativePosterior iterate(const TrackedDrifters& drifters, const Iterations& iterations,
                           const EnsembleOptions& options, Estimate estimate) {
  const Eigen::Index n = estimate.mean.size();
  require(options.n_members > n + 1, "n_members is " + std::to_string(options.n_members) +
                                         ": regression on " + std::to_string(n) +
                                         " unknowns needs at least " + std::to_string(n + 2));
  const Eigen::MatrixXd standard = draw_members(
      n, options.n_members, true, {options.seed, Purpose::ensemble_member, options.query});
  double coefficient = iterations.first_coefficient;
  double misfit = 0;
  bool converged = false;
  for (int turn = 0; turn < iterations.most && !converged; ++turn) {
    const Eigen::MatrixXd observed =
        drifters.observe(estimate.members(standard), options.steps_per_interval, options.threads);
    const Regression seen =
        regress(departures_over_errors(observed, drifters.observations()), standard);
    if (turn == 0) coefficient = std::clamp(seen.misfit, 1.0, coefficient);
    misfit = seen.misfit;
    const double move = update(seen, coefficient, estimate);
    converged = coefficient == 1 && move < iterations.tolerance;
    coefficient = std::max(1.0, coefficient * iterations.decay);
  }
  IterativePosterior result = posterior_of(estimate, standard);
  result.converged = converged;
  result.misfit = misfit;
  return result;
}

}  // namespace

IterativePosterior smooth_iteratively(const TrackedDrifters& drifters, const Iterations& iterations,
                                      const EnsembleOptions& options,
                                      const EnsemblePosterior& start) {
  return iterate(drifters, iterations, options, estimate_of(start));
}

IterativePosterior smooth_iteratively(const Law& law, const ControlSpace& space,
                                      const Tracks& tracks, const Iterations& iterations,
                                      const EnsembleOptions& options) {
  const TrackedDrifters drifters(law, space, tracks, options.every, options.error_std);
  const Eigen::Index n = space.size();
  return iterate(drifters, iterations, options,
                 {Eigen::VectorXd::Zero(n), Eigen::MatrixXd::Identity(n, n)});
}

}  // namespace lagoon::flow
