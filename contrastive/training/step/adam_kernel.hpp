#pragma once

#include <cstdint>

namespace lagoon::contrastive {

/// Of all optimisers here (Kingma, Ba 2015).
inline constexpr double kAdamBeta1 = 0.9;
inline constexpr double kAdamBeta2 = 0.999;
inline constexpr double kAdamEpsilon = 1e-8;

/// The numbers of one Adam step, the same for every element.
struct AdamStep {
  float beta1 = 0;
  float beta2 = 0;
  float epsilon = 0;
  float step_size = 0;           ///< learning rate / (1 - beta1^t)
  float inverse_correction = 0;  ///< 1 / sqrt(1 - beta2^t)
  float keep = 1;                ///< 1 - learning rate * weight decay (decoupled)
};

/// The numbers of step t (1-based) without weight decay.
AdamStep adam_numbers(double t, double learning_rate);

/// One step on n elements, in place, in one pass over memory; g is the gradient:
///   m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
///   p = keep p - step_size m / (sqrt(v) inverse_correction + epsilon)
/// (Kingma, Ba 2015; Loshchilov, Hutter 2019).
void adam_step(const AdamStep& step, std::int64_t n, float* parameter, const float* gradient,
               float* first_moment, float* second_moment);

}  // namespace lagoon::contrastive
