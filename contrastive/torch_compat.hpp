#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include <torch/types.h>
#include <torch/version.h>

#if TORCH_VERSION_MAJOR >= 2
#include <ATen/ops/_fused_adamw.h>
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

/// The numbers of one step of AdamW.
struct AdamNumbers {
  double t = 1;  ///< steps with this one
  double learning_rate = 0;
  double beta1 = 0, beta2 = 0, epsilon = 0;
  double weight_decay = 0;  ///< decoupled
};

/// One step of AdamW on lists of tensors; where `skip` (a scalar on their device) is 1, none.
inline void fused_adamw(at::TensorList values, at::TensorList gradients,
                        at::TensorList first_moments, at::TensorList second_moments,
                        const AdamNumbers& numbers, const torch::Tensor& skip) {
#if TORCH_VERSION_MAJOR >= 2
  const torch::Tensor t = at::full({}, numbers.t, skip.options());
  const std::vector<torch::Tensor> steps(values.size(), t);
  at::_fused_adamw_(values, gradients, first_moments, second_moments, {}, steps,
                    numbers.learning_rate, numbers.beta1, numbers.beta2, numbers.weight_decay,
                    numbers.epsilon, /*amsgrad=*/false, /*maximize=*/false, {}, skip);
#else
  const double correction = 1 - std::pow(numbers.beta1, numbers.t);
  const double root_correction = std::sqrt(1 - std::pow(numbers.beta2, numbers.t));
  const torch::Tensor take = skip == 0;
  const auto put = [&take](const torch::Tensor& to, const torch::Tensor& value) {
    to.copy_(at::where(take, value, to));
  };
  for (std::size_t i = 0; i < values.size(); ++i) {
    const torch::Tensor &p = values[i], &g = gradients[i];
    const torch::Tensor m = numbers.beta1 * first_moments[i] + (1 - numbers.beta1) * g;
    const torch::Tensor v = numbers.beta2 * second_moments[i] + (1 - numbers.beta2) * g * g;
    const torch::Tensor scale = v.sqrt() / root_correction + numbers.epsilon;
    const double keep = 1 - numbers.learning_rate * numbers.weight_decay;
    put(p, keep * p - numbers.learning_rate / correction * m / scale);
    put(first_moments[i], m);
    put(second_moments[i], v);
  }
#endif
}

}  // namespace lagoon::contrastive
