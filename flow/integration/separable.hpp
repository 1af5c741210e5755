#pragma once

#include "flow/integration/kernel.hpp"
#include "flow/integration/pack.hpp"
#include "flow/modes.hpp"

// The separable form of the streamfunction at one time,
//   psi(x, y) = phi(x)^T A phi(y),   phi(x) = [1, c_1, s_1, ..., c_N, s_N],
// with c_p = cos(2 pi p x), s_p = sin(2 pi p x) and A real, (S, S), S = 2 N + 1: two sines and
// 2 S^2 multiplications a velocity in place of S^2 sines. Tables hold 2 pi A, one flow a lane.
// kN > 0 fixes N at compile time and unrolls everything; kN = 0 takes it from the task.
namespace lagoon::flow::LAGOON_ISA {

/// c_p and s_p at the positions of a pack, p = 0..N.
template <int kN>
struct Basis {
  Pack c[(kN > 0 ? kN : kLargestWavenumber) + 1];
  Pack s[(kN > 0 ? kN : kLargestWavenumber) + 1];

  /// Chebyshev's recurrence: c_p = 2 c_1 c_{p-1} - c_{p-2}, and the same for s_p.
  [[gnu::always_inline]] Basis(const Pack& position, int n) {
    c[0] = Pack(1.0);
    s[0] = Pack(0.0);
    sine_cosine(position, s[1], c[1]);
    const Pack twice = c[1] + c[1];
#pragma GCC unroll 4
    for (int p = 2; p <= (kN > 0 ? kN : n); ++p) {
      c[p] = multiply_subtract(twice, c[p - 1], c[p - 2]);
      s[p] = p == 2 ? twice * s[1] : multiply_subtract(twice, s[p - 1], s[p - 2]);
    }
  }
};

/// Entries of a table: every lane has its own flow ...
struct TableOfLanes {
  const double* entries;
  [[gnu::always_inline]] Pack operator[](int i) const { return load(entries + i * kLanes); }
};

/// ... or all lanes are drifters of one flow.
struct TableOfOneFlow {
  const double* entries;
  [[gnu::always_inline]] Pack operator[](int i) const { return Pack(entries[i * kLanes]); }
};

/// The derivative of psi along one axis: sum_p p (c_p row(s_p) - s_p row(c_p)), where row(.) sums
/// the table over the basis of the other axis. Strides are 1 along y and S along x.
template <int kN, class Table>
[[gnu::always_inline]] inline Pack slope(const Table& table, int n, const Basis<kN>& along,
                                         int stride_along, const Basis<kN>& across,
                                         int stride_across) {
  Pack sum = Pack(0.0);
#pragma GCC unroll 4
  for (int p = 1; p <= (kN > 0 ? kN : n); ++p) {
    const int cosine = (2 * p - 1) * stride_along;
    const int sine = cosine + stride_along;
    Pack row_of_cosine = table[cosine];
    Pack row_of_sine = table[sine];
#pragma GCC unroll 4
    for (int q = 1; q <= (kN > 0 ? kN : n); ++q) {
      const int c = (2 * q - 1) * stride_across;
      const int s = c + stride_across;
      row_of_cosine = multiply_add(table[cosine + c], across.c[q], row_of_cosine);
      row_of_sine = multiply_add(table[sine + c], across.c[q], row_of_sine);
      row_of_cosine = multiply_add(table[cosine + s], across.s[q], row_of_cosine);
      row_of_sine = multiply_add(table[sine + s], across.s[q], row_of_sine);
    }
    const Pack term = multiply_subtract(along.c[p], row_of_sine, along.s[p] * row_of_cosine);
    sum = p == 1 ? term : multiply_add(Pack(p), term, sum);
  }
  return sum;
}

/// What the modes (k, l) and (-k, -l) put into psi together: with theta = 2 pi (k x + l y),
///   Re [c(k, l) e^{i theta} + c(-k, -l) e^{-i theta}] = even cos theta + odd sin theta.
struct MirrorPair {
  Pack even;
  Pack odd;
};

/// The coefficients c = 2 pi psi_hat exp(i omega t) of the lanes' flows at one time of the clock,
/// whose phases all flows share.
struct Coefficients {
  const double* psi;
  const double* phases;
  int padded_modes;
  int n;

  [[gnu::always_inline]] MirrorPair operator()(int k, int l) const {
    const int centre = 2 * n * (n + 1);
    const int m = centre + k * (2 * n + 1) + l;
    const int mirror = 2 * centre - m;
    const auto real = [&](int mode) { return load(psi + 2 * mode * kLanes); };
    const auto imaginary = [&](int mode) { return load(psi + (2 * mode + 1) * kLanes); };
    const auto cosine = [&](int mode) { return Pack(phases[mode]); };
    const auto sine = [&](int mode) { return Pack(phases[padded_modes + mode]); };

    Pack even = real(m) * cosine(m);  // Re c(k, l) + Re c(-k, -l)
    even = multiply_add(real(mirror), cosine(mirror), even);
    even = subtract_product(even, imaginary(m), sine(m));
    even = subtract_product(even, imaginary(mirror), sine(mirror));
    Pack odd = real(mirror) * sine(mirror);  // Im c(-k, -l) - Im c(k, l)
    odd = multiply_add(imaginary(mirror), cosine(mirror), odd);
    odd = subtract_product(odd, real(m), sine(m));
    odd = subtract_product(odd, imaginary(m), cosine(m));
    return {even, odd};
  }
};

/// Fills the table of one time. Over the four modes (+-p, +-q), cos and sin of the sum and of the
/// difference of the angles give the four products of cos and sin.
template <int kN>
inline void fill_table(const Coefficients& pair, double* table) {
  const int n = kN > 0 ? kN : pair.n;
  const auto put = [&](int row, int column, const Pack& entry) {
    store(entry, table + (row * (2 * n + 1) + column) * kLanes);
  };
  put(0, 0, Pack(0.0));
#pragma GCC unroll 4
  for (int p = 1; p <= n; ++p) {
    const MirrorPair in_x = pair(p, 0);
    put(2 * p - 1, 0, in_x.even);
    put(2 * p, 0, in_x.odd);
    const MirrorPair in_y = pair(0, p);
    put(0, 2 * p - 1, in_y.even);
    put(0, 2 * p, in_y.odd);
#pragma GCC unroll 4
    for (int q = 1; q <= n; ++q) {
      const MirrorPair sum = pair(p, q);
      const MirrorPair difference = pair(p, -q);
      put(2 * p - 1, 2 * q - 1, sum.even + difference.even);
      put(2 * p, 2 * q, difference.even - sum.even);
      put(2 * p, 2 * q - 1, sum.odd + difference.odd);
      put(2 * p - 1, 2 * q, sum.odd - difference.odd);
    }
  }
}

}  // namespace lagoon::flow::LAGOON_ISA
