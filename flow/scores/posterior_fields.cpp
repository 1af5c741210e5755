#include "flow/scores/posterior_fields.hpp"

#include <complex>
#include <string>

#include "flow/error.hpp"
#include "flow/scores/moments.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;

/// Re(psi_hat w) of psi_hat = scale (x_0 + i x_1), at every point: the columns of x_0 and x_1.
void fill_wave(const Law& law, std::size_t m, int n, Complex factor, Eigen::MatrixXd& map,
               Eigen::Index at) {
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      const double turns = static_cast<double>(law.modes.k[m] * i + law.modes.l[m] * j) / n;
      const Complex wave = factor * std::polar(1.0, kTwoPi * turns);
      map(i * n + j, at) = wave.real();
      map(i * n + j, at + 1) = -wave.imag();
    }
  }
}

}  // namespace

FieldMap field_map(const Law& law, const ControlSpace& space, FieldKind kind, int n, double t) {
  require(n >= 1, "a grid of " + std::to_string(n) + " points a side: give at least 1");
  FieldMap field = {Eigen::MatrixXd::Zero(n * n, space.size()), 0};
  for (std::size_t i = 0; i < space.modes().size(); ++i) {
    const std::size_t m = space.modes()[i];
    const Complex factor = space.scale(i) * std::polar(1.0, law.omega[m] * t) *
                           multiplier(kind, law.modes.k[m], law.modes.l[m]);
    fill_wave(law, m, n, factor, field.map, 2 * static_cast<Eigen::Index>(i));
  }
  if (kind != FieldKind::velocity_x && kind != FieldKind::velocity_y) return field;
  const int component = kind == FieldKind::velocity_x ? 0 : 1;
  field.constant = law.mean_velocity[static_cast<std::size_t>(component)];
  if (space.has_mean_velocity()) {
    field.map.col(space.n_coefficients() + component).setConstant(space.mean_velocity_std());
  }
  return field;
}

FieldMoments field_moments(const Posterior& posterior, const FieldMap& field) {
  const GaussianPosterior moments = to_gaussian(posterior);
  const Eigen::MatrixXd turned = field.map * moments.covariance;
  const Eigen::VectorXd variance = turned.cwiseProduct(field.map).rowwise().sum();
  return {(field.map * moments.mean).array() + field.constant, variance.cwiseMax(0).cwiseSqrt()};
}

}  // namespace lagoon::flow
