// Compiled once per instruction set: LAGOON_ISA names the namespace.
#include "contrastive/bridging/navigation/kernel.hpp"

#include "contrastive/simd/lanes.hpp"

namespace lagoon::contrastive::navigation::LAGOON_ISA {
namespace {

using simd::LAGOON_ISA::kVectorLanes;
using simd::LAGOON_ISA::load_vector;
using simd::LAGOON_ISA::quick_multiply_add;
using simd::LAGOON_ISA::store_vector;
using simd::LAGOON_ISA::Vector;

constexpr int kNarrow = kLanes / kVectorLanes;  // vectors
#if defined(__AVX512F__)
constexpr int kWide = 4;
#else
constexpr int kWide = kNarrow;
#endif
constexpr int kRows = 4;

/// Rows and vectors of columns that are summed up in registers.
template <int rows, int vectors>
[[gnu::always_inline]] inline void add_block(int terms, int columns, const float* a,
                                             std::ptrdiff_t by_row, std::ptrdiff_t by_term,
                                             const float* b, float* c) {
  Vector sums[rows][vectors];
#pragma GCC unroll 4
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) sums[r][v] = load_vector(c + r * columns + v * kVectorLanes);
  }
  for (int t = 0; t < terms; ++t, a += by_term, b += columns) {
    Vector right[vectors];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) right[v] = load_vector(b + v * kVectorLanes);
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      const Vector left = a[r * by_row] - Vector{};
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) {
        sums[r][v] = quick_multiply_add(left, right[v], sums[r][v]);
      }
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      store_vector(sums[r][v], c + r * columns + v * kVectorLanes);
    }
  }
}

template <int vectors>
void add_columns(int rows, int terms, int columns, const LeftMatrix& a, const float* b, float* c) {
  int row = 0;
  for (; row + kRows <= rows; row += kRows) {
    add_block<kRows, vectors>(terms, columns, a.at + row * a.by_row, a.by_row, a.by_term, b,
                              c + static_cast<std::ptrdiff_t>(row) * columns);
  }
  for (; row < rows; ++row) {
    add_block<1, vectors>(terms, columns, a.at + row * a.by_row, a.by_row, a.by_term, b,
                          c + static_cast<std::ptrdiff_t>(row) * columns);
  }
}

void add_product(int rows, int terms, int columns, const LeftMatrix& a, const float* b, float* c) {
  int column = 0;
  for (; column + kWide * kVectorLanes <= columns; column += kWide * kVectorLanes) {
    add_columns<kWide>(rows, terms, columns, a, b + column, c + column);
  }
  for (; column < columns; column += kLanes) {
    add_columns<kNarrow>(rows, terms, columns, a, b + column, c + column);
  }
}

}  // namespace

constinit const Kernel kKernel = {flow::LAGOON_ISA::kSetName, flow::LAGOON_ISA::kIsFused,
                                  add_product};

}  // namespace lagoon::contrastive::navigation::LAGOON_ISA
