#pragma once

#include <bit>
#include <cstdint>

namespace lagoon::flow {

// The scalar counterparts of the operations on SIMD packs (kernels/pack.hpp) that the templates
// here and in logarithm.hpp are written in. All are always_inline: no object file may export one
// compiled for an instruction set that another machine lacks.

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

/// Coefficients, highest power first, of the minimax polynomials of sin(2 pi f) / f and
/// cos(2 pi f) in z = f^2 for |f| <= 1/8. `magic` rounds to an integer when added and subtracted.
/// Errors 3e-18 (sine, relative) and 3e-20 in double precision, 3e-9 and 2e-10 in single.
template <class Element>
struct Turn;

template <>
struct Turn<double> {
  static constexpr double magic = 0x1.8p52;
  static constexpr double sine[] = {
      0x1.e3eed5d693453p+1, -0x1.e30063a046395p+3, 0x1.50782fca38ddbp+5, -0x1.32d2cce2d5363p+6,
      0x1.466bc67758700p+6, -0x1.4abbce625be41p+5, 0x1.921fb54442d18p+2};
  static constexpr double cosine[] = {
      -0x1.b26ff693772ffp+0, 0x1.f9cc6b0385545p+2, -0x1.a6d1ecb78aa13p+4, 0x1.e1f50683b4982p+5,
      -0x1.55d3c7e3c95c1p+6, 0x1.03c1f081b5ab0p+6, -0x1.3bd3cc9be45dep+4, 1.0};
};

template <>
struct Turn<float> {
  static constexpr double magic = 0x1.8p23;
  static constexpr double sine[] = {-0x1.2d9302p+6, 0x1.465e92p+6, -0x1.4abbbap+5, 0x1.921fb6p+2};
  static constexpr double cosine[] = {0x1.db65cap+5, -0x1.55cb9cp+6, 0x1.03c1eap+6, -0x1.3bd3ccp+4,
                                      1.0};
};

/// By Horner's rule, highest power first.
template <class Real, int kTerms>
[[gnu::always_inline]] inline Real polynomial(const double (&coefficients)[kTerms], const Real& z) {
  Real sum = Real(coefficients[0]);
#pragma GCC unroll 8
  for (int i = 1; i < kTerms; ++i) sum = multiply_add(sum, z, Real(coefficients[i]));
  return sum;
}

/// sin(2 pi x) and cos(2 pi x) of a double or a SIMD pack, absolute error below 2e-16 for
/// |x| < 2^49 (single precision: 2e-7, 2^20). In turns the reduction to |f| <= 1/8 is exact:
/// q = rint(4 x), then f = x - q / 4. The bits depend on no maths library and on no instruction
/// set; do not compile with -ffast-math.
template <class Element, class Real>
[[gnu::always_inline]] inline void sine_cosine(const Real& x, Real& sine, Real& cosine) {
  const Real magic = Real(Turn<Element>::magic);
  const Real shifted = multiply_add(x, Real(4.0), magic);
  const Real f = multiply_add(shifted - magic, Real(-0.25), x);
  const Real z = f * f;
  sine = polynomial(Turn<Element>::sine, z) * f;
  cosine = polynomial(Turn<Element>::cosine, z);
  turn_quarters(shifted, sine, cosine);
}

/// The same of a number.
inline void sine_cosine(double x, double& sine, double& cosine) {
  sine_cosine<double, double>(x, sine, cosine);
}

}  // namespace lagoon::flow
