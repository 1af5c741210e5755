#include "flow/assimilation/ensemble/analysis.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <Eigen/Eigenvalues>

#include "flow/assimilation/ensemble/members.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"

namespace lagoon::flow {
namespace {

/// Squared singular values below this share of the largest are rounding of the Gram matrix.
constexpr double kSmallestStrength = 1e-14;

std::vector<Eigen::Index> observed_rows(const Observations& observations) {
  std::vector<Eigen::Index> rows;
  for (Eigen::Index i = 0; i < observations.values.size(); ++i) {
    if (!std::isnan(observations.values[i])) rows.push_back(i);
  }
  return rows;
}

void require_valid(const Eigen::Ref<const Eigen::MatrixXd>& observed,
                   const Observations& observations) {
  require(observed.cols() >= 2, "the ensemble has " + std::to_string(observed.cols()) +
                                    " members: a spread needs at least 2");
  require(observed.rows() == observations.values.size() &&
              observations.variances.size() == observations.values.size(),
          "the members say " + std::to_string(observed.rows()) + " values, but there are " +
              std::to_string(observations.values.size()) + " observations and " +
              std::to_string(observations.variances.size()) + " error variances: give as many");
  for (const double variance : observations.variances) {
    require(variance > 0, "an observation's error variance is " + std::to_string(variance) +
                              ": an ensemble needs errors above 0 (give an error_std)");
  }
}

/// The eigenvalues that are not rounding, largest last, and their vectors.
struct Spectrum {
  Eigen::VectorXd values;
  Eigen::MatrixXd vectors;
};

Spectrum spectrum_of(const Eigen::MatrixXd& gram) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram);
  const Eigen::VectorXd& values = solver.eigenvalues();
  Eigen::Index n = 0;
  const double least = kSmallestStrength * std::max(0.0, values.tail(1).sum());
  while (n < values.size() && values[values.size() - 1 - n] > least) ++n;
  return {values.tail(n), solver.eigenvectors().rightCols(n)};
}

}  // namespace

Eigen::MatrixXd departures_over_errors(const Eigen::Ref<const Eigen::MatrixXd>& observed,
                                       const Observations& observations) {
  const std::vector<Eigen::Index> rows = observed_rows(observations);
  const Eigen::VectorXd scale = observations.variances(rows).cwiseSqrt().cwiseInverse();
  Eigen::MatrixXd departures(static_cast<Eigen::Index>(rows.size()), observed.cols());
  for (Eigen::Index j = 0; j < observed.cols(); ++j) {
    departures.col(j) = (observed.col(j)(rows) - observations.values(rows)).cwiseProduct(scale);
  }
  return departures;
}

ObservedSpread::ObservedSpread(const Eigen::Ref<const Eigen::MatrixXd>& observed,
                               const Observations& observations) {
  require_valid(observed, observations);
  // The departures of the members, then of their mean, in units of the errors.
  Eigen::MatrixXd spread = departures_over_errors(observed, observations);
  const Eigen::VectorXd departure = -spread.rowwise().mean();
  spread.colwise() += departure;
  spread /= std::sqrt(static_cast<double>(observed.cols() - 1));
  if (spread.rows() < observed.cols()) {
    use_observations(spread, departure);
  } else {
    use_members(spread, departure);
  }
}

void ObservedSpread::use_observations(const Eigen::MatrixXd& spread,
                                      const Eigen::VectorXd& departure) {
  if (spread.rows() == 0) {
    left_.resize(spread.cols(), 0);
    return;
  }
  Spectrum spectrum = spectrum_of(spread * spread.transpose());
  strengths_ = std::move(spectrum.values);
  axes_ = std::move(spectrum.vectors);
  left_ = spread.transpose() * axes_;
  departure_ = axes_.transpose() * departure;
}

void ObservedSpread::use_members(const Eigen::MatrixXd& spread, const Eigen::VectorXd& departure) {
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(spread.cols(), spread.cols());
  gram.selfadjointView<Eigen::Lower>().rankUpdate(spread.transpose());
  const Spectrum spectrum = spectrum_of(gram.selfadjointView<Eigen::Lower>());
  const Eigen::VectorXd singular = spectrum.values.cwiseSqrt();
  strengths_ = spectrum.values;
  left_ = spectrum.vectors * singular.asDiagonal();
  departure_ =
      (spectrum.vectors.transpose() * (spread.transpose() * departure)).cwiseQuotient(singular);
}

/// V^T (errors of the observations that each member sees). Where there are many observations, V^T
/// of standard normals is drawn, which are standard normals too.
Eigen::MatrixXd ObservedSpread::draw_errors(const DrawKey& key) const {
  const Eigen::Index n_members = left_.rows();
  const bool in_full = axes_.size() > 0;
  const Eigen::MatrixXd errors =
      anomalies(normals(in_full ? axes_.rows() : rank(), n_members, key)) *
      std::sqrt(static_cast<double>(n_members) / static_cast<double>(n_members - 1));
  return in_full ? Eigen::MatrixXd(axes_.transpose() * errors) : errors;
}

EnsembleUpdate ObservedSpread::update(Analysis analysis, const DrawKey& key,
                                      double coefficient) const {
  const double root = std::sqrt(static_cast<double>(left_.rows() - 1));
  const Eigen::ArrayXd shrinkage = (strengths_.array() + coefficient).inverse();
  Eigen::MatrixXd right;
  if (analysis == Analysis::perturbed_observations) {
    right = std::sqrt(coefficient) * draw_errors(key) - root * left_.transpose();
    right.colwise() += departure_;
    right = (shrinkage / root).matrix().asDiagonal() * right;
  } else {
    // ((1 + s)^-1/2 - 1) / s without its cancellation, s being strength / coefficient.
    const Eigen::ArrayXd kept = (strengths_.array() / coefficient + 1).sqrt().inverse();
    const Eigen::ArrayXd factor = -kept.square() / ((1 + kept) * coefficient);
    right = factor.matrix().asDiagonal() * left_.transpose();
    right.colwise() += (shrinkage / root * departure_.array()).matrix();
  }
  return {left_, right};
}

void apply(const EnsembleUpdate& update, Eigen::MatrixXd& ensemble) {
  const Eigen::MatrixXd weights = anomalies(ensemble) * update.left;
  ensemble.noalias() += weights * update.right;
}

void analyse(Analysis analysis, const Eigen::Ref<const Eigen::MatrixXd>& observed,
             const Observations& observations, const DrawKey& key, Eigen::MatrixXd& ensemble) {
  apply(ObservedSpread(observed, observations).update(analysis, key), ensemble);
}

void analyse_locally(const Eigen::MatrixXd& observed, const Observations& observations,
                     const Eigen::MatrixXd& weights, int threads, Eigen::MatrixXd& ensemble) {
  require(weights.rows() == ensemble.rows() && weights.cols() == observed.rows(),
          "the localisation weights are " + std::to_string(weights.rows()) + " by " +
              std::to_string(weights.cols()) + ": give one a state and observation");
  parallel_for(static_cast<std::size_t>(ensemble.rows()), threads, [&](std::size_t i) {
    const auto row = static_cast<Eigen::Index>(i);
    std::vector<Eigen::Index> seen;
    for (Eigen::Index j = 0; j < weights.cols(); ++j) {
      if (weights(row, j) > 0) seen.push_back(j);
    }
    const Eigen::VectorXd weight = weights.row(row).transpose()(seen);
    const Observations local = {observations.values(seen),
                                observations.variances(seen).cwiseQuotient(weight)};
    Eigen::MatrixXd state = ensemble.row(row);
    const Eigen::MatrixXd local_observed = observed(seen, Eigen::all);
    analyse(Analysis::square_root, local_observed, local, {}, state);
    ensemble.row(row) = state;
  });
}

}  // namespace lagoon::flow
