#pragma once

#include <vector>

#include <Eigen/Core>

namespace lagoon::flow {

/// Point vortices in the plane, and tracers that they carry. A state is x, y of every vortex, then
/// of every tracer.
class PointVortices {
 public:
  /// One vortex a circulation.
  PointVortices(std::vector<double> circulations, Eigen::Index n_tracers)
      : circulations_(std::move(circulations)), n_tracers_(n_tracers) {}

  Eigen::Index n_vortices() const { return static_cast<Eigen::Index>(circulations_.size()); }
  /// Numbers in a state.
  Eigen::Index size() const { return 2 * (n_vortices() + n_tracers_); }

  /// Each vortex of circulation G at distance r moves whatever else there is at G / (2 pi r),
  /// counterclockwise.
  void slope(const double* state, double* slope) const;

  /// One step of classical RK4, in place.
  void step(double h, Eigen::Ref<Eigen::VectorXd> state) const;

  /// -sum over pairs of G_i G_j log(r_ij) / (2 pi), which the motion keeps.
  double hamiltonian(const Eigen::VectorXd& state) const;
  /// sum G_i |x_i|^2, which it keeps too.
  double angular_impulse(const Eigen::VectorXd& state) const;

 private:
  std::vector<double> circulations_;
  Eigen::Index n_tracers_;
};

/// Two vortices of circulation 2 pi at (-1, 0) and (1, 0), which turn about the origin at the rate
/// 1/2, and one tracer.
PointVortices corotating_pair();

}  // namespace lagoon::flow
