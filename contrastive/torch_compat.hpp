#pragma once

#include <cmath>
#include <limits>

#include <torch/types.h>
#include <torch/version.h>

#if TORCH_VERSION_MAJOR >= 2
#include <ATen/ops/scaled_dot_product_attention.h>
#endif

/// All that differs between LibTorch 1.13 and 2.x stays in this header.
namespace lagoon::contrastive {

/// softmax(q k^T / sqrt(D)) v over (batch, head, token, D); with `causal` a token sees itself and
/// the tokens before it.
inline torch::Tensor attention(const torch::Tensor& q, const torch::Tensor& k,
                               const torch::Tensor& v, bool causal) {
#if TORCH_VERSION_MAJOR >= 2
  return at::scaled_dot_product_attention(q, k, v, {}, 0.0, causal);
#else
  const double scale = 1 / std::sqrt(static_cast<double>(q.size(-1)));
  torch::Tensor scores = at::matmul(q * scale, k.transpose(-2, -1));
  if (causal) {
    const std::int64_t n = q.size(-2);
    const double minus_infinity = -std::numeric_limits<double>::infinity();
    scores = scores + at::full({n, n}, minus_infinity, q.options()).triu(1);
  }
  return at::matmul(at::softmax(scores, -1), v);
#endif
}

}  // namespace lagoon::contrastive
