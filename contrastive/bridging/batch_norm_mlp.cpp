#include "contrastive/bridging/batch_norm_mlp.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::contrastive {
namespace {

/// Inputs and outputs of each layer.
std::vector<std::pair<std::int64_t, std::int64_t>> layer_sizes(const BatchNormMlpShape& shape) {
  std::vector<std::pair<std::int64_t, std::int64_t>> sizes;
  std::int64_t n_in = shape.inputs;
  for (const std::int64_t width : shape.hidden) {
    sizes.emplace_back(n_in, width);
    n_in = width;
  }
  sizes.emplace_back(n_in, shape.outputs);
  return sizes;
}

void require_shape(const BatchNormMlpShape& shape) {
  for (const auto& [n_in, n_out] : layer_sizes(shape)) {
    require(n_in >= 1 && n_out >= 1, "an encoder has a layer of " + std::to_string(n_in) + " by " +
                                         std::to_string(n_out) + ": give sizes of at least 1");
  }
  require(!shape.batch_norm || !shape.hidden.empty(),
          "an encoder without hidden layers has nothing to normalise over the batch: give hidden "
          "layers, or no batch_norm");
}

torch::Tensor view(float* at, at::IntArrayRef shape) {
  return torch::from_blob(at, shape, at::kFloat);
}

}  // namespace

BatchNormMlp::BatchNormMlp(BatchNormMlpShape shape) : shape_(std::move(shape)) {
  require_shape(shape_);
}

std::int64_t BatchNormMlp::n_parameters() const {
  std::int64_t n = shape_.batch_norm ? 2 * shape_.hidden.front() : 0;
  for (const auto& [n_in, n_out] : layer_sizes(shape_)) n += (n_in + 1) * n_out;
  return n;
}

void BatchNormMlp::bind(float* parameters, float* gradients, float* statistics) {
  layers_.clear();
  std::int64_t at = 0;
  const auto next = [&](std::int64_t n) { return std::exchange(at, at + n); };
  for (const auto& [n_in, n_out] : layer_sizes(shape_)) {
    const std::int64_t weight = next(n_in * n_out), offset = next(n_out);
    layers_.push_back({view(parameters + weight, {n_out, n_in}), view(parameters + offset, {n_out}),
                       view(gradients + weight, {n_out, n_in}), view(gradients + offset, {n_out})});
  }
  if (!shape_.batch_norm) return;
  const std::int64_t width = shape_.hidden.front();
  const std::int64_t gain = next(width), offset = next(width);
  norm_ = {width, parameters + gain, parameters + offset, statistics, statistics + width};
  gain_gradient_ = gradients + gain;
  offset_gradient_ = gradients + offset;
}

void BatchNormMlp::initialize(std::uint64_t seed, std::uint64_t stream) {
  const flow::DrawKey key{seed, flow::Purpose::initial_weights, stream};
  std::uint32_t index = 0;
  for (Layer& layer : layers_) {
    const double bound = 1 / std::sqrt(static_cast<double>(layer.weight.size(1)));
    for (torch::Tensor* part : {&layer.weight, &layer.offset}) {
      auto* values = part->data_ptr<float>();
      for (std::int64_t i = 0; i < part->numel(); ++i) {
        values[i] = static_cast<float>(bound * (2 * flow::uniform(key, index++) - 1));
      }
    }
  }
  if (!shape_.batch_norm) return;
  std::fill_n(norm_.gain, norm_.width, 1.0F);
  std::fill_n(norm_.offset, norm_.width, 0.0F);
  std::fill_n(norm_.running_mean, norm_.width, 0.0F);
  std::fill_n(norm_.running_variance, norm_.width, 1.0F);
}

torch::Tensor BatchNormMlp::forward(const torch::Tensor& batch, Trace& trace) {
  trace.inputs.clear();
  torch::Tensor x = batch;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    trace.inputs.push_back(x);
    x = at::addmm(layers_[i].offset, x, layers_[i].weight.t());
    if (is_normalized(i)) normalize_batch(norm_, x.size(0), x.data_ptr<float>(), trace.norm);
    if (i + 1 < layers_.size()) x.relu_();
  }
  return x;
}

void BatchNormMlp::backward(const Trace& trace, torch::Tensor gradient) {
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const Layer& layer = layers_[i];
    const torch::Tensor& input = trace.inputs[i];
    if (is_normalized(i)) {
      contrastive::backward(norm_, input.size(0), trace.norm, gradient.data_ptr<float>(),
                            gain_gradient_, offset_gradient_);
    }
    torch::Tensor weight_gradient = layer.weight_gradient, offset_gradient = layer.offset_gradient;
    weight_gradient.addmm_(gradient.t(), input);
    offset_gradient.add_(gradient.sum(0));
    if (i == 0) return;
    gradient = at::threshold_backward(at::mm(gradient, layer.weight), input, 0);
  }
}

torch::Tensor BatchNormMlp::evaluate(const torch::Tensor& inputs) const {
  torch::Tensor x = inputs;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    x = at::addmm(layers_[i].offset, x, layers_[i].weight.t());
    if (is_normalized(i)) normalize_by_running(norm_, x.size(0), x.data_ptr<float>());
    if (i + 1 < layers_.size()) x.relu_();
  }
  return x;
}

}  // namespace lagoon::contrastive
