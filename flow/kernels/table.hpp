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

/// Of a mirror pair at one time: what its two phases do with its coefficients
/// c = 2 pi psi_hat exp(i omega t).
template <class Real>
[[gnu::always_inline]] inline MirrorPair<Real> rotate(const Real* psi, const Real* phases,
                                                      int padded_modes, int m, int mirror) {
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

/// Fills the tables of kTimes neighbouring half steps of the clock, together because they read the
/// same psi. Over the four modes (+-p, +-q),
/// cos and sin of the sum and of the difference of the angles give the four products of cos and
/// sin.
template <class Real, int kN, int kTimes>
inline void fill_tables(int max_wavenumber, const Real* psi, const Real* phases, int padded_modes,
                        Real* const* tables) {
  const int n = kN > 0 ? kN : max_wavenumber;
  const int size = 2 * n + 1;
  const auto put = [&](int time, int row, int column, const Pack<Real>& entry) {
    store(entry, tables[time] + (row * size + column) * kLanes<Real>);
  };
  const auto pairs = [&](int k, int l, MirrorPair<Real>(&of_times)[kTimes]) {
    const int centre = (size * size - 1) / 2;
    const int m = centre + k * size + l;
#pragma GCC unroll 2
    for (int time = 0; time < kTimes; ++time) {
      of_times[time] =
          rotate(psi, phases + time * 2 * padded_modes, padded_modes, m, 2 * centre - m);
    }
  };
#pragma GCC unroll 2
  for (int time = 0; time < kTimes; ++time) put(time, 0, 0, Pack<Real>(0.0));
  MirrorPair<Real> sum[kTimes];
  MirrorPair<Real> difference[kTimes];
#pragma GCC unroll 4
  for (int p = 1; p <= n; ++p) {
    pairs(p, 0, sum);
    pairs(0, p, difference);
#pragma GCC unroll 2
    for (int time = 0; time < kTimes; ++time) {
      put(time, 2 * p - 1, 0, sum[time].even);
      put(time, 2 * p, 0, sum[time].odd);
      put(time, 0, 2 * p - 1, difference[time].even);
      put(time, 0, 2 * p, difference[time].odd);
    }
#pragma GCC unroll 4
    for (int q = 1; q <= n; ++q) {
      pairs(p, q, sum);
      pairs(p, -q, difference);
#pragma GCC unroll 2
      for (int time = 0; time < kTimes; ++time) {
        put(time, 2 * p - 1, 2 * q - 1, sum[time].even + difference[time].even);
        put(time, 2 * p, 2 * q, difference[time].even - sum[time].even);
        put(time, 2 * p, 2 * q - 1, sum[time].odd + difference[time].odd);
        put(time, 2 * p - 1, 2 * q, sum[time].odd - difference[time].odd);
      }
    }
  }
}

/// The task's psi_hat at half step i of the clock, without its oscillation.
template <class Real>
inline const Real* psi_at(const KernelTask<Real>& task, const KernelClock<Real>& clock, int i) {
  if (task.psi_change == nullptr) return task.psi;
  const Pack<Real> progress = Pack<Real>(clock.progress[i]);
  const int side = 2 * task.max_wavenumber + 1;
  for (int at = 0; at < 2 * side * side * kLanes<Real>; at += kLanes<Real>) {
    store(multiply_add(progress, load(task.psi_change + at), load(task.psi + at)),
          task.psi_now + at);
  }
  return task.psi_now;
}

/// Fills tables[first ..] for half steps i ... of the clock.
template <class Real, int kN, int kTimes>
inline void fill_task_tables(const KernelTask<Real>& task, const KernelClock<Real>& clock, int i,
                             int first) {
  fill_tables<Real, kN, kTimes>(task.max_wavenumber, psi_at(task, clock, i),
                                clock.phases + static_cast<long>(2 * i) * clock.padded_modes,
                                clock.padded_modes, task.tables + first);
}

}  // namespace lagoon::flow::LAGOON_ISA
