#pragma once

#include "contrastive/simd/kernel_family.hpp"
#include "flow/kernels/pack.hpp"

// Included by kernels alone, once per instruction set; always_inline as flow/kernels/pack.hpp
// is.
namespace lagoon::contrastive::simd::LAGOON_ISA {

using Vector = flow::LAGOON_ISA::Vector<float>;
using Bits = flow::LAGOON_ISA::Bits<float>;
inline constexpr int kVectorLanes = flow::LAGOON_ISA::kVectorLanes<float>;
inline constexpr int kParts = kLanes / kVectorLanes;

// Rows, and panels of kLanes columns, of a block of products that are summed up in registers:
// enough to hide the latency of a product, and few enough to leave registers for what is
// multiplied.
#if defined(__AVX512F__)
inline constexpr int kBlockRows = 12, kBlockPanels = 2;
#elif defined(__AVX2__)
inline constexpr int kBlockRows = 6, kBlockPanels = 1;
#else
inline constexpr int kBlockRows = 3, kBlockPanels = 1;
#endif

[[gnu::always_inline]] inline Vector load_vector(const float* from) {
  Vector result;
  __builtin_memcpy(&result, from, sizeof result);
  return result;
}

[[gnu::always_inline]] inline void store_vector(Vector value, float* to) {
  __builtin_memcpy(to, &value, sizeof value);
}

/// a b + c, rounded once where the instruction set has it: a call of the maths library for each
/// would take all the time.
[[gnu::always_inline]] inline Vector quick_multiply_add(Vector a, Vector b, Vector c) {
#if defined(__FP_FAST_FMAF)
  return flow::LAGOON_ISA::fmadd(a, b, c);
#else
  return a * b + c;
#endif
}

/// The larger; b where one of them is not a number.
[[gnu::always_inline]] inline Vector larger(Vector a, Vector b) {
#if defined(__AVX512F__)
  return _mm512_maskz_max_ps(0xFFFF, a, b);
#elif defined(__AVX2__)
  return _mm256_max_ps(a, b);
#else
  return a > b ? a : b;
#endif
}

/// 16 numbers.
struct Lanes {
  Vector parts[kParts];

  Lanes() = default;
  [[gnu::always_inline]] explicit Lanes(double value) {
    for (Vector& part : parts) part = static_cast<float>(value) - Vector{};
  }
};

[[gnu::always_inline]] inline Lanes load(const float* from) {
  Lanes lanes;
  for (int i = 0; i < kParts; ++i) lanes.parts[i] = load_vector(from + i * kVectorLanes);
  return lanes;
}

[[gnu::always_inline]] inline void store(const Lanes& lanes, float* to) {
  for (int i = 0; i < kParts; ++i) store_vector(lanes.parts[i], to + i * kVectorLanes);
}

#define LAGOON_LANES_OPERATION(name, expression)                             \
  [[gnu::always_inline]] inline Lanes name(const Lanes& x, const Lanes& y) { \
    Lanes result;                                                            \
    for (int i = 0; i < kParts; ++i) {                                       \
      const Vector a = x.parts[i], b = y.parts[i];                           \
      result.parts[i] = expression;                                          \
    }                                                                        \
    return result;                                                           \
  }
LAGOON_LANES_OPERATION(operator+, (a + b))
LAGOON_LANES_OPERATION(operator-, (a - b))
LAGOON_LANES_OPERATION(operator*, (a * b))
LAGOON_LANES_OPERATION(operator/, (a / b))
LAGOON_LANES_OPERATION(larger, larger(a, b))
#undef LAGOON_LANES_OPERATION

/// a b + c, rounded once.
[[gnu::always_inline]] inline Lanes multiply_add(const Lanes& a, const Lanes& b, const Lanes& c) {
  Lanes result;
  for (int i = 0; i < kParts; ++i) {
    result.parts[i] = flow::LAGOON_ISA::fmadd(a.parts[i], b.parts[i], c.parts[i]);
  }
  return result;
}

/// 2^n of shifted = n + 1.5 2^23, n from -126 to 127; 0 for n = -127.
[[gnu::always_inline]] inline Lanes power_of_two(const Lanes& shifted) {
  Lanes result;
  for (int i = 0; i < kParts; ++i) {
    const auto bits = reinterpret_cast<Bits>(shifted.parts[i]);
    result.parts[i] = reinterpret_cast<Vector>((bits + 127) << 23);
  }
  return result;
}

/// exp(x) for x <= 88, relative error 2e-7; 0 for x < -87.7; not a number if x is none. x = n ln 2
/// + r; exp(r) = 1 + r + r^2 P(r) with the minimax polynomial of relative error 3e-9.
[[gnu::always_inline]] inline Lanes exponential(const Lanes& x) {
  constexpr double kP[] = {0x1.6a23d6p-10, 0x1.123a1ep-7, 0x1.5558f2p-5, 0x1.555492p-3,
                           0x1.fffffcp-2};
  const Lanes bounded = larger(Lanes(-88.0), x);
  const Lanes shifted = multiply_add(bounded, Lanes(0x1.715476p+0), Lanes(0x1.8p23));
  const Lanes n = shifted - Lanes(0x1.8p23);
  // ln 2 in two parts, the first of so few bits that n times it is exact.
  const Lanes near = multiply_add(n, Lanes(-0x1.62e4p-1), bounded);
  const Lanes r = multiply_add(n, Lanes(-0x1.7f7d1cp-20), near);
  const Lanes value = multiply_add(r * r, flow::polynomial(kP, r), r) + Lanes(1.0);
  return value * power_of_two(shifted);
}

/// log(1 + x) for 0 <= x <= 1, relative error 2e-7: 2 artanh(s) = 2 s + s z Q(z), s = x / (2 + x),
/// z = s^2, with the minimax polynomial of relative error 5e-9.
[[gnu::always_inline]] inline Lanes log_one_plus(const Lanes& x) {
  constexpr double kQ[] = {0x1.1eff6ep-2, 0x1.1eb4d6p-2, 0x1.99d28cp-2, 0x1.5555p-1};
  const Lanes s = x / (x + Lanes(2.0));
  const Lanes z = s * s;
  return multiply_add(s * z, flow::polynomial(kQ, z), s + s);
}

/// While it lives, numbers below 2^-126 are zeros: weights that far from the largest matter to no
/// sum, and processors may take a hundred cycles over one.
class WithoutSubnormals {
 public:
#if defined(__x86_64__)
  WithoutSubnormals() {
    _mm_setcsr(before_ | 0x8040);
  }
  ~WithoutSubnormals() {
    _mm_setcsr(before_);
  }

 private:
  unsigned before_ = _mm_getcsr();
#endif
};

/// Sum (largest) of the lanes, by halves.
template <class Combine>
[[gnu::always_inline]] inline float reduce(const Lanes& lanes, Combine&& combine) {
  alignas(64) float x[kLanes];
  store(lanes, x);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) x[i] = combine(x[i], x[i + half]);
  }
  return x[0];
}

[[gnu::always_inline]] inline float sum_of(const Lanes& lanes) {
  return reduce(lanes, [](float a, float b) { return a + b; });
}

[[gnu::always_inline]] inline float largest_of(const Lanes& lanes) {
  return reduce(lanes, [](float a, float b) { return a > b ? a : b; });
}

}  // namespace lagoon::contrastive::simd::LAGOON_ISA
