#pragma once

#include <utility>

#include <Eigen/Core>

#include "flow/assimilation/posterior.hpp"

namespace lagoon::flow {

/// The exact filter of a state z whose steps and data are linear with normal errors once the
/// positions seen so far are given (the conditionally Gaussian filter of Liptser & Shiryaev; Chen,
/// Majda & Tong, Nonlinearity 27, 2133 (2014), in discrete time): a Kalman filter whose matrices
/// the data themselves choose.
///
/// Smoothing towards a fixed time (Anderson & Moore, Optimal Filtering, chapter 7): let the state
/// end in a copy of what it is then, see remember().
class ConditionalGaussianFilter {
 public:
  /// Begins with that law of the state.
  explicit ConditionalGaussianFilter(GaussianPosterior start) : state_(std::move(start)) {}

  /// The state is now (z, z as it is now), of which only the first half goes on.
  void remember();

  /// Sees data (row) = design (row, n) z + independent normal errors of that variance, n at most
  /// the length of the state, whose first components are meant.
  void observe(const Eigen::Ref<const Eigen::MatrixXd>& design,
               const Eigen::Ref<const Eigen::VectorXd>& data, double variance);

  /// The first components become factor z + independent normal errors of those variances.
  void advance(const Eigen::Ref<const Eigen::VectorXd>& factor,
               const Eigen::Ref<const Eigen::VectorXd>& variance);

  /// The law of the state given all data so far.
  const GaussianPosterior& state() const { return state_; }
  /// Log density of all data so far, nats.
  double log_evidence() const { return log_evidence_; }

 private:
  void observe_block(const Eigen::Ref<const Eigen::MatrixXd>& design,
                     const Eigen::Ref<const Eigen::VectorXd>& data, double variance);

  GaussianPosterior state_;
  double log_evidence_ = 0;
};

}  // namespace lagoon::flow
