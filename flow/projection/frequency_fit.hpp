#pragma once

#include <complex>
#include <span>
#include <vector>

namespace lagoon::flow {

/// Frequencies and damping of modes by how their coefficients change from snapshot to snapshot.
struct ModeRates {
  std::vector<double> omega;    ///< (mode) radians per unit time
  std::vector<double> damping;  ///< (mode) per unit time, not negative
  int n_uncorrelated = 0;       ///< modes whose correlation is within its noise: their damping is a
                                ///< lower bound
};

/// psi_hat (snapshot, mode), `interval` apart, as the law's process, for which
///   E psi_hat(t + s) conj psi_hat(t) = prior_std^2 exp((i omega - damping) s).
/// With r the autocovariance over `lag` snapshots, normalised by both ends' mean squares:
/// omega = arg r / s, damping = -ln |r| / s, s = lag * interval. |r| below one over the root of the
/// number of pairs is noise and taken as that. Frequencies beyond pi / s are aliased into it.
/// The modes are to be of a half plane: a real field's c(-k) = conj c(k) says nothing new, and
/// psi_hat = 2 c(k) of the half plane is the field whole, so that omega tells which way each wave
/// travels. Throws Error unless there are more than `lag` + 1 snapshots.
ModeRates fit_mode_rates(std::span<const std::complex<double>> psi_hat, std::size_t n_modes,
                         double interval, int lag);

}  // namespace lagoon::flow
