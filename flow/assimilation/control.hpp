#pragma once

#include <array>
#include <cassert>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "flow/law/law.hpp"

namespace lagoon::flow {

/// A mean velocity that is unknown and may vary in time: a sum of cosines,
///   sum over b < terms of cos(pi b t / T) std / (1 + b) (control, control),
/// T the law's last observation time. One term is a constant; seven follow tides and wind.
struct UnknownDrift {
  double std = 0;  ///< 0: the law's mean velocity is known
  int terms = 1;
};

/// Cosines that fit into the columns of the inner loops.
inline constexpr int kMostDriftTerms = 8;

/// The unknowns of a flow as one vector of independent standard normals under the prior (the
/// control variable of incremental variational assimilation):
///   psi_hat_m = prior_std_m / sqrt 2 (control_2i + i control_2i+1) for the i-th mode m that has
/// prior_std_m > 0 and is not the mean mode, which moves nothing; then, where it is unknown,
///   mean velocity = the law's + mean_velocity_std (control_n-2, control_n-1),
/// or, where that varies in time, the terms of UnknownDrift one after another.
class ControlSpace {
 public:
  /// mean_velocity_std 0: the law's mean velocity is known. Throws Error if no mode is unknown.
  explicit ControlSpace(const Law& law, double mean_velocity_std = 0)
      : ControlSpace(law, UnknownDrift{mean_velocity_std}) {}
  /// Throws Error besides for terms that are not 1 to kMostDriftTerms.
  ControlSpace(const Law& law, const UnknownDrift& drift);

  /// Length n of a control vector.
  Eigen::Index size() const { return n_coefficients() + 2 * n_drift_terms(); }
  /// Of them, those of coefficients: two a mode.
  Eigen::Index n_coefficients() const { return 2 * static_cast<Eigen::Index>(modes_.size()); }
  /// A mean velocity is among the unknowns.
  bool has_mean_velocity() const { return drift_.std > 0; }
  /// Of a mean velocity that does not vary: all but the variational method take no other.
  double mean_velocity_std() const {
    assert(drift_.terms == 1);
    return drift_.std;
  }
  /// Terms of it, of two components each; 0 where there is none.
  int n_drift_terms() const { return has_mean_velocity() ? drift_.terms : 0; }
  /// Standard deviation of a term of the mean velocity.
  double drift_scale(int term) const { return drift_.std / (1 + term); }

  /// Positions of the unknown modes among the law's.
  const std::vector<std::size_t>& modes() const { return modes_; }
  /// prior_std_m / sqrt 2 of the i-th unknown mode.
  double scale(std::size_t i) const { return scales_[i]; }

  /// The law's mean velocity and, where one is unknown, what the control vector (n) adds to it; of
  /// one that varies in time its constant term.
  std::array<double, 2> mean_velocity(const Law& law,
                                      const Eigen::Ref<const Eigen::VectorXd>& control) const;

  /// psi_hat (mode of the law); other modes are left at 0. Only coefficients are read.
  std::vector<std::complex<double>> psi_hat(const Eigen::Ref<const Eigen::VectorXd>& control) const;
  /// The coefficients' part, with 0 for the mean velocity's.
  Eigen::VectorXd control(std::span<const std::complex<double>> psi_hat) const;

 private:
  std::size_t n_law_modes_ = 0;
  std::vector<std::size_t> modes_;
  std::vector<double> scales_;
  UnknownDrift drift_;
};

}  // namespace lagoon::flow
