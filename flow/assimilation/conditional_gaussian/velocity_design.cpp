#include "flow/assimilation/conditional_gaussian/velocity_design.hpp"

#include <cmath>
#include <cstdlib>

namespace lagoon::flow {
namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;
using Eigen::Index;

/// exp(2 pi i n x) for n = 0..N in columns, by products: N roundings at most.
struct Powers {
  ArrayXXd real, imaginary;

  Powers(const Eigen::Ref<const ArrayXd>& x, Index max_wavenumber)
      : real(x.size(), max_wavenumber + 1), imaginary(x.size(), max_wavenumber + 1) {
    real.col(0).setOnes();
    imaginary.col(0).setZero();
    // The whole turns of a drifter far from home are left out before they cost digits.
    const ArrayXd angle = kTwoPi * (x - x.floor());
    const ArrayXd cosine = angle.cos(), sine = angle.sin();
    for (Index n = 1; n <= max_wavenumber; ++n) {
      real.col(n) = real.col(n - 1) * cosine - imaginary.col(n - 1) * sine;
      imaginary.col(n) = real.col(n - 1) * sine + imaginary.col(n - 1) * cosine;
    }
  }
};

double sign_of(int wavenumber) {
  return wavenumber < 0 ? -1 : 1;
}

}  // namespace

VelocityDesign::VelocityDesign(const Law& law, const ControlSpace& space)
    : max_wavenumber_(max_wavenumber(law.modes)), slope_x_(space.n_coefficients()) {
  const auto n = static_cast<Index>(space.modes().size());
  k_.resize(n), l_.resize(n), omega_.resize(n), scale_.resize(n);
  slope_y_.resize(2 * n);
  for (Index i = 0; i < n; ++i) {
    const std::size_t m = space.modes()[static_cast<std::size_t>(i)];
    k_[i] = law.modes.k[m];
    l_[i] = law.modes.l[m];
    omega_[i] = law.omega[m];
    scale_[i] = space.scale(static_cast<std::size_t>(i));
    slope_x_.segment<2>(2 * i).setConstant(kTwoPi * l_[i]);
    slope_y_.segment<2>(2 * i).setConstant(-kTwoPi * k_[i]);
  }
}

Phases VelocityDesign::phases(const Eigen::Ref<const ArrayXd>& times) const {
  const ArrayXXd angles = (times.matrix() * omega_.matrix().transpose()).array();
  return {angles.cos(), angles.sin()};
}

void VelocityDesign::fill_waves(const Eigen::Ref<const ArrayXd>& x,
                                const Eigen::Ref<const ArrayXd>& y, const Phases& phases,
                                Eigen::MatrixXd& waves) const {
  const Powers in_x(x, max_wavenumber_);
  const Powers in_y(y, max_wavenumber_);
  waves.resize(x.size(), size());
  ArrayXd real(x.size()), imaginary(x.size());
  for (Index i = 0; i < scale_.size(); ++i) {
    const Index k = std::abs(k_[i]), l = std::abs(l_[i]);
    const double sign_k = sign_of(k_[i]), sign_l = sign_of(l_[i]);
    real = scale_[i] * (in_x.real.col(k) * in_y.real.col(l) -
                        (sign_k * sign_l) * in_x.imaginary.col(k) * in_y.imaginary.col(l));
    imaginary = (scale_[i] * sign_l) * in_x.real.col(k) * in_y.imaginary.col(l) +
                (scale_[i] * sign_k) * in_x.imaginary.col(k) * in_y.real.col(l);
    const auto cosine = phases.cosine.col(i), sine = phases.sine.col(i);
    waves.col(2 * i).array() = real * sine + imaginary * cosine;
    waves.col(2 * i + 1).array() = real * cosine - imaginary * sine;
  }
}

}  // namespace lagoon::flow
