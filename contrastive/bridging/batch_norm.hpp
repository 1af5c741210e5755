#pragma once

#include <cstdint>
#include <vector>

namespace lagoon::contrastive {

/// Batch normalisation of (n, width) rows with a gain and an offset a column (Ioffe, Szegedy 2015):
/// variances over n in the batch, over n - 1 in the running ones, which move by a tenth a batch.
struct BatchNorm {
  static constexpr float kEpsilon = 1e-5F;
  static constexpr float kMomentum = 0.1F;

  std::int64_t width = 0;
  float* gain = nullptr;
  float* offset = nullptr;
  float* running_mean = nullptr;
  float* running_variance = nullptr;
};

/// What the backward pass needs.
struct BatchNormTrace {
  std::vector<float> normalized;  ///< (n, width)
  std::vector<float> inverse_deviation;
};

/// In place, by the batch's statistics, which the running ones move towards.
void normalize_batch(const BatchNorm& norm, std::int64_t n, float* values, BatchNormTrace& trace);

/// In place, by the running statistics.
void normalize_by_running(const BatchNorm& norm, std::int64_t n, float* values);

/// From the gradient of the output to that of the input, in place; adds those of gain and offset.
void backward(const BatchNorm& norm, std::int64_t n, const BatchNormTrace& trace, float* gradient,
              float* gain_gradient, float* offset_gradient);

}  // namespace lagoon::contrastive
