#pragma once

#include <cstdint>

#include "contrastive/inference/amortised/kernel.hpp"
#include "contrastive/simd/lanes.hpp"

// Included by kernel.cpp alone, once per instruction set.
namespace lagoon::contrastive::amortised::LAGOON_ISA {

namespace lanes = simd::LAGOON_ISA;
using lanes::Lanes;
using simd::kLanes;

/// A score that is none: its exponential is zero.
inline constexpr float kNone = -__builtin_inff();

/// Bit i is set where lane i is at least `least`.
[[gnu::always_inline]] inline unsigned at_least(const Lanes& x, float least) {
  unsigned mask = 0;
#if defined(__AVX512F__)
  mask = _mm512_cmp_ps_mask(x.parts[0], Lanes(least).parts[0], _CMP_GE_OQ);
#elif defined(__AVX2__)
  for (int i = 0; i < lanes::kParts; ++i) {
    const auto bits = _mm256_cmp_ps(x.parts[i], Lanes(least).parts[i], _CMP_GE_OQ);
    mask |= static_cast<unsigned>(_mm256_movemask_ps(bits)) << (i * lanes::kVectorLanes);
  }
#else
  alignas(64) float numbers[kLanes];
  lanes::store(x, numbers);
  for (int i = 0; i < kLanes; ++i) mask |= (numbers[i] >= least ? 1U : 0U) << i;
#endif
  return mask;
}

/// y where x is negative, otherwise 0.
[[gnu::always_inline]] inline Lanes where_negative(const Lanes& x, const Lanes& y) {
  Lanes result;
  for (int i = 0; i < lanes::kParts; ++i) {
    result.parts[i] = x.parts[i] < lanes::Vector{} ? y.parts[i] : lanes::Vector{};
  }
  return result;
}

/// Members of a panel by their places, each with a weight. Whole lanes are written, and their
/// beginnings count.
struct Members {
  int n = 0;
  alignas(64) float weights[kPanel + kLanes];
  alignas(64) int places[kPanel + kLanes];

  /// Appends after the first `before` members the lanes set in the mask; returns the new count.
  [[gnu::always_inline]] int add(int before, const Lanes& some, int first_place, unsigned mask) {
#if defined(__AVX512F__)
    const __m512i steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i some_places = _mm512_add_epi32(steps, _mm512_set1_epi32(first_place));
    const auto lanes_kept = static_cast<__mmask16>(mask);
    _mm512_storeu_ps(weights + before, _mm512_maskz_compress_ps(lanes_kept, some.parts[0]));
    _mm512_storeu_si512(places + before, _mm512_maskz_compress_epi32(lanes_kept, some_places));
    return before + __builtin_popcount(mask);
#else
    alignas(64) float each[kLanes];
    lanes::store(some, each);
    for (; mask != 0; mask &= mask - 1) {
      const int lane = __builtin_ctz(mask);
      weights[before] = each[lane];
      places[before++] = first_place + lane;
    }
    return before;
#endif
  }
};

/// Adds kWide times 16 columns of the kept members' values, in registers.
template <int kWide>
[[gnu::always_inline]] inline void add_columns(const Panel& panel, const Members& kept, int column,
                                               Weighing& to) {
  Lanes first[kWide], second[kWide];
#pragma GCC unroll 8
  for (int c = 0; c < kWide; ++c) {
    first[c] = lanes::load(to.first_moment + column + c * kLanes);
    second[c] = lanes::load(to.second_moment + column + c * kLanes);
  }
  for (int i = 0; i < kept.n; ++i) {
    const float* const row = panel.values + std::int64_t{kept.places[i]} * panel.columns;
    const Lanes weight(kept.weights[i]);
#pragma GCC unroll 8
    for (int c = 0; c < kWide; ++c) {
      const Lanes value = lanes::load(row + column + c * kLanes);
      const Lanes product = weight * value;
      first[c] = first[c] + product;
      second[c] = lanes::multiply_add(product, value, second[c]);
    }
  }
#pragma GCC unroll 8
  for (int c = 0; c < kWide; ++c) {
    lanes::store(first[c], to.first_moment + column + c * kLanes);
    lanes::store(second[c], to.second_moment + column + c * kLanes);
  }
}

inline void add_moments(const Panel& panel, const Members& kept, Weighing& to) {
  constexpr int kWide = 6;
  int column = 0;
  for (; column + kWide * kLanes <= panel.columns; column += kWide * kLanes) {
    add_columns<kWide>(panel, kept, column, to);
  }
  for (; column < panel.columns; column += kLanes) add_columns<1>(panel, kept, column, to);
}

}  // namespace lagoon::contrastive::amortised::LAGOON_ISA
