#pragma once

#include <algorithm>
#include <cstdint>

#include "contrastive/inference/amortised/kernel.hpp"
#include "contrastive/simd/lanes.hpp"

// Included by kernel.cpp alone, once per instruction set.
namespace lagoon::contrastive::amortised::LAGOON_ISA {

namespace lanes = simd::LAGOON_ISA;
using lanes::Lanes;
using simd::kLanes;

#if defined(__AVX512F__)
inline constexpr int kProjectedWide = 4;
#else
inline constexpr int kProjectedWide = 1;
#endif

/// Times whose departures are held in the first cache, and whose products are summed up in one go:
/// shorter sums round less.
inline constexpr int kTimesTogether = 256;

/// (kProjected, kTimesTogether) positions less the origin, zeros of rows that are not there.
struct Departures {
  alignas(64) float numbers[kProjected * kTimesTogether];
};

[[gnu::always_inline]] inline void fill_departures(const Track& track, int first, int n,
                                                   Departures& to) {
  for (int row = 0; row < kProjected; ++row) {
    float* const numbers = to.numbers + row * kTimesTogether;
    if (row >= track.n_rows) {
      std::fill_n(numbers, n, 0.0F);
      continue;
    }
    const double* const from = track.positions + row * track.stride + first;
    for (int j = 0; j < n; ++j) numbers[j] = static_cast<float>(from[j] - track.origin[first + j]);
  }
}

/// Asks for a line of what the next kProjected rows hold at these times: 32 lines of each.
[[gnu::always_inline]] inline void fetch_line(const Track& track, int first, int line) {
  constexpr int kLines = kTimesTogether / 8;
  const std::int64_t row = kProjected + line / kLines;
  __builtin_prefetch(track.positions + row * track.stride + first + line % kLines * 8);
}

/// Adds products of n departures with kWide times 16 columns to the sums.
template <int kWide>
[[gnu::always_inline]] inline void add_projections(const Track& track, const Departures& departures,
                                                   int first, int n, int column, float* sums) {
  constexpr int kParts = kWide * lanes::kParts;
  lanes::Vector block[kProjected][kParts] = {};
  const float* matrix = track.matrix + std::int64_t{first} * track.columns + column;
  for (int j = 0; j < n; ++j, matrix += track.columns) {
    fetch_line(track, first, j);
    lanes::Vector right[kParts];
#pragma GCC unroll 8
    for (int c = 0; c < kParts; ++c)
      right[c] = lanes::load_vector(matrix + c * lanes::kVectorLanes);
#pragma GCC unroll 8
    for (int row = 0; row < kProjected; ++row) {
      const lanes::Vector left = departures.numbers[row * kTimesTogether + j] - lanes::Vector{};
#pragma GCC unroll 8
      for (int c = 0; c < kParts; ++c) {
        block[row][c] = lanes::quick_multiply_add(left, right[c], block[row][c]);
      }
    }
  }
#pragma GCC unroll 8
  for (int row = 0; row < kProjected; ++row) {
#pragma GCC unroll 8
    for (int c = 0; c < kParts; ++c) {
      float* const to = sums + row * track.columns + column + c * lanes::kVectorLanes;
      lanes::store_vector(lanes::load_vector(to) + block[row][c], to);
    }
  }
}

inline void project(const Track& track, float* sums) {
  Departures departures;
  for (int first = 0; first < track.n_times; first += kTimesTogether) {
    const int n = std::min(kTimesTogether, track.n_times - first);
    fill_departures(track, first, n, departures);
    int column = 0;
    for (; column + kProjectedWide * kLanes <= track.columns; column += kProjectedWide * kLanes) {
      add_projections<kProjectedWide>(track, departures, first, n, column, sums);
    }
    for (; column < track.columns; column += kLanes) {
      add_projections<1>(track, departures, first, n, column, sums);
    }
  }
}

}  // namespace lagoon::contrastive::amortised::LAGOON_ISA
