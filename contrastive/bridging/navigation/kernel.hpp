#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "contrastive/simd/kernel_family.hpp"

namespace lagoon::contrastive::navigation {

// Rows of matrices that the kernel writes are whole lanes long.
using simd::kLanes;
using simd::whole_lanes;

/// A (rows, terms) with any strides: A(r, t) = at[r * by_row + t * by_term].
struct LeftMatrix {
  const float* at;
  std::ptrdiff_t by_row;
  std::ptrdiff_t by_term;
};

/// Compiled once per instruction set from one source. Each number is summed in the order of the
/// terms: where multiplication and addition are fused, all give the same bits.
struct Kernel {
  std::string_view name;
  bool is_fused;
  /// c (rows, columns) += A b, b (terms, columns); columns is a multiple of kLanes, and b and c
  /// have nothing between their rows.
  void (*add_product)(int rows, int terms, int columns, const LeftMatrix& a, const float* b,
                      float* c);
};

LAGOON_DECLARE_KERNELS(Kernel)

/// The kernels that this machine can run, best first; the last is "base".
std::vector<const Kernel*> available_kernels();

/// That of flow::instruction_set(), which LAGOON_ISA overrides.
const Kernel& chosen_kernel();

}  // namespace lagoon::contrastive::navigation
