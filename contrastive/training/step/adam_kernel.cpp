#include "contrastive/training/step/adam_kernel.hpp"

#include <cmath>

namespace lagoon::contrastive {

AdamStep adam_numbers(double t, double learning_rate) {
  AdamStep numbers;
  numbers.beta1 = static_cast<float>(kAdamBeta1);
  numbers.beta2 = static_cast<float>(kAdamBeta2);
  numbers.epsilon = static_cast<float>(kAdamEpsilon);
  numbers.step_size = static_cast<float>(learning_rate / (1 - std::pow(kAdamBeta1, t)));
  numbers.inverse_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(kAdamBeta2, t)));
  return numbers;
}

void adam_step(const AdamStep& step, std::int64_t n, float* __restrict parameter,
               const float* __restrict gradient, float* __restrict first_moment,
               float* __restrict second_moment) {
  const float one_minus_beta1 = 1 - step.beta1, one_minus_beta2 = 1 - step.beta2;
  for (std::int64_t i = 0; i < n; ++i) {
    const float g = gradient[i];
    const float m = step.beta1 * first_moment[i] + one_minus_beta1 * g;
    const float v = step.beta2 * second_moment[i] + one_minus_beta2 * g * g;
    const float scale = std::sqrt(v) * step.inverse_correction + step.epsilon;
    parameter[i] = step.keep * parameter[i] - step.step_size * m / scale;
    first_moment[i] = m;
    second_moment[i] = v;
  }
}

}  // namespace lagoon::contrastive
