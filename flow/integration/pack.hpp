#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "flow/integration/sine_cosine.hpp"

// Included by integration/kernel.cpp alone, once per instruction set. Everything is always_inline
// and lives in the namespace of its instruction set, so that the linker can never keep a copy that
// another machine cannot run.
namespace lagoon::flow::LAGOON_ISA {

#if defined(__AVX512F__)
inline constexpr int kVectorBytes = 64;
#elif defined(__AVX2__)
inline constexpr int kVectorBytes = 32;
#else
inline constexpr int kVectorBytes = 16;
#endif

using Vector [[gnu::vector_size(kVectorBytes)]] = double;
using Bits [[gnu::vector_size(kVectorBytes)]] = unsigned long long;

/// Where a fused multiplication is a call of the maths library, unrolled code would only be long;
/// under sanitizers it would take minutes to compile.
#if defined(__FP_FAST_FMA) && !defined(LAGOON_SANITIZED)
inline constexpr bool kUnrolls = true;
#else
inline constexpr bool kUnrolls = false;
#endif

inline constexpr int kVectorLanes = kVectorBytes / 8;
inline constexpr int kLanes = 2 * kVectorLanes;

/// a b + c with one rounding on every instruction set: the same bits everywhere.
[[gnu::always_inline]] inline Vector fused(Vector a, Vector b, Vector c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_pd(a, b, c);
#elif defined(__AVX2__) && defined(__FMA__)
  return _mm256_fmadd_pd(a, b, c);
#else
  Vector result;
  for (int i = 0; i < kVectorLanes; ++i) result[i] = __builtin_fma(a[i], b[i], c[i]);
  return result;
#endif
}

/// kLanes doubles in two registers: two independent chains hide the latency of one another.
struct Pack {
  Vector low;
  Vector high;

  Pack() = default;
  [[gnu::always_inline]] Pack(Vector low_half, Vector high_half) : low(low_half), high(high_half) {}
  [[gnu::always_inline]] explicit Pack(double value) : low(value - Vector{}), high(low) {}
};

[[gnu::always_inline]] inline Pack load(const double* from) {
  Pack pack;
  __builtin_memcpy(&pack.low, from, kVectorBytes);
  __builtin_memcpy(&pack.high, from + kVectorLanes, kVectorBytes);
  return pack;
}

[[gnu::always_inline]] inline void store(const Pack& pack, double* to) {
  __builtin_memcpy(to, &pack.low, kVectorBytes);
  __builtin_memcpy(to + kVectorLanes, &pack.high, kVectorBytes);
}

[[gnu::always_inline]] inline Pack operator+(const Pack& a, const Pack& b) {
  return {a.low + b.low, a.high + b.high};
}
[[gnu::always_inline]] inline Pack operator-(const Pack& a, const Pack& b) {
  return {a.low - b.low, a.high - b.high};
}
[[gnu::always_inline]] inline Pack operator-(const Pack& a) {
  return {-a.low, -a.high};
}
[[gnu::always_inline]] inline Pack operator*(const Pack& a, const Pack& b) {
  return {a.low * b.low, a.high * b.high};
}
[[gnu::always_inline]] inline Pack operator*(double a, const Pack& b) {
  return {a * b.low, a * b.high};
}

/// a b + c, rounded once.
[[gnu::always_inline]] inline Pack multiply_add(const Pack& a, const Pack& b, const Pack& c) {
  return {fused(a.low, b.low, c.low), fused(a.high, b.high, c.high)};
}

/// a b - c, rounded once.
[[gnu::always_inline]] inline Pack multiply_subtract(const Pack& a, const Pack& b, const Pack& c) {
  return {fused(a.low, b.low, -c.low), fused(a.high, b.high, -c.high)};
}

/// c - a b, rounded once.
[[gnu::always_inline]] inline Pack subtract_product(const Pack& c, const Pack& a, const Pack& b) {
  return {fused(-a.low, b.low, c.low), fused(-a.high, b.high, c.high)};
}

/// Turns (sine, cosine) by q quarter turns, q being the low bits of `shifted`.
[[gnu::always_inline]] inline void turn_quarters(Vector shifted, Vector& sine, Vector& cosine) {
  const Bits q = reinterpret_cast<Bits>(shifted);
  const auto odd = (q & 1) != 0;
  const Vector turned_sine = odd ? cosine : sine;
  const Vector turned_cosine = odd ? sine : cosine;
  const Bits sign_of_sine = (q & 2) << 62;
  const Bits sign_of_cosine = ((q + 1) & 2) << 62;
  sine = reinterpret_cast<Vector>(reinterpret_cast<Bits>(turned_sine) ^ sign_of_sine);
  cosine = reinterpret_cast<Vector>(reinterpret_cast<Bits>(turned_cosine) ^ sign_of_cosine);
}

[[gnu::always_inline]] inline void turn_quarters(const Pack& shifted, Pack& sine, Pack& cosine) {
  turn_quarters(shifted.low, sine.low, cosine.low);
  turn_quarters(shifted.high, sine.high, cosine.high);
}

}  // namespace lagoon::flow::LAGOON_ISA
