#pragma once

#include <vector>

#include <torch/types.h>

#include "contrastive/options.hpp"
#include "contrastive/torch_compat.hpp"

namespace lagoon::contrastive {

/// Where a run trains: `auto` is the GPU where LibTorch has CUDA and the machine a device, else the
/// CPU; of several devices that of this process's place on its machine. Throws Error for `cuda`
/// without one.
at::Device training_device(const TrainingOptions& options);

/// The tensor on `device`; from a CPU to a GPU through pinned memory, without waiting. Undefined
/// stays so.
torch::Tensor moved(const torch::Tensor& tensor, at::Device device);

/// Parameters, their gradients and moments, one tensor each per parameter.
struct AdamTensors {
  std::vector<torch::Tensor> values, gradients, first_moments, second_moments;
};

/// adam_step (adam_kernel.hpp) on any device, without reading anything from it: LibTorch's own
/// fused kernel, or plain operations where it has none (torch_compat.hpp). `skip` (a float scalar
/// there): where it is 1, nothing changes.
void device_adam_step(const AdamTensors& tensors, const AdamNumbers& numbers,
                      const torch::Tensor& skip);

}  // namespace lagoon::contrastive
