#pragma once

#include <string>
#include <utility>
#include <vector>

#include <torch/nn/module.h>

#include "datasets/safetensors.hpp"

namespace lagoon::contrastive {

/// Tensors in the order in which they are kept.
using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

/// A module's parameters and buffers.
NamedTensors named_tensors(const torch::nn::Module& module);

/// Adds each tensor as PREFIX.NAME (float32, float64 or int64; contiguous copies on the CPU).
void put_tensors(datasets::SafeTensors& file, const std::string& prefix,
                 const NamedTensors& tensors);

/// The tensor PREFIX.NAME. Throws Error if it is missing or of an unknown type.
torch::Tensor get_tensor(const datasets::SafeTensors& file, const std::string& prefix,
                         const std::string& name);

/// Copies PREFIX.NAME into each tensor in place. Throws Error where shape or type differ.
void load_tensors(const datasets::SafeTensors& file, const std::string& prefix,
                  const NamedTensors& tensors);

}  // namespace lagoon::contrastive
