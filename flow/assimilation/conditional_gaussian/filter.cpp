#include "flow/assimilation/conditional_gaussian/filter.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "flow/numerics/cholesky.hpp"

namespace lagoon::flow {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Ref;
using Eigen::VectorXd;

/// Errors are independent, so data may come in blocks: the cost of a block's own covariance grows
/// as the cube of its rows.
constexpr Index kRowsAtOnce = 32;

}  // namespace

void ConditionalGaussianFilter::remember() {
  state_.mean = state_.mean.replicate(2, 1).eval();
  state_.covariance = state_.covariance.replicate(2, 2).eval();
}

void ConditionalGaussianFilter::observe(const Ref<const MatrixXd>& design,
                                        const Ref<const VectorXd>& data, double variance) {
  for (Index first = 0; first < data.size(); first += kRowsAtOnce) {
    const Index n = std::min(kRowsAtOnce, data.size() - first);
    observe_block(design.middleRows(first, n), data.segment(first, n), variance);
  }
}

void ConditionalGaussianFilter::observe_block(const Ref<const MatrixXd>& design,
                                              const Ref<const VectorXd>& data, double variance) {
  const Index n = design.cols();
  MatrixXd of_state = design * state_.covariance.topRows(n);  // covariance of data and state
  MatrixXd of_data = of_state.leftCols(n) * design.transpose();
  of_data.diagonal().array() += variance;
  const Eigen::LLT<MatrixXd> root(of_data);
  const VectorXd departure = root.matrixL().solve(data - design * state_.mean.head(n));
  root.matrixL().solveInPlace(of_state);
  state_.mean.noalias() += of_state.transpose() * departure;
  // One triangle, copied: rounding never makes the covariance lopsided.
  state_.covariance.selfadjointView<Eigen::Lower>().rankUpdate(of_state.transpose(), -1);
  state_.covariance.triangularView<Eigen::StrictlyUpper>() = state_.covariance.transpose();
  log_evidence_ -= departure.squaredNorm() / 2 + half_log_determinant(root) +
                   static_cast<double>(data.size()) * std::log(2 * std::numbers::pi) / 2;
}

void ConditionalGaussianFilter::advance(const Ref<const VectorXd>& factor,
                                        const Ref<const VectorXd>& variance) {
  const Index n = factor.size();
  state_.mean.head(n).array() *= factor.array();
  state_.covariance.topRows(n).array().colwise() *= factor.array();
  state_.covariance.leftCols(n).array().rowwise() *= factor.transpose().array();
  state_.covariance.diagonal().head(n) += variance;
}

}  // namespace lagoon::flow
