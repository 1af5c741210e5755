#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "contrastive/simd/kernel_family.hpp"

namespace lagoon::contrastive::amortised {

// Rows of values are whole lanes long, filled up with zeros.
using simd::kLanes;

/// Members whose scores are made together: what belongs to them stays in the first cache while all
/// queries pass.
inline constexpr int kPanel = 64;

/// Queries whose scores are made together; arrays of queries have a multiple of them.
inline constexpr int kTogether = 12;

/// Some members of a library, n_used of them at most kPanel; the others are zeros.
struct Panel {
  std::int64_t first = 0;  ///< the number of the first, a multiple of kPanel
  int n_used = 0;
  const std::int16_t* rounded = nullptr;  ///< (kPanel / 16, n_rounded / 2, 16, 2)
  int n_rounded = 0;                      ///< dimensions, an even number
  const float* exact = nullptr;           ///< (n_used, dim) their embeddings
  int dim = 0;
  const float* values = nullptr;  ///< (n_used, columns)
  int columns = 0;                ///< a multiple of kLanes
};

/// Which weights do not count one by one: those below exp(-sum) of the sum so far in sums, those
/// below its share `light` in the moments.
struct Reach {
  float sum = 0;
  double light = 0;
};

/// A query, and what its softmax over the panels so far holds, relative to exp(shift).
struct Weighing {
  const std::int16_t* rounded = nullptr;  ///< (n_rounded)
  const float* exact = nullptr;           ///< (dim) its embedding
  float scale = 0;                        ///< log_rho of one unit of the rounded product
  double inverse_temperature = 0;         ///< log_rho of one unit of the exact product
  double centre = 0;                      ///< log_rho of the members' mean, which rounding left out
  float doubt = 0;                        ///< what rounding changes at most in log_rho
  float log_doubtful = 0;                 ///< log of the shares that ask for the exact score

  float shift = simd::kNothingYet;
  double largest = -__builtin_inf();  ///< log_rho by exact products
  std::int64_t top = -1;              ///< the member that has it
  double sum = 0;                     ///< of the weights
  double squares = 0;                 ///< of their squares
  double kept = 0;                    ///< sum of the weights that count in the moments
  float* first_moment = nullptr;      ///< (columns) sum of weight value
  float* second_moment = nullptr;     ///< (columns) sum of weight value^2

  /// What was added since the thresholds, which are relative to shift, were set.
  std::array<float, kLanes> sums{}, sums_of_squares{}, sums_kept{};
  float least = 0, light = 0, least_share = 0;
};

/// Rows of positions that are projected together.
inline constexpr int kProjected = 6;

/// One component of one drifter's positions in n_rows flows, at most kProjected.
struct Track {
  const double* positions = nullptr;  ///< (n_rows, n_times), stride from row to row
  std::int64_t stride = 0;
  int n_rows = 0;
  int n_times = 0;
  const double* origin = nullptr;  ///< (n_times) what positions are taken less of
  const float* matrix = nullptr;   ///< (n_times, columns)
  int columns = 0;                 ///< a multiple of kLanes
};

/// Compiled once per instruction set from one source. All weigh to the same bits; `project` rounds
/// products where they are not fused in hardware.
struct Kernel {
  std::string_view name;
  bool is_fused;  ///< in hardware; otherwise each product and sum is a call of the maths library

  /// Adds a panel to n queries.
  void (*weigh)(const Panel& panel, const Reach& reach, Weighing* queries, int n);
  /// Moves the single-precision lane sums into the double sums.
  void (*finish)(Weighing& query);
  /// Adds the products of a track's departures with its matrix to sums (kProjected, columns).
  void (*project)(const Track& track, float* sums);
};

LAGOON_DECLARE_KERNELS(Kernel)

/// The kernels that this machine can run, best first; the last is "base".
std::vector<const Kernel*> available_kernels();

/// That of flow::instruction_set(), which LAGOON_ISA overrides.
const Kernel& chosen_kernel();

}  // namespace lagoon::contrastive::amortised
