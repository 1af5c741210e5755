#include "contrastive/training/machine.hpp"

#include <algorithm>
#include <chrono>

#include <torch/types.h>

#include "contrastive/threads.hpp"
#include "contrastive/training/step/device.hpp"
#include "flow/integration/parallel.hpp"

namespace lagoon::contrastive {
namespace {

/// Seconds of n products of matrices of this size on the calling thread.
double seconds_of_products(std::int64_t size, int n, const at::TensorOptions& options) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor a = at::ones({size, size}, options), b = a.clone();
  torch::Tensor c = at::mm(a, b);
  const auto wait = [&c] { return c[0][0].to(at::kCPU, at::kFloat).item<float>(); };
  wait();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < n; ++i) c = at::mm(a, b);
  wait();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

bool trains_on_gpu(const TrainingOptions& options) {
  return training_device(options).is_cuda();
}

double measured_peak(const TrainingOptions& options) {
  constexpr int kTries = 5, kProducts = 4;
  const at::Device device = training_device(options);
  const auto type = options.precision == "bf16" ? at::kBFloat16 : at::kFloat;
  const std::int64_t size = device.is_cuda() ? 8192 : 512;
  const auto n_tasks =
      static_cast<std::size_t>(device.is_cuda() ? 1 : flow::resolve_threads(options.threads));
  double best = 0;
  for (int i = 0; i < kTries; ++i) {
    std::vector<double> seconds(n_tasks);
    run_tasks(n_tasks, [&](std::size_t task) {
      seconds[task] = seconds_of_products(size, kProducts, at::device(device).dtype(type));
    });
    double rate = 0;
    for (const double own : seconds) {
      rate += 2.0 * kProducts * static_cast<double>(size * size * size) / own;
    }
    best = std::max(best, rate);
  }
  return best;
}

}  // namespace lagoon::contrastive
