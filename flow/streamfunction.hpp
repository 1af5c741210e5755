#pragma once

#include <array>
#include <complex>
#include <span>

#include "flow/modes.hpp"

namespace lagoon::flow {

/// One flow: psi(x, t) = Re sum_m psi_hat_m exp(i omega_m t) exp(2 pi i (k_m x + l_m y)),
/// evaluated term by term with libm: the slow, obvious version that everything fast is tested
/// against. No Hermitian symmetry is imposed; the real part is taken ([BST] (59)).
struct Flow {
  const ModeSet& modes;
  std::span<const std::complex<double>> psi_hat;  ///< (mode)
  std::span<const double> omega;                  ///< (mode)
};

/// psi at (x, y) and time t.
double psi_at(const Flow& flow, double x, double y, double t);

/// velocity = J grad psi = (-d psi/dy, d psi/dx) ([BST] (58)).
std::array<double, 2> velocity_at(const Flow& flow, double x, double y, double t);

/// {d vx/dx, d vx/dy, d vy/dx, d vy/dy}, each derivative summed on its own.
std::array<double, 4> velocity_gradient_at(const Flow& flow, double x, double y, double t);

/// Vorticity = laplacian psi = d vy/dx - d vx/dy.
double vorticity_at(const Flow& flow, double x, double y, double t);

/// psi, a component of velocity, or the laplacian of psi.
enum class FieldKind { psi, velocity_x, velocity_y, vorticity };

/// What the coefficient of psi at (k, l) is multiplied with to be the field's.
std::complex<double> multiplier(FieldKind kind, int k, int l);

}  // namespace lagoon::flow
