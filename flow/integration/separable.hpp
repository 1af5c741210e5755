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

/// psi_hat_m exp(i omega_m t) of the lanes' flows; the phase is the same for all.
struct Coefficient {
  Pack real;
  Pack imaginary;
};

/// Reads coefficients of modes (k, l) at one time of the clock.
struct Coefficients {
  const double* psi;
  const double* phases;
  int padded_modes;
  int n;

  [[gnu::always_inline]] Coefficient operator()(int k, int l) const {
    const int m = (k + n) * (2 * n + 1) + l + n;
    const Pack cosine = Pack(phases[m]);
    const Pack sine = Pack(phases[padded_modes + m]);
    const Pack real = load(psi + 2 * m * kLanes);
    const Pack imaginary = load(psi + (2 * m + 1) * kLanes);
    return {multiply_subtract(real, cosine, imaginary * sine),
            multiply_add(real, sine, imaginary * cosine)};
  }
};

/// Fills the table of one time. The real part of a exp(i (k alpha + l beta)) over the four modes
/// (+-p, +-q) gives the four products of cos and sin of p alpha and q beta.
template <int kN>
inline void fill_table(const Coefficients& psi, double* table) {
  const int n = kN > 0 ? kN : psi.n;
  const int size = 2 * n + 1;
  const auto put = [&](int row, int column, const Pack& entry) __attribute__((always_inline)) {
    store(entry, table + (row * size + column) * kLanes);
  };
  put(0, 0, Pack(0.0));
  for (int p = 1; p <= n; ++p) {
    const Coefficient x_plus = psi(p, 0), x_minus = psi(-p, 0);
    put(2 * p - 1, 0, x_plus.real + x_minus.real);
    put(2 * p, 0, x_minus.imaginary - x_plus.imaginary);
    const Coefficient y_plus = psi(0, p), y_minus = psi(0, -p);
    put(0, 2 * p - 1, y_plus.real + y_minus.real);
    put(0, 2 * p, y_minus.imaginary - y_plus.imaginary);
    for (int q = 1; q <= n; ++q) {
      const Coefficient plus_plus = psi(p, q), minus_minus = psi(-p, -q);
      const Coefficient plus_minus = psi(p, -q), minus_plus = psi(-p, q);
      const Pack same = plus_plus.real + minus_minus.real;
      const Pack other = plus_minus.real + minus_plus.real;
      const Pack same_turn = minus_minus.imaginary - plus_plus.imaginary;
      const Pack other_turn = plus_minus.imaginary - minus_plus.imaginary;
      put(2 * p - 1, 2 * q - 1, other + same);
      put(2 * p, 2 * q, other - same);
      put(2 * p, 2 * q - 1, same_turn - other_turn);
      put(2 * p - 1, 2 * q, same_turn + other_turn);
    }
  }
}

}  // namespace lagoon::flow::LAGOON_ISA
