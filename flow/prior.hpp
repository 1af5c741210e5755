#pragma once

#include <complex>
#include <cstdint>
#include <span>

#include "flow/law.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

/// psi_hat of one flow, (mode): independent complex normals with E|psi_hat_m|^2 = prior_std_m^2,
/// real and imaginary parts each of standard deviation prior_std_m / sqrt 2.
/// A function of (law, seed, purpose, sample) only.
void draw_psi_hat(const Law& law, std::uint64_t seed, Purpose purpose, std::uint64_t sample,
                  std::span<std::complex<double>> psi_hat);

}  // namespace lagoon::flow
