#pragma once

// Kernels include it, which are compiled once per instruction set: no header of the standard
// library, no function that another object file shares (flow/kernels/pack.hpp).

/// Declares kKernel of each instruction set of a family, in the namespace that it stands in.
#define LAGOON_DECLARE_KERNELS(Kernel) \
  namespace base {                     \
  extern const Kernel kKernel;         \
  }                                    \
  namespace avx2 {                     \
  extern const Kernel kKernel;         \
  }                                    \
  namespace avx512 {                   \
  extern const Kernel kKernel;         \
  }

namespace lagoon::contrastive::simd {

/// Numbers that every instruction set handles together, in one, two or four registers.
inline constexpr int kLanes = 16;

/// A running maximum before the first entry: so small that exp(it - any entry) is 0.
inline constexpr float kNothingYet = -0x1p126F;

/// n rounded up to a multiple.
template <class Integer>
[[gnu::always_inline]] constexpr Integer rounded_up(Integer n, int multiple) {
  return (n + multiple - 1) / multiple * multiple;
}
template <class Integer>
[[gnu::always_inline]] constexpr Integer whole_lanes(Integer n) {
  return rounded_up(n, kLanes);
}

}  // namespace lagoon::contrastive::simd
