#pragma once

#include <span>

#include "flow/projection/spectral_field.hpp"
#include "flow/projection/velocity_fit.hpp"

namespace lagoon::flow {

/// Takes the planetary part out of a potential vorticity q (n, n) that is periodic in x and climbs
/// by a constant across y: subtracts jump * j / n. The jump over the whole period is measured: the
/// mean over x of q's last row minus its first, carried on by one spacing with the mean slope of
/// both ends. Returns the jump.
double remove_planetary_part(std::span<double> q, int n);

/// psi of laplacian psi - F psi = q' on a box of side 2 pi: psi(k, l) = -q'(k, l) / (k^2 + l^2 +
/// F), psi(0, 0) = 0. F = (L / deformation radius)^2 >= 0, the box being 2 pi L; F = 0 is the
/// barotropic case. Throws Error if F < 0.
SpectralField invert_potential_vorticity(const SpectralField& q_prime, double F);

/// What fit_deformation() found: F, and how well velocities fit with it.
struct DeformationFit {
  double F = 0;
  VelocityFit velocity;
};

/// The F in [0.1, 1000] (a scan, then Brent's search in ln F), amplitude and mean flow with which
/// the inverted q' explains most of the observed velocities.
DeformationFit fit_deformation(const SpectralField& q_prime, const VelocitySamples& observed);

}  // namespace lagoon::flow
