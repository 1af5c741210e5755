#pragma once

#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/ensemble/analysis.hpp"
#include "flow/assimilation/tracks.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// What the ensemble methods see of one flow's drifters, and what members of its control vector
/// would have shown: x and y of all drifters at every `every`-th observation time, counted from the
/// last one.
class TrackedDrifters {
 public:
  /// error_std 0: the law's observation_noise_std. Throws Error if that is 0 too, if nothing was
  /// observed, or if amplitudes of the law vary in time (they are no part of the control vector).
  TrackedDrifters(const Law& law, const ControlSpace& space, const Tracks& tracks, int every,
                  double error_std);

  /// (time, drifter, component), the last index fastest.
  const Observations& observations() const { return observations_; }

  /// Those observations of every member (observation, member), without errors, by RK4 with that
  /// many steps in the longest interval of the law's own times. Throws Error for a law with
  /// diffusivity, whose drifters no control vector decides.
  Eigen::MatrixXd observe(const Eigen::MatrixXd& members, int steps_per_interval,
                          int threads) const;

 private:
  void observe_alike(const Eigen::MatrixXd& members, int steps, int threads,
                     Eigen::MatrixXd& observed) const;
  void observe_each(const Eigen::MatrixXd& members, int steps, int threads,
                    Eigen::MatrixXd& observed) const;
  void gather(const double* x, const double* y, Eigen::Index member,
              Eigen::MatrixXd& observed) const;

  Law law_;  ///< observed at the chosen times alone
  ControlSpace space_;
  double every_step_ = 1;  ///< longest interval of the chosen times over that of the law's
  Observations observations_;
};

/// Positions of the chosen observation times: every `every`-th, counted from the last one.
std::vector<std::size_t> chosen_times(const Law& law, int every);

/// Throws Error for a law whose amplitudes vary: no ensemble's member holds them.
void require_constant_amplitudes(const Law& law);

/// error_std, or the law's observation_noise_std where it is 0. Throws Error if both are.
double assumed_error_std(const Law& law, double error_std);

}  // namespace lagoon::flow
