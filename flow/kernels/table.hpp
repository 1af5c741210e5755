#pragma once

#include "flow/kernels/kernel.hpp"
#include "flow/kernels/pack.hpp"

// How the coefficients of one time become the table of the separable form (kernels/separable.hpp).
namespace lagoon::flow::LAGOON_ISA {

/// What the modes (k, l) and (-k, -l) put into psi together: with theta = 2 pi (k x + l y),
///   Re [c(k, l) e^{i theta} + c(-k, -l) e^{-i theta}] = even cos theta + odd sin theta.
template <class Real>
struct MirrorPair {
  Pack<Real> even;
  Pack<Real> odd;
};

/// The coefficients c = 2 pi psi_hat exp(i omega t) of the lanes' flows at one time of the clock,
/// whose phases all flows share.
template <class Real>
struct Coefficients {
  const Real* psi;
  const Real* phases;
  int padded_modes;
  int n;

  [[gnu::always_inline]] MirrorPair<Real> operator()(int k, int l) const {
    const int centre = 2 * n * (n + 1);
    const int m = centre + k * (2 * n + 1) + l;
    const int mirror = 2 * centre - m;
    const auto real = [&](int mode) { return load(psi + 2 * mode * kLanes<Real>); };
    const auto imaginary = [&](int mode) { return load(psi + (2 * mode + 1) * kLanes<Real>); };
    const auto cosine = [&](int mode) { return Pack<Real>(phases[mode]); };
    const auto sine = [&](int mode) { return Pack<Real>(phases[padded_modes + mode]); };

    Pack<Real> even = real(m) * cosine(m);  // Re c(k, l) + Re c(-k, -l)
    even = multiply_add(real(mirror), cosine(mirror), even);
    even = subtract_product(even, imaginary(m), sine(m));
    even = subtract_product(even, imaginary(mirror), sine(mirror));
    Pack<Real> odd = real(mirror) * sine(mirror);  // Im c(-k, -l) - Im c(k, l)
    odd = multiply_add(imaginary(mirror), cosine(mirror), odd);
    odd = subtract_product(odd, real(m), sine(m));
    odd = subtract_product(odd, imaginary(m), cosine(m));
    return {even, odd};
  }
};

/// The task's coefficients at half step i of the clock.
template <class Real>
[[gnu::always_inline]] inline Coefficients<Real> coefficients_at(const KernelTask<Real>& task,
                                                                 const KernelClock<Real>& clock,
                                                                 int i) {
  const Real* psi = task.psi;
  if (task.psi_change != nullptr) {
    const Pack<Real> progress = Pack<Real>(clock.progress[i]);
    const int side = 2 * task.max_wavenumber + 1;
    for (int at = 0; at < 2 * side * side * kLanes<Real>; at += kLanes<Real>) {
      store(multiply_add(progress, load(task.psi_change + at), load(task.psi + at)),
            task.psi_now + at);
    }
    psi = task.psi_now;
  }
  return {psi, clock.phases + static_cast<long>(2 * i) * clock.padded_modes, clock.padded_modes,
          task.max_wavenumber};
}

/// Fills the table of one time. Over the four modes (+-p, +-q), cos and sin of the sum and of the
/// difference of the angles give the four products of cos and sin.
template <class Real, int kN>
inline void fill_table(const Coefficients<Real>& pair, Real* table) {
  const int n = kN > 0 ? kN : pair.n;
  const auto put = [&](int row, int column, const Pack<Real>& entry) {
    store(entry, table + (row * (2 * n + 1) + column) * kLanes<Real>);
  };
  put(0, 0, Pack<Real>(0.0));
#pragma GCC unroll 4
  for (int p = 1; p <= n; ++p) {
    const MirrorPair<Real> in_x = pair(p, 0);
    put(2 * p - 1, 0, in_x.even);
    put(2 * p, 0, in_x.odd);
    const MirrorPair<Real> in_y = pair(0, p);
    put(0, 2 * p - 1, in_y.even);
    put(0, 2 * p, in_y.odd);
#pragma GCC unroll 4
    for (int q = 1; q <= n; ++q) {
      const MirrorPair<Real> sum = pair(p, q);
      const MirrorPair<Real> difference = pair(p, -q);
      put(2 * p - 1, 2 * q - 1, sum.even + difference.even);
      put(2 * p, 2 * q, difference.even - sum.even);
      put(2 * p, 2 * q - 1, sum.odd + difference.odd);
      put(2 * p - 1, 2 * q, sum.odd - difference.odd);
    }
  }
}

}  // namespace lagoon::flow::LAGOON_ISA
