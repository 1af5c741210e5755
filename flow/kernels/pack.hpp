#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "flow/kernels/logarithm.hpp"

// Included by kernels alone (sources that are compiled once per instruction set). Everything is
// always_inline and lives in the namespace of its instruction set, so that the linker can never
// keep a copy that another machine cannot run.
namespace lagoon::flow::LAGOON_ISA {

#if defined(__AVX512F__)
inline constexpr int kVectorBytes = 64;
#elif defined(__AVX2__)
inline constexpr int kVectorBytes = 32;
#else
inline constexpr int kVectorBytes = 16;
#endif

/// The set's own name, which is the namespace's.
#define LAGOON_TEXT(name) #name
#define LAGOON_TEXT_OF(name) LAGOON_TEXT(name)
inline constexpr const char* kSetName = LAGOON_TEXT_OF(LAGOON_ISA);
#undef LAGOON_TEXT_OF
#undef LAGOON_TEXT

/// Whether products and sums of single precision are fused in hardware; otherwise each is a call of
/// the maths library.
#if defined(__FP_FAST_FMAF)
inline constexpr bool kIsFused = true;
#else
inline constexpr bool kIsFused = false;
#endif

/// Where a fused multiplication is a call of the maths library, unrolled code would only be long;
/// under sanitizers it would take minutes to compile.
#if defined(__FP_FAST_FMA) && !defined(LAGOON_SANITIZED)
inline constexpr bool kUnrolls = true;
#else
inline constexpr bool kUnrolls = false;
#endif

/// What a register holds, for each of the two precisions.
template <class Real>
struct Register;

template <>
struct Register<double> {
  using Vector [[gnu::vector_size(kVectorBytes)]] = double;
  using Bits [[gnu::vector_size(kVectorBytes)]] = unsigned long long;
  using Integers [[gnu::vector_size(kVectorBytes)]] = long long;
};

template <>
struct Register<float> {
  using Vector [[gnu::vector_size(kVectorBytes)]] = float;
  using Bits [[gnu::vector_size(kVectorBytes)]] = unsigned;
  using Half [[gnu::vector_size(kVectorBytes / 2)]] = float;
};

template <class Real>
using Vector = typename Register<Real>::Vector;
template <class Real>
using Bits = typename Register<Real>::Bits;

template <class Real>
inline constexpr int kVectorLanes = kVectorBytes / static_cast<int>(sizeof(Real));
template <class Real>
inline constexpr int kLanes = 2 * kVectorLanes<Real>;

// a b + c, a b - c and c - a b with one rounding on every instruction set: the same bits
// everywhere.
#if defined(__AVX512F__) || (defined(__AVX2__) && defined(__FMA__))
#if defined(__AVX512F__)
#define LAGOON_FUSED(name, suffix) _mm512_##name##_##suffix
#else
#define LAGOON_FUSED(name, suffix) _mm256_##name##_##suffix
#endif
#define LAGOON_FUSED_OPERATION(name, Real, suffix)                                \
  [[gnu::always_inline]] inline Vector<Real> name(Vector<Real> a, Vector<Real> b, \
                                                  Vector<Real> c) {               \
    return LAGOON_FUSED(name, suffix)(a, b, c);                                   \
  }
LAGOON_FUSED_OPERATION(fmadd, double, pd)
LAGOON_FUSED_OPERATION(fmsub, double, pd)
LAGOON_FUSED_OPERATION(fnmadd, double, pd)
LAGOON_FUSED_OPERATION(fmadd, float, ps)
LAGOON_FUSED_OPERATION(fmsub, float, ps)
LAGOON_FUSED_OPERATION(fnmadd, float, ps)
#else
[[gnu::always_inline]] inline Vector<double> fmadd(Vector<double> a, Vector<double> b,
                                                   Vector<double> c) {
  for (int i = 0; i < kVectorLanes<double>; ++i) c[i] = __builtin_fma(a[i], b[i], c[i]);
  return c;
}
[[gnu::always_inline]] inline Vector<float> fmadd(Vector<float> a, Vector<float> b,
                                                  Vector<float> c) {
  for (int i = 0; i < kVectorLanes<float>; ++i) c[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return c;
}
template <class Half>
[[gnu::always_inline]] inline Half fmsub(Half a, Half b, Half c) {
  return fmadd(a, b, -c);
}
template <class Half>
[[gnu::always_inline]] inline Half fnmadd(Half a, Half b, Half c) {
  return fmadd(-a, b, c);
}
#endif

/// kLanes numbers in two registers: two independent chains hide the latency of one another.
template <class Real>
struct Pack {
  using Element = Real;
  using Half = Vector<Real>;

  Half low;
  Half high;

  Pack() = default;
  [[gnu::always_inline]] Pack(Half low_half, Half high_half) : low(low_half), high(high_half) {}
  [[gnu::always_inline]] explicit Pack(double value)
      : low(static_cast<Real>(value) - Half{}), high(low) {}
};

template <class Real>
[[gnu::always_inline]] inline Pack<Real> load(const Real* from) {
  Pack<Real> pack;
  __builtin_memcpy(&pack.low, from, kVectorBytes);
  __builtin_memcpy(&pack.high, from + kVectorLanes<Real>, kVectorBytes);
  return pack;
}

template <class Real>
[[gnu::always_inline]] inline void store(const Pack<Real>& pack, Real* to) {
  __builtin_memcpy(to, &pack.low, kVectorBytes);
  __builtin_memcpy(to + kVectorLanes<Real>, &pack.high, kVectorBytes);
}

template <class Real>
[[gnu::always_inline]] inline Pack<Real> operator+(const Pack<Real>& a, const Pack<Real>& b) {
  return {a.low + b.low, a.high + b.high};
}
template <class Real>
[[gnu::always_inline]] inline Pack<Real> operator-(const Pack<Real>& a, const Pack<Real>& b) {
  return {a.low - b.low, a.high - b.high};
}
template <class Real>
[[gnu::always_inline]] inline Pack<Real> operator*(const Pack<Real>& a, const Pack<Real>& b) {
  return {a.low * b.low, a.high * b.high};
}
template <class Real>
[[gnu::always_inline]] inline Pack<Real> operator/(const Pack<Real>& a, const Pack<Real>& b) {
  return {a.low / b.low, a.high / b.high};
}

/// a b + c, rounded once.
template <class Real>
[[gnu::always_inline]] inline Pack<Real> multiply_add(const Pack<Real>& a, const Pack<Real>& b,
                                                      const Pack<Real>& c) {
  return {fmadd(a.low, b.low, c.low), fmadd(a.high, b.high, c.high)};
}

/// a b - c, rounded once.
template <class Real>
[[gnu::always_inline]] inline Pack<Real> multiply_subtract(const Pack<Real>& a, const Pack<Real>& b,
                                                           const Pack<Real>& c) {
  return {fmsub(a.low, b.low, c.low), fmsub(a.high, b.high, c.high)};
}

/// c - a b, rounded once.
template <class Real>
[[gnu::always_inline]] inline Pack<Real> subtract_product(const Pack<Real>& c, const Pack<Real>& a,
                                                          const Pack<Real>& b) {
  return {fnmadd(a.low, b.low, c.low), fnmadd(a.high, b.high, c.high)};
}

[[gnu::always_inline]] inline Vector<double> square_root(Vector<double> x) {
#if defined(__AVX512F__)
  return _mm512_maskz_sqrt_pd(0xFF, x);
#elif defined(__AVX2__)
  return _mm256_sqrt_pd(x);
#else
  for (int i = 0; i < kVectorLanes<double>; ++i) x[i] = __builtin_sqrt(x[i]);
  return x;
#endif
}

[[gnu::always_inline]] inline Pack<double> square_root(const Pack<double>& x) {
  return {square_root(x.low), square_root(x.high)};
}

/// Turns (sine, cosine) by q quarter turns, q being the low bits of `shifted`.
template <class Real>
[[gnu::always_inline]] inline void turn_register(Vector<Real> shifted, Vector<Real>& sine,
                                                 Vector<Real>& cosine) {
  constexpr int kToSign = 8 * sizeof(Real) - 2;
  const auto q = reinterpret_cast<Bits<Real>>(shifted);
  const auto odd = (q & 1) != 0;
  const Vector<Real> turned_sine = odd ? cosine : sine;
  const Vector<Real> turned_cosine = odd ? sine : cosine;
  const Bits<Real> sign_of_sine = (q & 2) << kToSign;
  const Bits<Real> sign_of_cosine = ((q + 1) & 2) << kToSign;
  sine = reinterpret_cast<Vector<Real>>(reinterpret_cast<Bits<Real>>(turned_sine) ^ sign_of_sine);
  cosine =
      reinterpret_cast<Vector<Real>>(reinterpret_cast<Bits<Real>>(turned_cosine) ^ sign_of_cosine);
}

template <class Real>
[[gnu::always_inline]] inline void turn_quarters(const Pack<Real>& shifted, Pack<Real>& sine,
                                                 Pack<Real>& cosine) {
  turn_register<Real>(shifted.low, sine.low, cosine.low);
  turn_register<Real>(shifted.high, sine.high, cosine.high);
}

/// x = m 2^exponent with m in [1/sqrt 2, sqrt 2). The power becomes a double by its place in the
/// last bits of 1.5 2^52, which needs no conversion that some instruction set lacks.
[[gnu::always_inline]] inline void split_register(Vector<double> x, Vector<double>& m,
                                                  Vector<double>& exponent) {
  const auto bits = reinterpret_cast<Bits<double>>(x);
  const auto power = reinterpret_cast<Register<double>::Integers>(bits - kBitsOfRootHalf) >> 52;
  m = reinterpret_cast<Vector<double>>(bits - (reinterpret_cast<Bits<double>>(power) << 52));
  const auto magic = reinterpret_cast<Register<double>::Integers>(Pack<double>(0x1.8p52).low);
  exponent = reinterpret_cast<Vector<double>>(power + magic) - 0x1.8p52;
}

[[gnu::always_inline]] inline void split_exponent(const Pack<double>& x, Pack<double>& m,
                                                  Pack<double>& exponent) {
  split_register(x.low, m.low, exponent.low);
  split_register(x.high, m.high, exponent.high);
}

/// As many doubles as a Pack<Real> has lanes.
template <class Real>
struct Doubles;

template <>
struct Doubles<double> {
  Pack<double> parts[1];
};
template <>
struct Doubles<float> {
  Pack<double> parts[2];
};

using HalfFloats = Register<float>::Half;

[[gnu::always_inline]] inline HalfFloats rounded(Vector<double> wide) {
#if defined(__AVX512F__)  // which GCC 12 would convert in quarters
  return _mm512_maskz_cvtpd_ps(0xFF, wide);
#else
  return __builtin_convertvector(wide, HalfFloats);
#endif
}

[[gnu::always_inline]] inline Vector<double> widened(HalfFloats half) {
#if defined(__AVX512F__)
  return _mm512_maskz_cvtps_pd(0xFF, half);
#else
  return __builtin_convertvector(half, Vector<double>);
#endif
}

[[gnu::always_inline]] inline Vector<float> rounded(const Pack<double>& pack) {
  const HalfFloats halves[2] = {rounded(pack.low), rounded(pack.high)};
  Vector<float> both;
  __builtin_memcpy(&both, halves, kVectorBytes);
  return both;
}

[[gnu::always_inline]] inline Pack<double> widened(Vector<float> both) {
  HalfFloats halves[2];
  __builtin_memcpy(halves, &both, kVectorBytes);
  return {widened(halves[0]), widened(halves[1])};
}

template <class Real>
[[gnu::always_inline]] inline Pack<Real> narrow(const Doubles<Real>& wide) {
  if constexpr (sizeof(Real) == sizeof(double)) {
    return wide.parts[0];
  } else {
    return {rounded(wide.parts[0]), rounded(wide.parts[1])};
  }
}

template <class Real>
[[gnu::always_inline]] inline Doubles<Real> widen(const Pack<Real>& pack) {
  if constexpr (sizeof(Real) == sizeof(double)) {
    return {{pack}};
  } else {
    return {{widened(pack.low), widened(pack.high)}};
  }
}

}  // namespace lagoon::flow::LAGOON_ISA
