#pragma once

#include <cstddef>

#include <Eigen/Core>

#include "flow/assimilation/variational/drifter_path.hpp"
#include "flow/assimilation/variational/observed_steps.hpp"

namespace lagoon::flow::variational {

/// sum |y - x|^2 / 2 over observed positions, and its derivatives by the control (n) that x, linear
/// within it, has: in units of a squared length.
struct Misfit {
  double value = 0;
  Eigen::VectorXd gradient;  ///< (n)
  Eigen::MatrixXd normal;    ///< (n, n) sum of dx^T dx: the Gauss-Newton Hessian
};

/// Adds a misfit up, step by step of one drifter after the other.
class NormalEquations {
 public:
  /// Nothing is added yet. All but `follow` must outlive it.
  NormalEquations(const Kernel& kernel, const WaveFlow& flow, const ObservedSteps& observed,
                  Follow follow);

  /// A drifter's step, from what is known at its ends.
  void add(std::size_t drifter, std::size_t step, const StepEnds& ends);

  /// Of everything added; without derivatives only the value.
  Misfit misfit();

 private:
  void add_rows(const double* const* tangent, std::span<const double> rows);
  void add_gradient(const double* const* tangent, const HermiteWeights& pull);
  void flush();

  const Kernel& kernel_;
  const WaveFlow& flow_;
  const ObservedSteps& observed_;
  Follow follow_;
  double value_ = 0;
  int n_rows_ = 0;
  Aligned<double> panel_;     ///< (kPanelRows, C)
  Aligned<double> matrix_;    ///< (C, C)
  Aligned<double> gradient_;  ///< (C)
};

}  // namespace lagoon::flow::variational
