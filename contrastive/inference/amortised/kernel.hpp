#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace lagoon::contrastive::amortised {

/// Rows of values are a multiple of this many numbers long, filled up with zeros.
inline constexpr int kPadding = 16;

constexpr std::int64_t padded(std::int64_t n) {
  return (n + kPadding - 1) / kPadding * kPadding;
}

/// Most scores of one stretch.
inline constexpr int kStretch = 4096;

/// The softmax over scores that come in stretches, and moments under it, all relative to
/// exp(largest).
struct Weighing {
  float largest = -0x1p126F;       ///< log_rho so far
  std::int64_t top = 0;            ///< the member that has it
  double sum = 0;                  ///< of the weights
  double squares = 0;              ///< of their squares
  double kept = 0;                 ///< sum of the weights that count in the moments
  float* first_moment = nullptr;   ///< (columns) sum of weight value
  float* second_moment = nullptr;  ///< (columns) sum of weight value^2
};

/// A stretch of one query's scores, and the values of its members.
struct Stretch {
  const float* scores = nullptr;  ///< (n)
  std::int64_t first = 0;         ///< the member of the first score
  int n = 0;                      ///< at most kStretch
  const float* values = nullptr;  ///< (n, columns)
  int columns = 0;                ///< a multiple of kPadding
};

/// What is left out: weights below exp(-sum_reach) of the sum so far do not count in sums, those
/// below exp(-moment_reach), which is no more, not in the moments.
struct Reach {
  float sum = 0;
  float moment = 0;
};

/// Compiled once per instruction set from one source. All give the same bits.
struct Kernel {
  std::string_view name;
  bool is_fused;  ///< in hardware; otherwise each product and sum is a call of the maths library

  /// Adds a stretch; log_rho = inverse_temperature score.
  void (*weigh)(const Stretch& stretch, float inverse_temperature, const Reach& reach,
                Weighing& so_far);
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

/// The kernels that this machine can run, best first; the last is "base".
std::vector<const Kernel*> available_kernels();

/// That of flow::instruction_set(), which LAGOON_ISA overrides.
const Kernel& chosen_kernel();

}  // namespace lagoon::contrastive::amortised
