#pragma once

#include <bit>
#include <cstdint>

#include "flow/kernels/sine_cosine.hpp"

namespace lagoon::flow {

inline constexpr std::uint64_t kBitsOfRootHalf = 0x3FE6A09E667F3BCD;

/// x = m 2^exponent with m in [1/sqrt 2, sqrt 2), for normal x > 0.
[[gnu::always_inline]] inline void split_exponent(double x, double& m, double& exponent) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const auto power = static_cast<std::int64_t>(bits - kBitsOfRootHalf) >> 52;
  m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(power) << 52));
  exponent = static_cast<double>(power);
}

/// ln x of a double or a SIMD pack, for normal x > 0, within two units of rounding.
/// ln m = 2 artanh(s) = 2 s + s z P(z) with s = (m - 1) / (m + 1), z = s^2; P is the minimax
/// polynomial of relative error 1.3e-18.
template <class Real>
[[gnu::always_inline]] inline Real logarithm(const Real& x) {
  constexpr double kP[] = {0x1.2edb7918bacf1p-3, 0x1.39a63604e5ecdp-3, 0x1.74660e6135028p-3,
                           0x1.c71c53102a754p-3, 0x1.24924940805fcp-2, 0x1.9999999981caap-2,
                           0x1.555555555558bp-1};
  Real m;
  Real exponent;
  split_exponent(x, m, exponent);
  const Real s = (m - Real(1.0)) / (m + Real(1.0));
  const Real z = s * s;
  const Real mantissa = multiply_add(Real(2.0), s, s * (z * polynomial(kP, z)));
  return multiply_add(exponent, Real(0x1.62e42fefa39efp-1), mantissa);
}

}  // namespace lagoon::flow
