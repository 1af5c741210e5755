#pragma once

#include <complex>
#include <span>

#include "flow/law/law.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

/// psi_hat of one flow, (mode): independent complex normals with E|psi_hat_m|^2 = prior_std_m^2,
/// real and imaginary parts each of standard deviation prior_std_m / sqrt 2.
/// A function of the law's prior and the key only.
void draw_psi_hat(const Law& law, const DrawKey& key, std::span<std::complex<double>> psi_hat);

/// Amplitudes a_m(t_j) at the law's observation times, (time, mode), of the flow whose psi_hat is
/// given: the exact transition of the stationary complex Ornstein-Uhlenbeck process,
///   a(t + s) = e^{-damping s} a(t) + prior_std sqrt(1 - e^{-2 damping s}) (g + i g') / sqrt 2,
/// so that psi_hat_m(t_j) = a_m(t_j) exp(i omega_m t_j). Constant where damping is 0.
void draw_amplitudes(const Law& law, const DrawKey& key,
                     std::span<const std::complex<double>> psi_hat,
                     std::span<std::complex<double>> amplitudes);

}  // namespace lagoon::flow
