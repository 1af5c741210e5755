#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "flow/law/law.hpp"

namespace lagoon::flow {

/// The unknowns of a flow as one vector of independent standard normals under the prior (the
/// control variable of incremental variational assimilation):
///   psi_hat_m = prior_std_m / sqrt 2 (control_2i + i control_2i+1) for the i-th mode m that has
/// prior_std_m > 0 and is not the mean mode, which moves nothing; then, where it is unknown,
///   mean velocity = the law's + mean_velocity_std (control_n-2, control_n-1).
class ControlSpace {
 public:
  /// mean_velocity_std 0: the law's mean velocity is known. Throws Error if no mode is unknown.
  explicit ControlSpace(const Law& law, double mean_velocity_std = 0);

  /// Length n of a control vector.
  Eigen::Index size() const { return n_coefficients() + (mean_velocity_std_ > 0 ? 2 : 0); }
  /// Of them, those of coefficients: two a mode.
  Eigen::Index n_coefficients() const { return 2 * static_cast<Eigen::Index>(modes_.size()); }
  bool has_mean_velocity() const { return mean_velocity_std_ > 0; }
  double mean_velocity_std() const { return mean_velocity_std_; }

  /// Positions of the unknown modes among the law's.
  const std::vector<std::size_t>& modes() const { return modes_; }
  /// prior_std_m / sqrt 2 of the i-th unknown mode.
  double scale(std::size_t i) const { return scales_[i]; }

  /// psi_hat (mode of the law); other modes are left at 0. Only coefficients are read.
  std::vector<std::complex<double>> psi_hat(const Eigen::Ref<const Eigen::VectorXd>& control) const;
  /// The coefficients' part, with 0 for the mean velocity's.
  Eigen::VectorXd control(std::span<const std::complex<double>> psi_hat) const;

 private:
  std::size_t n_law_modes_ = 0;
  std::vector<std::size_t> modes_;
  std::vector<double> scales_;
  double mean_velocity_std_ = 0;
};

}  // namespace lagoon::flow
