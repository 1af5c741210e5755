#pragma once

#include "flow/assimilation/variational/trajectory_misfit.hpp"

namespace lagoon::flow::variational {

/// J(control) = misfit / std^2 + weight / 2 |control|^2.
class Cost {
 public:
  /// The misfit must outlive it. observation_std > 0.
  Cost(TrajectoryMisfit& misfit, double observation_std, double background_weight)
      : misfit_(misfit),
        precision_(1 / (observation_std * observation_std)),
        weight_(background_weight) {}

  /// With the control where it was linearised. Gradient and Hessian are those of J.
  struct Linearised {
    Eigen::VectorXd control;
    double value = 0;
    double misfit = 0;  ///< the observations' part of the value
    Eigen::VectorXd gradient;
    Eigen::MatrixXd hessian;
  };

  /// J; not a finite number where a drifter is lost.
  double value(const Eigen::VectorXd& control);
  /// J with its derivatives.
  Linearised linearised(const Eigen::VectorXd& control);

 private:
  TrajectoryMisfit& misfit_;
  double precision_;
  double weight_;
};

/// When minimize() stops: linearisations, and nats that another step would gain.
struct GaussNewtonOptions {
  int max_iterations = 0;
  double tolerance = 0;
};

/// Where minimize() stopped.
struct Minimum {
  Cost::Linearised at;
  int iterations = 0;
  bool converged = false;
};

/// From a start to a minimum: full Gauss-Newton steps, and damped ones, (hessian + damping I) step
/// = -gradient, after one that did not lower J by a fair share of what its model promised
/// (Levenberg; damping is raised and lowered as Nielsen does: Madsen, Nielsen and Tingleff
/// 2004, 3.2).
Minimum minimize(Cost& cost, const Eigen::VectorXd& start, const GaussNewtonOptions& options);

}  // namespace lagoon::flow::variational
