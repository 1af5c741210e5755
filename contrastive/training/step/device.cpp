#include "contrastive/training/step/device.hpp"

#include <torch/cuda.h>

#include "contrastive/communication/launch.hpp"
#include "contrastive/gpu.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {

at::Device training_device(const TrainingOptions& options) {
  const bool found = options.device != "cpu" && torch::cuda::is_available();
  require(found || options.device != "cuda",
          "device is cuda, and there is none: LibTorch without CUDA, or a machine without a "
          "device; give cpu or auto");
  return found ? gpu_of(local_rank(environment_of_process())) : at::Device(at::kCPU);
}

torch::Tensor moved(const torch::Tensor& tensor, at::Device device) {
  if (!tensor.defined() || tensor.device() == device) return tensor;
  if (tensor.is_cpu()) return tensor.pin_memory().to(device, /*non_blocking=*/true);
  return tensor.to(device);
}

void device_adam_step(const AdamTensors& tensors, const AdamNumbers& numbers,
                      const torch::Tensor& skip) {
  if (tensors.values.empty()) return;
  const torch::NoGradGuard no_grad;
  fused_adamw(tensors.values, tensors.gradients, tensors.first_moments, tensors.second_moments,
              numbers, skip);
}

}  // namespace lagoon::contrastive
