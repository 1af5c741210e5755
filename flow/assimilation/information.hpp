#pragma once

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/variational/tangent_linear.hpp"

namespace lagoon::flow {

// What instruments tell of a flow, in nats, from the precision J^T R^-1 J (n, n) that each adds to
// that of the control vector, which is the identity before: J the derivatives of what is seen by
// the control, R the covariance of the noise. Exact where the instruments are linear; else the
// normal law around one flow, to be averaged over flows of the prior.

/// J^T J / noise_std^2 of the law's drifters in the flow of a control, by the tangent-linear model.
/// Throws Error for a law without noise.
Eigen::MatrixXd trajectory_precision(const Law& law, const ControlSpace& space,
                                     const TangentSteps& steps, const Eigen::VectorXd& control);

/// The same of a linear instrument. Throws Error unless the noise is above 0.
Eigen::MatrixXd linear_precision(const Eigen::MatrixXd& map, double noise_std);

/// I(instrument; flow) = 1/2 log det(1 + precision).
double information(const Eigen::MatrixXd& precision);

/// Of two instruments A and C that know of each other through the flow B alone.
struct BridgeInformation {
  double a_b = 0;   ///< I(A;B)
  double b_c = 0;   ///< I(B;C)
  double ac_b = 0;  ///< I(A,C;B): ln of the number of flows that a Monte-Carlo bridge needs
  double a_c() const { return a_b + b_c - ac_b; }  ///< I(A;C)
};
BridgeInformation bridge_information(const Eigen::MatrixXd& precision_a,
                                     const Eigen::MatrixXd& precision_c);

}  // namespace lagoon::flow
