#include "flow/assimilation/conditional_gaussian/increment_regression.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "flow/assimilation/conditional_gaussian/exactness.hpp"
#include "flow/error.hpp"
#include "flow/numerics/cholesky.hpp"

namespace lagoon::flow {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Increments whose waves are made and multiplied together: what the second-level cache holds.
constexpr Index kIncrementsAtOnce = 128;

}  // namespace

/// Over increments of duration dt and displacement d with waves b, both components of the velocity
/// being slopes times b: all that the normal equations need.
struct IncrementRegression::Sums {
  MatrixXd waves_waves;           ///< b b^T dt, lower triangle
  VectorXd waves;                 ///< b dt
  VectorXd waves_x, waves_y;      ///< b d
  double duration = 0;            ///< dt
  double step_x = 0, step_y = 0;  ///< d
  double squares = 0;             ///< |d|^2 / dt
  double log_durations = 0;       ///< log dt
  Index n_increments = 0;
  MatrixXd nodes, rows;  ///< scratch

  explicit Sums(Index n)
      : waves_waves(MatrixXd::Zero(n, n)),
        waves(VectorXd::Zero(n)),
        waves_x(VectorXd::Zero(n)),
        waves_y(VectorXd::Zero(n)) {}

  void add_steps(const DrifterPath& path) {
    duration += path.root_duration.square().sum();
    step_x += (path.step_x * path.root_duration).sum();
    step_y += (path.step_y * path.root_duration).sum();
    squares += path.step_x.square().sum() + path.step_y.square().sum();
    for (const double root : path.root_duration) {
      if (root > 0) log_durations += 2 * std::log(root), ++n_increments;
    }
  }
};

IncrementRegression::IncrementRegression(const Law& law, const ControlSpace& space,
                                         IncrementRule rule)
    : law_(law),
      space_(space),
      rule_(rule),
      design_(law, space),
      at_times_(design_.phases(as_array(law.times))),
      at_releases_(design_.phases(as_array(law.release_time))) {
  require_brownian_increments(law, "the regression of increments");
  require(
      !law.has_varying_amplitudes(),
      "the regression of increments needs amplitudes that do not vary, and the law has damping: "
      "use the conditional-Gaussian filter");
}

Phases IncrementRegression::phases_along(const DrifterPath& path, std::size_t drifter, Index first,
                                         Index n) const {
  const Index released = first == 0 ? 1 : 0;
  const auto from_time = static_cast<Index>(path.first) + first - 1 + released;
  Phases phases = {Eigen::ArrayXXd(n, at_times_.cosine.cols()),
                   Eigen::ArrayXXd(n, at_times_.cosine.cols())};
  if (released == 1) {
    phases.cosine.row(0) = at_releases_.cosine.row(static_cast<Index>(drifter));
    phases.sine.row(0) = at_releases_.sine.row(static_cast<Index>(drifter));
  }
  phases.cosine.bottomRows(n - released) = at_times_.cosine.middleRows(from_time, n - released);
  phases.sine.bottomRows(n - released) = at_times_.sine.middleRows(from_time, n - released);
  return phases;
}

void IncrementRegression::add(const DrifterPath& path, std::size_t drifter, Sums& sums) const {
  sums.add_steps(path);
  const Index ends = rule_ == IncrementRule::trapezoid ? 1 : 0;
  for (Index first = 0; first < path.n_increments(); first += kIncrementsAtOnce) {
    const Index n = std::min(kIncrementsAtOnce, path.n_increments() - first);
    design_.fill_waves(path.x.segment(first, n + ends), path.y.segment(first, n + ends),
                       phases_along(path, drifter, first, n + ends), sums.nodes);
    sums.rows = sums.nodes.topRows(n);
    if (ends == 1) sums.rows = (sums.rows + sums.nodes.bottomRows(n)) / 2;
    const auto root_duration = path.root_duration.segment(first, n);
    sums.rows.array().colwise() *= root_duration;
    sums.waves_waves.selfadjointView<Eigen::Lower>().rankUpdate(sums.rows.transpose());
    sums.waves.noalias() += sums.rows.transpose() * root_duration.matrix();
    sums.waves_x.noalias() += sums.rows.transpose() * path.step_x.segment(first, n).matrix();
    sums.waves_y.noalias() += sums.rows.transpose() * path.step_y.segment(first, n).matrix();
  }
}

ExactPosterior IncrementRegression::solve(const Sums& sums) const {
  const Index n = space_.n_coefficients();
  const VectorXd &slope_x = design_.slope_x(), &slope_y = design_.slope_y();
  MatrixXd precision = MatrixXd::Zero(space_.size(), space_.size());  // lower triangle
  VectorXd information_vector(space_.size());
  precision.topLeftCorner(n, n) = (slope_x * slope_x.transpose() + slope_y * slope_y.transpose())
                                      .cwiseProduct(sums.waves_waves);
  information_vector.head(n) =
      slope_x.cwiseProduct(sums.waves_x) + slope_y.cwiseProduct(sums.waves_y);
  if (space_.has_mean_velocity()) {
    const double std = space_.mean_velocity_std();
    precision.row(n).head(n) = std * slope_x.cwiseProduct(sums.waves);
    precision.row(n + 1).head(n) = std * slope_y.cwiseProduct(sums.waves);
    precision.diagonal().tail<2>().setConstant(std * std * sums.duration);
    information_vector.tail<2>() = std * Eigen::Vector2d(sums.step_x, sums.step_y);
  }
  const double variance = 2 * law_.diffusivity;  // of a component in unit time
  precision /= variance;
  precision.diagonal().array() += 1;
  information_vector /= variance;

  ExactPosterior result;
  const Eigen::LLT<MatrixXd> root(precision);
  result.posterior.mean = root.solve(information_vector);
  result.posterior.covariance = root.solve(MatrixXd::Identity(space_.size(), space_.size()));
  result.information = half_log_determinant(root);
  const double misfit = sums.squares / variance - information_vector.dot(result.posterior.mean);
  const double log_of_variances =
      static_cast<double>(sums.n_increments) * std::log(2 * std::numbers::pi * variance) +
      sums.log_durations;
  result.log_evidence = -misfit / 2 - log_of_variances - result.information;
  return result;
}

ExactPosterior IncrementRegression::posterior(const Tracks& tracks) const {
  Sums sums(space_.n_coefficients());
  for (std::size_t drifter = 0; drifter < law_.n_drifters(); ++drifter) {
    add(path_of(law_, tracks, drifter), drifter, sums);
  }
  return solve(sums);
}

ExactPosterior exact_posterior(const Law& law, const ControlSpace& space, const Tracks& tracks,
                               IncrementRule rule) {
  return IncrementRegression(law, space, rule).posterior(tracks);
}

}  // namespace lagoon::flow
