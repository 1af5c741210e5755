#pragma once

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/posterior.hpp"
#include "flow/assimilation/tracks.hpp"
#include "flow/assimilation/variational/tangent_linear.hpp"

namespace lagoon::flow {

/// Where the search for the best control begins.
///   integral  regression of the tracks on the integral of the velocity along them, smoothed
///   zero      the prior's mean
///   given     a control of the caller's
enum class VariationalStart { integral, zero, given };

/// Where the search begins, what it weighs, when it stops.
struct VariationalOptions {
  VariationalStart start = VariationalStart::integral;
  Eigen::VectorXd given = {};  ///< (n) for `given`
  double lengthened_from = 0;  ///< 0 or less: off. Where the last observation is later than this,
                               ///< the start is instead the best control for the first half of
                               ///< the time, found the same way: J of a long window has many
                               ///< minima (Pires, Vautard and Talagrand 1996)
  TangentSteps steps = {};
  double background_weight = 1;  ///< of the prior; 0: the observations alone
  double observation_std = 0;    ///< 0: the law's, or where that is 0 too kExactObservationStd
  int max_iterations = 100;      ///< linearisations
  double tolerance = 1e-4;       ///< nats that another step would gain, beside 1e-9 of J
};

/// Stands for the error of positions that are observed exactly: nearly what is lost in rounding.
inline constexpr double kExactObservationStd = 1e-9;

/// What the search found.
struct VariationalResult {
  GaussianPosterior posterior;  ///< the mode and the inverse of the Hessian there (Laplace)
  double cost = 0;              ///< J at the mode, nats
  double misfit = 0;            ///< the observations' part of it
  int iterations = 0;           ///< linearisations after the first, of shorter windows too
  bool converged = false;
};

/// Strong-constraint 4D-Var: the control that makes
///   J = sum |y - x(control)|^2 / (2 sigma^2) + background_weight / 2 |control|^2
/// smallest over the observed positions y, by Gauss-Newton with Levenberg's damping where a step
/// does not lower J, and the normal law of Laplace's approximation there, with the Gauss-Newton
/// Hessian H + background_weight I. Positions that are NaN and those before or at the release do
/// not count. One thread.
/// Throws Error for laws with damping or diffusivity, tracks that no flow can have, options that
/// cannot be, and where without a background the observations leave a direction unseen.
VariationalResult assimilate_variational(const Law& law, const ControlSpace& space,
                                         const Tracks& tracks,
                                         const VariationalOptions& options = {});

/// J, its gradient and the Gauss-Newton Hessian of J at a control.
struct VariationalCost {
  double value = 0;
  Eigen::VectorXd gradient;  ///< (n)
  Eigen::MatrixXd hessian;   ///< (n, n)
};

/// The same options as assimilate_variational() takes; errors likewise.
VariationalCost variational_cost(const Law& law, const ControlSpace& space, const Tracks& tracks,
                                 const VariationalOptions& options, const Eigen::VectorXd& control);

/// What the observations say of the control, from their Gauss-Newton Hessian H at a control.
struct VariationalDiagnostics {
  double condition_number = 0;  ///< of d positions / d control: largest over smallest singular
                                ///< value (beyond 1e8 a lower bound)
  double information = 0;       ///< nats: 1/2 log det(I + H)
};

/// Apart from the search, for its eigenvalues cost n^3. Options and errors as variational_cost().
VariationalDiagnostics variational_diagnostics(const Law& law, const ControlSpace& space,
                                               const Tracks& tracks,
                                               const VariationalOptions& options,
                                               const Eigen::VectorXd& control);

}  // namespace lagoon::flow
