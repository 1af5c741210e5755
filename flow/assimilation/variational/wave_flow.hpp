#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/variational/kernels/kernel.hpp"
#include "flow/integration/clock.hpp"

namespace lagoon::flow::variational {

/// One flow of a law as a function of the control: what the kernels read.
class WaveFlow {
 public:
  /// Of control 0. Law and space must outlive it.
  WaveFlow(const Law& law, const ControlSpace& space);
  WaveFlow(const WaveFlow&) = delete;
  WaveFlow& operator=(const WaveFlow&) = delete;

  /// The flow of that control from now on.
  void set(const Eigen::Ref<const Eigen::VectorXd>& control);

  /// What of the flow is no wave and varies in time, added to what the kernels found at a point:
  /// the later terms of the mean velocity, and their waves.
  void add_drift(double t, FlowAtPoint& at) const;

  const WaveTable& table() const { return table_; }
  std::size_t n_columns() const { return column_x_.size(); }

  /// The kernels' column of each component of the control (n).
  const std::vector<Eigen::Index>& column_of() const { return column_of_; }

 private:
  const Law& law_;
  const ControlSpace& space_;
  WaveTable table_;
  Aligned<double> turns_, k_, l_, p_, q_;  ///< (M)
  Aligned<double> column_x_, column_y_;    ///< (C)
  std::vector<Eigen::Index> column_of_;
  double slowest_drift_ = 0;                  ///< pi / T
  std::vector<std::array<double, 2>> drift_;  ///< (term after the first) velocity at its crest
};

}  // namespace lagoon::flow::variational
