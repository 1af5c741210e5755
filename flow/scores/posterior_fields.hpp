#pragma once

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/posterior.hpp"
#include "flow/streamfunction.hpp"

namespace lagoon::flow {

/// A field on the periodic n x n grid (i / n, j / n) at time t as an affine function of the control
/// vector: value (i, j), x index first, is row i * n + j of `map` times it, plus `constant` (the
/// law's mean velocity). linear_image() of `map` gives quantiles and samples of the field.
struct FieldMap {
  Eigen::MatrixXd map;  ///< (n * n, control)
  double constant = 0;
};
/// Amplitudes are those of t = 0. Throws Error for n < 1.
FieldMap field_map(const Law& law, const ControlSpace& space, FieldKind kind, int n, double t);

/// Mean and standard deviation of a field under the posterior, (n * n) as of field_map(): exact
/// through the posterior's mean and covariance.
struct FieldMoments {
  Eigen::VectorXd mean;
  Eigen::VectorXd spread;
};
FieldMoments field_moments(const Posterior& posterior, const FieldMap& field);

}  // namespace lagoon::flow
