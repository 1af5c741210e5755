#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "contrastive/simd/kernel_family.hpp"

namespace lagoon::contrastive::fused {

/// A bfloat16: the upper half of a float's bits.
enum class Bfloat16 : std::uint16_t {};

/// One head of one sequence.
struct HeadShape {
  int n_tokens = 0;
  int first_query = 0;            ///< queries before it are not asked; `out` begins with this one's
  int size = 0;                   ///< numbers of a token's query, key and value each
  std::ptrdiff_t stride = 0;      ///< from token to token of queries, keys, values
  std::ptrdiff_t out_stride = 0;  ///< from token to token of what attention makes
  bool causal = false;            ///< a token sees itself and those before it
};

/// Where the first token of a head has its query, key and value.
template <class Number>
struct Head {
  Number *query, *key, *value;
};

/// Work on numbers of one type; sums and functions are of 32 bits in any case.
template <class Number>
struct Functions {
  /// y = x / (1 + exp(-1.702 x)).
  void (*quick_gelu)(std::int64_t n, const Number* x, Number* y);
  /// by_x = by_y dy/dx.
  void (*quick_gelu_gradient)(std::int64_t n, const Number* x, const Number* by_y, Number* by_x);

  /// out = softmax(query key^T / sqrt(size)) value. statistics: 2 a token, the largest score and 1
  /// / the sum of exp(score - largest).
  void (*attention)(const HeadShape& shape, const Head<const Number>& head, Number* out,
                    float* statistics, float* scratch);
  /// Its gradients, from what the forward pass gave and the gradient by it.
  void (*attention_gradient)(const HeadShape& shape, const Head<const Number>& head,
                             const Number* out, const Number* by_out, const float* statistics,
                             const Head<Number>& gradients, float* scratch);
};

/// What plain operations would do in several passes over memory, compiled once per instruction set
/// from one source. All give the same bits: the same operations, sums in the same order.
struct Kernel {
  std::string_view name;
  bool is_fused;  ///< in hardware; otherwise each product and sum is a call of the maths library
  Functions<float> fp32;
  Functions<Bfloat16> bf16;

  /// Floats of scratch memory that attention takes for a head, forward or backward.
  std::size_t (*head_scratch)(const HeadShape& shape);
};

LAGOON_DECLARE_KERNELS(Kernel)

}  // namespace lagoon::contrastive::fused
