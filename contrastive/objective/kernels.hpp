#pragma once

#include <string>

#include <torch/types.h>

namespace lagoon::contrastive {

/// How alike two samples of one modality are. With x, y the samples less the mean of the batch,
/// over the bandwidth:
enum class KernelKind {
  gaussian,    ///< exp(-|x - y|^2 / 2): tells any two laws apart
  polynomial,  ///< (1 + <x, y>)^2: tells means and covariances apart
  /// 1 + (|x| + |y| - |x - y|) / 2: the energy distance (halved) of two laws, as -|x - y| would
  /// give. That kernel is only conditionally positive definite, and the product of two such is not;
  /// this one is positive definite, so are its products, and the 1 keeps them from being blind at
  /// 0.
  energy
};

/// Throws Error unless `name` is gaussian, polynomial or energy.
KernelKind parse_kernel(const std::string& name);

/// The median rule: the median (the lower of two) of the distances above 0 between the first 512
/// samples (B, F); 1 if all are the same.
double median_bandwidth(const torch::Tensor& samples);

/// A kernel with its bandwidth and its origin. Both are taken from the batch unless told: a
/// statistic of that batch is then unbiased only up to that dependence.
class SampleKernel {
 public:
  /// samples (B, ...) are flattened. A bandwidth of 0 asks for the median rule.
  SampleKernel(KernelKind kernel, const torch::Tensor& samples, double bandwidth);

  /// (N, M) of samples (N, ...) and (M, ...). No gradient flows into samples.
  torch::Tensor operator()(const torch::Tensor& x, const torch::Tensor& y) const;

 private:
  torch::Tensor scaled(const torch::Tensor& samples) const;

  KernelKind kernel_;
  torch::Tensor origin_;
  double bandwidth_;
};

}  // namespace lagoon::contrastive
