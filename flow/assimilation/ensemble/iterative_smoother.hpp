#pragma once

#include "flow/assimilation/ensemble/ensemble_options.hpp"
#include "flow/assimilation/ensemble/tracked_drifters.hpp"
#include "flow/assimilation/posterior.hpp"

namespace lagoon::flow {

/// How the iterative smoother goes from the prior to the posterior.
struct Iterations {
  double first_coefficient = 300;  ///< error variances begin multiplied by this, or by the misfit
                                   ///< an observation of the first members where that is less
  double decay = 0.6;              ///< and the factor falls so each time, to 1
  int most = 30;
  double tolerance = 0.05;  ///< the mean's last move, rms in posterior standard deviations
};

/// What the iterations came to.
struct IterativePosterior {
  EnsemblePosterior ensemble;  ///< mean and covariance are the Gaussian's
  GaussianPosterior gaussian;
  bool converged = false;
  double misfit = 0;  ///< mean over members and observations of (departure / error)^2, at the last
};

/// The iterative ensemble smoother with the prior kept: each turn spreads members over the current
/// estimate N(m, L L^T), regresses what they would have shown on where they stand, h(x) ~ h + J (x
/// - m), with what is left, independent between observations, added to the error variances, and
/// replaces the estimate by Bayes' rule from the prior N(0, I) (Gu & Oliver 2007, SPE J. 12, 438,
/// whose sensitivities they are; the errors of the linear form as Garcia-Fernandez, Svensson &
/// Sarkka 2015, IEEE Trans. Automatic Control 60, 2770, have them). Error variances begin larger
/// and fall to their own. With a linear model the result is Kalman's whatever the start and the
/// members. `start`: members (n, member), with weights or without, near which it begins; they are
/// not the prior, so one that saw the observations counts them once. Throws Error unless
/// options.n_members > n + 1.
IterativePosterior smooth_iteratively(const TrackedDrifters& drifters, const Iterations& iterations,
                                      const EnsembleOptions& options,
                                      const EnsemblePosterior& start);

/// The same from the prior.
IterativePosterior smooth_iteratively(const Law& law, const ControlSpace& space,
                                      const Tracks& tracks, const Iterations& iterations,
                                      const EnsembleOptions& options);

}  // namespace lagoon::flow
