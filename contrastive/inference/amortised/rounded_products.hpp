#pragma once

#include <cstdint>

#include "contrastive/inference/amortised/kernel.hpp"
#include "contrastive/simd/lanes.hpp"

// Included by kernel.cpp alone, once per instruction set.
namespace lagoon::contrastive::amortised::LAGOON_ISA {

namespace lanes = simd::LAGOON_ISA;
using lanes::kBlockPanels;
using lanes::kBlockRows;
using lanes::Lanes;
using simd::kLanes;

using Integers [[gnu::vector_size(lanes::kVectorLanes * 4)]] = std::int32_t;

static_assert(kTogether % kBlockRows == 0 && kPanel % (kBlockPanels * kLanes) == 0);

[[gnu::always_inline]] inline Integers load_integers(const std::int16_t* from) {
  Integers result;
  __builtin_memcpy(&result, from, sizeof result);
  return result;
}

/// Adds to each lane the two products of its 16-bit numbers.
struct AddPairs {
  [[gnu::always_inline]] static void add(Integers& sums, Integers a, Integers b) {
#if defined(__AVX512F__)
    sums += reinterpret_cast<Integers>(
        _mm512_madd_epi16(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#elif defined(__AVX2__)
    sums += reinterpret_cast<Integers>(
        _mm256_madd_epi16(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#elif defined(__SSE2__)
    sums += reinterpret_cast<Integers>(
        _mm_madd_epi16(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
#else
    sums += (a << 16 >> 16) * (b << 16 >> 16) + (a >> 16) * (b >> 16);
#endif
  }
};

#if defined(__AVX512F__)
/// The same in one instruction, which only some of these machines have.
struct AddPairsAtOnce {
  [[gnu::always_inline]] static void add(Integers& sums, Integers a, Integers b) {
    asm("vpdpwssd %2, %1, %0" : "+v"(sums) : "v"(a), "v"(b));
  }
};
#endif

/// Rounded products of kBlockRows queries with kBlockPanels times 16 members: (kTogether, kPanel).
template <class Add>
[[gnu::always_inline]] inline void multiply_block(const std::int16_t* queries,
                                                  const std::int16_t* members, int n,
                                                  std::int32_t* products) {
  constexpr int kWide = kBlockPanels * lanes::kParts;
  Integers sums[kBlockRows][kWide] = {};
  for (int k = 0; k < n; k += 2) {
    Integers right[kWide];
    for (int c = 0; c < kWide; ++c) {
      right[c] = load_integers(members + c / lanes::kParts * kLanes * n + k * kLanes +
                               c % lanes::kParts * lanes::kVectorLanes * 2);
    }
#pragma GCC unroll 16
    for (int r = 0; r < kBlockRows; ++r) {
      std::int32_t pair;
      __builtin_memcpy(&pair, queries + r * n + k, sizeof pair);
      const Integers left = pair - Integers{};
#pragma GCC unroll 4
      for (int c = 0; c < kWide; ++c) {
        Add::add(sums[r][c], left, right[c]);
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kBlockRows; ++r) {
#pragma GCC unroll 4
    for (int c = 0; c < kWide; ++c) {
      __builtin_memcpy(products + r * kPanel + c * lanes::kVectorLanes, &sums[r][c],
                       sizeof sums[r][c]);
    }
  }
}

/// Of kTogether queries, rows of n numbers one after another, with a panel's members.
template <class Add>
inline void multiply_rounded(const std::int16_t* queries, const Panel& panel,
                             std::int32_t* products) {
  constexpr int kWide = kBlockPanels * kLanes;
  const int n = panel.n_rounded;
  for (int column = 0; column < kPanel; column += kWide) {
    for (int row = 0; row < kTogether; row += kBlockRows) {
      multiply_block<Add>(queries + row * n, panel.rounded + column * n, n,
                          products + row * kPanel + column);
    }
  }
}

/// 16 of them as floats.
[[gnu::always_inline]] inline Lanes load_products(const std::int32_t* from) {
  Lanes result;
  for (int i = 0; i < lanes::kParts; ++i) {
    Integers products;
    __builtin_memcpy(&products, from + i * lanes::kVectorLanes, sizeof products);
    result.parts[i] = __builtin_convertvector(products, lanes::Vector);
  }
  return result;
}

/// <a, b> in double precision: products are exact, and eight sums are added up in one order.
inline double exact_product(const float* a, const float* b, int n) {
  double sums[8] = {};
  int k = 0;
  for (; k + 8 <= n; k += 8) {
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) sums[i] += static_cast<double>(a[k + i]) * b[k + i];
  }
  double sum =
      ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
  for (; k < n; ++k) sum += static_cast<double>(a[k]) * b[k];
  return sum;
}

}  // namespace lagoon::contrastive::amortised::LAGOON_ISA
