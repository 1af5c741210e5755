#include "contrastive/training/step/adam_kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace lagoon::contrastive {
namespace {

constexpr std::int64_t kBlock = 512;  // elements whose summed gradient stays in the first cache

void update_block(const AdamStep& step, std::int64_t n, float* __restrict parameter,
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

}  // namespace

void adam_step(const AdamStep& step, std::int64_t n, float* parameter,
               std::span<const float* const> gradients, float* first_moment, float* second_moment) {
  std::array<float, kBlock> sum;
  for (std::int64_t first = 0; first < n; first += kBlock) {
    const std::int64_t count = std::min(kBlock, n - first);
    sum.fill(0);
    for (const float* gradient : gradients) {
      for (std::int64_t i = 0; i < count; ++i) sum[i] += gradient[first + i];
    }
    update_block(step, count, parameter + first, sum.data(), first_moment + first,
                 second_moment + first);
  }
}

}  // namespace lagoon::contrastive
