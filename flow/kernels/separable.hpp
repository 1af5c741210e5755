#pragma once

#include "flow/kernels/pack.hpp"
#include "flow/modes.hpp"

// The separable form of the streamfunction at one time,
//   psi(x, y) = phi(x)^T A phi(y),   phi(x) = [1, c_1, s_1, ..., c_N, s_N],
// with c_p = cos(2 pi p x), s_p = sin(2 pi p x) and A real, (S, S), S = 2 N + 1: two sines and
// 2 S^2 multiplications a velocity in place of S^2 sines. Tables hold 2 pi A, one flow a lane.
// kN > 0 fixes N at compile time and unrolls everything; kN = 0 takes it from the task.
namespace lagoon::flow::LAGOON_ISA {

/// c_p and s_p at the positions of a pack, p = 0..N.
template <class Real, int kN>
struct Basis {
  Pack<Real> c[(kN > 0 ? kN : kLargestWavenumber) + 1];
  Pack<Real> s[(kN > 0 ? kN : kLargestWavenumber) + 1];

  /// Chebyshev's recurrence: c_p = 2 c_1 c_{p-1} - c_{p-2}, and the same for s_p.
  [[gnu::always_inline]] Basis(const Pack<Real>& position, int n) {
    c[0] = Pack<Real>(1.0);
    s[0] = Pack<Real>(0.0);
    sine_cosine<Real>(position, s[1], c[1]);
    const Pack<Real> twice = c[1] + c[1];
#pragma GCC unroll 4
    for (int p = 2; p <= (kN > 0 ? kN : n); ++p) {
      c[p] = multiply_subtract(twice, c[p - 1], c[p - 2]);
      s[p] = p == 2 ? twice * s[1] : multiply_subtract(twice, s[p - 1], s[p - 2]);
    }
  }
};

/// Entries of a table: every lane has its own flow ...
template <class Real>
struct TableOfLanes {
  const Real* entries;
  [[gnu::always_inline]] Pack<Real> operator[](int i) const {
    return load(entries + i * kLanes<Real>);
  }
};

/// ... or all lanes are drifters of one flow.
template <class Real>
struct TableOfOneFlow {
  const Real* entries;
  [[gnu::always_inline]] Pack<Real> operator[](int i) const {
    return Pack<Real>(entries[i * kLanes<Real>]);
  }
};

/// The derivative of psi along one axis: sum_p p (c_p row(s_p) - s_p row(c_p)), where row(.) sums
/// the table over the basis of the other axis. Strides are 1 along y and S along x.
template <class Real, int kN, class Table>
[[gnu::always_inline]] inline Pack<Real> slope(const Table& table, int n,
                                               const Basis<Real, kN>& along, int stride_along,
                                               const Basis<Real, kN>& across, int stride_across) {
  Pack<Real> sum = Pack<Real>(0.0);
#pragma GCC unroll 4
  for (int p = 1; p <= (kN > 0 ? kN : n); ++p) {
    const int cosine = (2 * p - 1) * stride_along;
    const int sine = cosine + stride_along;
    Pack<Real> row_of_cosine = table[cosine];
    Pack<Real> row_of_sine = table[sine];
#pragma GCC unroll 4
    for (int q = 1; q <= (kN > 0 ? kN : n); ++q) {
      const int c = (2 * q - 1) * stride_across;
      const int s = c + stride_across;
      row_of_cosine = multiply_add(table[cosine + c], across.c[q], row_of_cosine);
      row_of_sine = multiply_add(table[sine + c], across.c[q], row_of_sine);
      row_of_cosine = multiply_add(table[cosine + s], across.s[q], row_of_cosine);
      row_of_sine = multiply_add(table[sine + s], across.s[q], row_of_sine);
    }
    const Pack<Real> term = multiply_subtract(along.c[p], row_of_sine, along.s[p] * row_of_cosine);
    sum = p == 1 ? term : multiply_add(Pack<Real>(p), term, sum);
  }
  return sum;
}

}  // namespace lagoon::flow::LAGOON_ISA
