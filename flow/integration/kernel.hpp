#pragma once

#include <string_view>

namespace lagoon::flow {

/// What a kernel works on: a block of flows, one a lane, and their drifters, through a run of steps
/// of one length. Raw pointers, because kernels are compiled for several instruction sets.
/// N = max_wavenumber, S = 2 N + 1, M = S^2 modes in the order (k + N) S + (l + N), L = lanes.
struct KernelTask {
  int max_wavenumber = 0;
  int n_flows = 0;              ///< lanes in use
  bool lanes_are_flows = true;  ///< else the L lanes of a row are drifters of one flow
  int n_rows = 0;               ///< drifters, or packs of L drifters of each flow
  const double* psi = nullptr;  ///< (M, 2, L) 2 pi psi_hat, real then imaginary; 0 if not a mode
  double* tables[3] = {};       ///< (S, S, L) each: psi's at t, t + h/2 and t + h
  double* x = nullptr;          ///< (row, L), or (flow, row, L): positions, advanced in place
  double* y = nullptr;
};

/// The clock that all flows share. padded_modes is M rounded up to whole packs of L.
struct KernelClock {
  int padded_modes = 0;
  const double* phases = nullptr;  ///< (2 n_steps + 1, 2, padded_modes) cos and sin of omega t
  int n_steps = 0;
  double step = 0;
};

/// The work of integrate_fixed on SIMD packs, compiled once per instruction set from one source.
/// Each lane sees the same operations in every kernel and layout, so all give the same bits.
struct Kernel {
  std::string_view name;
  int lanes;

  /// cos and sin of 2 pi turns_m t: phases (2, padded_modes) from turns (padded_modes).
  void (*fill_phases)(const double* turns, int padded_modes, double t, double* phases);

  /// Makes tables[0] that of the clock's first time; advance() leaves it at the last.
  void (*start)(const KernelTask& task, const KernelClock& clock);

  /// Classical RK4 through the clock's steps.
  void (*advance)(KernelTask& task, const KernelClock& clock);
};

namespace base {
extern const Kernel kKernel;
}
namespace avx2 {
extern const Kernel kKernel;
}
namespace avx512 {
extern const Kernel kKernel;
}

}  // namespace lagoon::flow
