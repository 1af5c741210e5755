#pragma once

#include <Eigen/Core>

#include "flow/random.hpp"

// Analysis steps of ensemble Kalman filters and smoothers. The ensemble is (state, member), what
// its members say of the observations (observation, member), by a linear or nonlinear operator.
// Work and memory grow like observations x members^2: no matrix is (observation, observation) when
// there are more observations than members.
namespace lagoon::flow {

/// What was observed, and how well.
struct Observations {
  Eigen::VectorXd values;     ///< (observation); NaN: not observed, and left out
  Eigen::VectorXd variances;  ///< (observation) of their independent errors, > 0
};

/// How the members are moved. Both have the mean and the covariance of Kalman's analysis with the
/// ensemble's own covariances (the first: the covariance in expectation).
///   perturbed_observations   each member sees observations with errors of its own, which sum to 0
///                            over the members (Burgers, van Leeuwen & Evensen 1998)
///   square_root              the symmetric transform (Bishop, Etherton & Majumdar 2001; Ott et al.
///                            2004, equations 13 to 21)
enum class Analysis { perturbed_observations, square_root };

/// One analysis as a matrix of low rank r = min(observations, members - 1):
///   ensemble + anomalies left right.
struct EnsembleUpdate {
  Eigen::MatrixXd left;   ///< (member, r)
  Eigen::MatrixXd right;  ///< (r, member)
};

/// What members say, observed (observation, member), less what was observed, over the standard
/// deviation of its error: (observation that is not NaN, member).
Eigen::MatrixXd departures_over_errors(const Eigen::Ref<const Eigen::MatrixXd>& observed,
                                       const Observations& observations);

/// The singular values of the members' departures from their mean, in units of the observation
/// errors and over sqrt(members - 1), S = V sqrt(strengths) U^T: all that an analysis needs.
class ObservedSpread {
 public:
  /// observed (observation, member). Throws Error for fewer than two members, an error variance
  /// that is not above zero, sizes that differ.
  ObservedSpread(const Eigen::Ref<const Eigen::MatrixXd>& observed,
                 const Observations& observations);

  /// r of the updates.
  Eigen::Index rank() const { return strengths_.size(); }

  /// The analysis with all error variances times `coefficient` (1: as they are).
  EnsembleUpdate update(Analysis analysis, const DrawKey& key, double coefficient = 1) const;

 private:
  void use_observations(const Eigen::MatrixXd& spread, const Eigen::VectorXd& departure);
  void use_members(const Eigen::MatrixXd& spread, const Eigen::VectorXd& departure);
  Eigen::MatrixXd draw_errors(const DrawKey& key) const;

  Eigen::VectorXd strengths_;  ///< (r) squares of the singular values
  Eigen::MatrixXd left_;       ///< (member, r) S^T V
  Eigen::VectorXd departure_;  ///< (r) V^T (observation - mean)
  Eigen::MatrixXd axes_;       ///< (observation, r) V, where observations are the fewer
};

/// ensemble + anomalies left right.
void apply(const EnsembleUpdate& update, Eigen::MatrixXd& ensemble);

/// One analysis of the ensemble.
void analyse(Analysis analysis, const Eigen::Ref<const Eigen::MatrixXd>& observed,
             const Observations& observations, const DrawKey& key, Eigen::MatrixXd& ensemble);

/// The square-root analysis of each state variable by itself, seeing observation j with its error
/// variance over weights(state, j) in [0, 1]; 0: not at all (Hunt, Kostelich & Szunyogh 2007).
/// Rows of one state alone, so the order of the states does not matter.
void analyse_locally(const Eigen::MatrixXd& observed, const Observations& observations,
                     const Eigen::MatrixXd& weights, int threads, Eigen::MatrixXd& ensemble);

}  // namespace lagoon::flow
