#pragma once

#include <memory>

#include <Eigen/Core>

#include "flow/assimilation/observed/track_forecast.hpp"
#include "flow/assimilation/posterior.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

/// What the drifters of a case would have done in flows drawn from its prior, for methods that
/// learn from simulations alone. Not for several threads at once.
class TrackSimulator {
 public:
  /// The case must outlive it. Throws Error if no drifter was seen.
  TrackSimulator(const TrackCase& track_case, const UnknownDrift& drift,
                 const UnresolvedMotion& unresolved);
  ~TrackSimulator();

  /// Length n of a control vector.
  Eigen::Index n_unknowns() const { return compression_.rows(); }

  /// (n) What tracks (drifter, time), looked at where the case saw some, say of the control: the
  /// gradient of their log-likelihood at rest, control 0, where it is linear in them. Where
  /// drifters go less than the waves are long it leaves out little (score compression: Alsing and
  /// Wandelt 2018, MNRAS 476, L60).
  Eigen::VectorXd summary(const Tracks& tracks) const;
  /// Of the case's own.
  Eigen::VectorXd summary() const { return summary(case_.tracks()); }

  /// (n, n) What a summary adds to the control's precision: Fisher's information at rest.
  const Eigen::MatrixXd& precision() const { return precision_; }

  /// Tracks (drifter, time) of the flow of a control: RK4 from one time to the next, where the way
  /// of the unresolved motion in between is added; then errors of position; both are
  /// multiplied by `widening`.
  Tracks draw(const Eigen::VectorXd& control, const DrawKey& key, double widening = 1);

  /// Positions asked for (place, x | y): mean and spread over members, who go with their flows, and
  /// of the unresolved motion since the release.
  VectorForecast forecast(const EnsemblePosterior& members);

 private:
  class Followed;

  const TrackCase& case_;
  UnresolvedMotion unresolved_;
  std::unique_ptr<Followed> seen_, asked_;
  Eigen::MatrixXd compression_;  ///< (n, place seen x | y)
  Eigen::MatrixXd precision_;
  std::vector<std::size_t> places_;
  std::vector<double> x_, y_;  ///< (drifter, time) drawn last
};

}  // namespace lagoon::flow
