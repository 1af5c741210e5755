#pragma once

#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// Numbers seen as an array: a view; the vector must outlive it.
inline Eigen::Map<const Eigen::ArrayXd> as_array(const std::vector<double>& values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

/// cos and sin of omega_m t, (time, unknown mode).
struct Phases {
  Eigen::ArrayXXd cosine;
  Eigen::ArrayXXd sine;
};

/// The velocity as a linear map A(x, t) of the coefficients c of a control vector. With
/// E = exp(i (omega t + 2 pi (k x + l y))) and scale s of the i-th unknown mode,
///   waves_2i = s Im E, waves_2i+1 = s Re E,
///   velocity_x = (2 pi l) waves . c,  velocity_y = (-2 pi k) waves . c  (summed over modes),
/// so that both components share one row of numbers. The mean velocity stands apart.
class VelocityDesign {
 public:
  /// Of the modes whose coefficients are unknown.
  VelocityDesign(const Law& law, const ControlSpace& space);

  /// Coefficients: two a mode.
  Eigen::Index size() const { return slope_x_.size(); }
  /// 2 pi l and -2 pi k of every coefficient.
  const Eigen::VectorXd& slope_x() const { return slope_x_; }
  const Eigen::VectorXd& slope_y() const { return slope_y_; }

  /// At each of the times.
  Phases phases(const Eigen::Ref<const Eigen::ArrayXd>& times) const;

  /// waves (point, coefficient), resized, at points (x, y), each with a row of the phases.
  void fill_waves(const Eigen::Ref<const Eigen::ArrayXd>& x,
                  const Eigen::Ref<const Eigen::ArrayXd>& y, const Phases& phases,
                  Eigen::MatrixXd& waves) const;

 private:
  Eigen::Index max_wavenumber_ = 0;
  Eigen::ArrayXi k_, l_;
  Eigen::ArrayXd omega_, scale_;  ///< (unknown mode)
  Eigen::VectorXd slope_x_, slope_y_;
};

}  // namespace lagoon::flow
