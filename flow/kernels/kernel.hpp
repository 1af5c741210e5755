#pragma once

#include <cstdint>
#include <string_view>

namespace lagoon::flow {

/// The words beside a draw's number that make Philox's counter (three) and key (two).
inline constexpr int kDrawWords = 5;

/// The number of lines of scheme.def. (Kernels are compiled for several instruction sets, and
/// include no header with functions.)
inline constexpr int kMethods = 0
#define LAGOON_METHOD(method, name, step, order, takes_noise) +1
#include "flow/integration/scheme.def"
#undef LAGOON_METHOD
    ;

/// What a kernel works on: a block of flows, one a lane, and their drifters, through a run of steps
/// of one length. Raw pointers, because kernels are compiled for several instruction sets.
/// N = max_wavenumber, S = 2 N + 1, M = S^2 modes in the order (k + N) S + (l + N), L = lanes.
/// Coefficients are Real; positions are double in either precision.
template <class Real>
struct KernelTask {
  int max_wavenumber = 0;
  int n_flows = 0;              ///< lanes in use
  bool lanes_are_flows = true;  ///< else the L lanes of a row are drifters of one flow
  int n_rows = 0;               ///< drifters, or packs of L drifters of each flow
  const Real* psi = nullptr;    ///< (M, 2, L) 2 pi psi_hat, real then imaginary; 0 if not a mode
  const Real* psi_change = nullptr;  ///< as psi: by how much it changes while the clock's progress
                                     ///< goes from 0 to 1; null: not at all
  Real* psi_now = nullptr;           ///< as psi: scratch, where there is a change
  Real* tables[3] = {};              ///< (S, S, L) each: psi's at t, t + h/2 and t + h
  double mean_velocity[2] = {};
  double* x = nullptr;  ///< (row, L), or (flow, row, L): positions, advanced in place
  double* y = nullptr;
  /// As x, but (..., kDrawWords, L): see stream_words(). Null: no diffusion.
  const std::uint64_t* draw_words = nullptr;
};

/// The clock that all flows share. padded_modes is M rounded up to whole packs of L.
template <class Real>
struct KernelClock {
  int padded_modes = 0;
  const Real* phases = nullptr;      ///< (2 n_steps + 1, 2, padded_modes) cos and sin of omega t
  const double* progress = nullptr;  ///< (2 n_steps + 1) through the interval of psi_change
  int n_steps = 0;
  double step = 0;
  std::uint32_t first_draw = 0;  ///< the number of the first step's first draw
  int draws_per_step = 1;        ///< normals whose sum makes the increment of a step
  double draw_std = 0;           ///< standard deviation of each
};

/// The work of integrate_fixed on SIMD packs, compiled once per instruction set from one source.
/// Each lane sees the same operations in every kernel and layout, so all give the same bits.
template <class Real>
struct Kernel {
  /// What carries a task through the steps of a clock.
  using Advance = void (*)(KernelTask<Real>& task, const KernelClock<Real>& clock);

  int lanes;

  /// cos and sin of 2 pi turns_m t: phases (2, padded_modes) from turns (padded_modes).
  void (*fill_phases)(const double* turns, int padded_modes, double t, Real* phases);

  /// Makes tables[0] that of the clock's first time; the methods leave it at the last.
  Advance start;

  /// Through the clock's steps by each method, in the order of Method. Without draw_words,
  /// Euler-Maruyama is Euler's method and Heun's is the trapezoidal one.
  Advance advance[kMethods];
};

/// The kernels of one instruction set.
struct KernelSet {
  std::string_view name;
  Kernel<double> float64;
  Kernel<float> float32;
};

namespace base {
extern const KernelSet kKernels;
}
namespace avx2 {
extern const KernelSet kKernels;
}
namespace avx512 {
extern const KernelSet kKernels;
}

}  // namespace lagoon::flow
