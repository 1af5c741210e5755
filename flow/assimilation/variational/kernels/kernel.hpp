#pragma once

#include <string_view>

namespace lagoon::flow::variational {

/// Modes are padded with zeros to a multiple of this, and sums over modes are kept in as many
/// parts, whatever an instruction set's registers hold: so all sums are rounded alike.
inline constexpr int kPartialSums = 16;

/// Observed rows that are multiplied at once: they stay in the first cache.
inline constexpr int kPanelRows = 32;

/// One flow as a sum of waves, theta_m = 2 pi (k_m x + l_m y) + omega_m t, M modes with padding:
///   psi = sum_m (p_m cos theta_m - q_m sin theta_m) / (2 pi).
/// The columns of a derivative by the control are those of p (M), of q (M) and, where it is
/// unknown, of the mean velocity (kPartialSums, two a term of it, the rest unused); C of them. Raw
/// pointers, because kernels are compiled for several instruction sets.
struct WaveTable {
  int n_modes = 0;                   ///< M
  int n_columns = 0;                 ///< C
  const double* turns = nullptr;     ///< (M) omega / (2 pi)
  const double* k = nullptr;         ///< (M)
  const double* l = nullptr;         ///< (M)
  const double* p = nullptr;         ///< (M) 2 pi Re psi_hat
  const double* q = nullptr;         ///< (M) 2 pi Im psi_hat
  const double* column_x = nullptr;  ///< (C) the derivative of the velocity by a control component
  const double* column_y = nullptr;  ///< is this times the component's wave
  double mean_velocity[2] = {};
};

/// The flow at one point and time.
struct FlowAtPoint {
  double velocity[2] = {};
  double gradient[3] = {};  ///< d vx/dx = -d vy/dy, d vx/dy, d vy/dx
  double* waves =
      nullptr;  ///< (C) sin theta, cos theta, then the mean velocity's: ones, or cosines in time
};

/// The inner loops of the tangent-linear and of the normal equations, compiled once per instruction
/// set from one source. Every entry sees the same operations in all of them: all give the same
/// bits.
struct Kernel {
  std::string_view name;

  /// Velocity and its gradient, and all waves but the ones.
  void (*evaluate)(const WaveTable& table, double x, double y, double t, FlowAtPoint& at);

  /// One RK4 step of the derivatives of a position by the control, d' = gradient d + columns.
  ///   at: the flow at the second, third and fourth stage of the step and where it ended
  ///   from, to (4, C): d of x and of y, then their rates d'
  void (*advance_tangent)(const WaveTable& table, const FlowAtPoint* at, double step,
                          const double* from, double* to);

  /// rows (n_rows, n_columns) = weights (n_rows, 4) vectors (4, n_columns).
  void (*combine)(const double* const* vectors, const double* weights, int n_rows, int n_columns,
                  double* rows);

  /// Adds rows^T rows to a matrix (n_columns, n_columns), on and below its diagonal at least.
  ///   rows (n_rows, n_columns)
  void (*add_products)(const double* rows, int n_rows, int n_columns, double* matrix);
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

}  // namespace lagoon::flow::variational
