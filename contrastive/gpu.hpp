#pragma once

#include <c10/core/Device.h>
#include <torch/cuda.h>

namespace lagoon::contrastive {

/// The GPU of the process that is number `local_rank` on its machine; where there are more
/// processes than GPUs, they take turns. Only for machines that have one.
inline at::Device gpu_of(int local_rank) {
  const auto count = static_cast<int>(torch::cuda::device_count());
  return {at::kCUDA, static_cast<c10::DeviceIndex>(local_rank % count)};
}

}  // namespace lagoon::contrastive
