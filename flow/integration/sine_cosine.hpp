#pragma once

#include <bit>
#include <cstdint>

namespace lagoon::flow {

// The scalar counterparts of the operations on SIMD packs (integration/pack.hpp) that the template
// below is written in. All are always_inline: no object file may export one compiled for an
// instruction set that another machine lacks.

/// a b + c: fused on packs; two roundings here, which the baseline instruction set does without a
/// call. (Both are exact in the range reduction.)
[[gnu::always_inline]] inline double multiply_add(double a, double b, double c) {
  return a * b + c;
}

/// Turns (sine, cosine) by q quarter turns, q being the low bits of `shifted`.
[[gnu::always_inline]] inline void turn_quarters(double shifted, double& sine, double& cosine) {
  const auto q = std::bit_cast<std::uint64_t>(shifted);
  const double turned_sine = (q & 1) != 0 ? cosine : sine;
  const double turned_cosine = (q & 1) != 0 ? sine : cosine;
  sine = (q & 2) != 0 ? -turned_sine : turned_sine;
  cosine = ((q + 1) & 2) != 0 ? -turned_cosine : turned_cosine;
}

/// sin(2 pi x) and cos(2 pi x), absolute error below 2e-16, for |x| < 2^49 on double or a SIMD
/// pack. In turns the reduction to |f| <= 1/8 is exact: q = rint(4 x), by adding and
/// subtracting 1.5 2^52, then f = x - q / 4. The minimax polynomials there have errors 3e-18 (sine,
/// relative) and 3e-20. The bits depend on no maths library and on no instruction set; do not
/// compile with -ffast-math.
template <class Real>
[[gnu::always_inline]] inline void sine_cosine(Real x, Real& sine, Real& cosine) {
  const Real magic = Real(0x1.8p52);
  const Real shifted = multiply_add(x, Real(4.0), magic);
  const Real f = multiply_add(shifted - magic, Real(-0.25), x);
  const Real z = f * f;

  Real s = Real(0x1.e3eed5d693453p+1);
  s = multiply_add(s, z, Real(-0x1.e30063a046395p+3));
  s = multiply_add(s, z, Real(0x1.50782fca38ddbp+5));
  s = multiply_add(s, z, Real(-0x1.32d2cce2d5363p+6));
  s = multiply_add(s, z, Real(0x1.466bc67758700p+6));
  s = multiply_add(s, z, Real(-0x1.4abbce625be41p+5));
  s = multiply_add(s, z, Real(0x1.921fb54442d18p+2));
  sine = s * f;

  Real c = Real(-0x1.b26ff693772ffp+0);
  c = multiply_add(c, z, Real(0x1.f9cc6b0385545p+2));
  c = multiply_add(c, z, Real(-0x1.a6d1ecb78aa13p+4));
  c = multiply_add(c, z, Real(0x1.e1f50683b4982p+5));
  c = multiply_add(c, z, Real(-0x1.55d3c7e3c95c1p+6));
  c = multiply_add(c, z, Real(0x1.03c1f081b5ab0p+6));
  c = multiply_add(c, z, Real(-0x1.3bd3cc9be45dep+4));
  cosine = multiply_add(c, z, Real(1.0));

  turn_quarters(shifted, sine, cosine);
}

}  // namespace lagoon::flow
