#pragma once

#include <array>

#include "flow/assimilation/variational/time_steps.hpp"
#include "flow/assimilation/variational/wave_flow.hpp"

namespace lagoon::flow::variational {

/// What Hermite interpolation over a step needs: values and rates at its begin, then at its end.
struct StepEnds {
  std::array<double, 4> x = {};
  std::array<double, 4> y = {};
  std::array<const double*, 4> tangent_x = {};  ///< (C) each: derivatives by the control
  std::array<const double*, 4> tangent_y = {};
};

/// Whether the derivatives by the control are followed.
enum class Follow { position, tangent };

/// One drifter in a WaveFlow, step by step. Reused from drifter to drifter.
class DrifterPath {
 public:
  /// Kernel and flow must outlive it.
  DrifterPath(const Kernel& kernel, const WaveFlow& flow, Follow follow);
  DrifterPath(const DrifterPath&) = delete;
  DrifterPath& operator=(const DrifterPath&) = delete;

  /// Puts the drifter at a point, where it depends on no control.
  void release(double x, double y, double t);

  /// Through one step of RK4.
  void advance(const TimeStep& step);

  /// Along a given path instead, to {x, y} at the step's half and end, in a flow whose control is
  /// 0. The position goes with the mean velocity alone, and its derivatives become the integrals
  /// over the path (Simpson's rule) of A, where velocity = mean velocity + A control.
  void advance_along(const TimeStep& step, const std::array<double, 2>& half,
                     const std::array<double, 2>& end);

  /// Of the last step; the pointers are valid until the next.
  const StepEnds& ends() const { return ends_; }

 private:
  using Stages = std::array<FlowAtPoint, 4>;  ///< second to fourth, and where the step ended

  const double* derivatives(std::size_t which, std::size_t end) const {
    return &tangent_[end][which * flow_.n_columns()];
  }
  void evaluate(double x, double y, double t, FlowAtPoint& at) const;
  void finish(const TimeStep& step, const Stages& stages, double x, double y);
  void swap_ends();

  const Kernel& kernel_;
  const WaveFlow& flow_;
  Follow follow_;
  Aligned<double> waves_;  ///< (5, C)
  FlowAtPoint begin_;      ///< where the step begins
  Stages stages_;
  std::array<Aligned<double>, 2> tangent_;  ///< (4, C) at the begin and at the end
  StepEnds ends_;
};

}  // namespace lagoon::flow::variational
