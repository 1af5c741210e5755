#include "contrastive/training/step/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "contrastive/threads.hpp"
#include "contrastive/training/step/adam_kernel.hpp"

namespace lagoon::contrastive {
namespace {

constexpr std::int64_t kPiece = 65536;

using Gradients = std::vector<std::vector<torch::Tensor>>;

/// gradients[parameter][s], contiguous, without the undefined ones.
Gradients by_parameter(const Gradients& parts, std::size_t n_parameters) {
  Gradients result(n_parameters);
  for (const auto& part : parts) {
    for (std::size_t p = 0; p < n_parameters; ++p) {
      if (part[p].defined()) result[p].push_back(part[p].contiguous());
    }
  }
  return result;
}

/// sum <- the sum of n elements of each source.
void add_up(std::span<const float* const> sources, std::int64_t n, float* sum) {
  std::fill_n(sum, n, 0.0F);
  for (const float* source : sources) {
    for (std::int64_t i = 0; i < n; ++i) sum[i] += source[i];
  }
}

/// The same of parameters [first, last), whose stretch of the gradient it is, by LibTorch.
void add_up_on_device(const Gradients& of_parameter, const std::vector<torch::Tensor>& parameters,
                      std::size_t first, std::size_t last, const torch::Tensor& stretch) {
  stretch.zero_();
  std::int64_t offset = 0;
  for (std::size_t p = first; p < last; ++p) {
    const torch::Tensor sum = stretch.narrow(0, offset, parameters[p].numel());
    for (const torch::Tensor& source : of_parameter[p]) sum.add_(source.view({-1}));
    offset += parameters[p].numel();
  }
}

}  // namespace

FlatAdam::FlatAdam(const NamedTensors& parameters, const TrainingOptions& options)
    : weight_decay_(options.optimizer == "adamw" ? options.weight_decay : 0) {
  NamedTensors trained;
  std::copy_if(parameters.begin(), parameters.end(), std::back_inserter(trained),
               [](const auto& item) { return item.second.requires_grad(); });
  const at::TensorOptions device =
      trained.empty() ? at::TensorOptions() : trained[0].second.options();
  std::int64_t n = 0;
  for (const auto& [name, parameter] : trained) n += parameter.numel();
  for (auto* buffer : {&values_, &gradient_, &first_moments_, &second_moments_}) {
    *buffer = at::zeros({n}, device.dtype(at::kFloat));
  }
  const torch::NoGradGuard no_grad;
  std::int64_t offset = 0;
  for (auto& [name, parameter] : trained) {
    const std::int64_t size = parameter.numel();
    const auto view = [&, first = offset](const torch::Tensor& buffer) {
      return buffer.narrow(0, first, size).view(parameter.sizes());
    };
    view(values_).copy_(parameter);
    parameter.set_data(view(values_));
    state_.emplace_back("first_moment." + name, view(first_moments_));
    state_.emplace_back("second_moment." + name, view(second_moments_));
    for (std::int64_t first = 0; first < size; first += kPiece) {
      pieces_.push_back(
          {parameters_.size(), first, std::min(kPiece, size - first), offset + first});
    }
    AdamTensors& tensors = parameter.dim() >= 2 ? decaying_ : others_;
    tensors.values.push_back(view(values_));
    tensors.gradients.push_back(view(gradient_));
    tensors.first_moments.push_back(view(first_moments_));
    tensors.second_moments.push_back(view(second_moments_));
    parameters_.push_back(parameter);
    offset += size;
  }
}

void FlatAdam::gather(const Gradients& parts) {
  gather(parts, 0, parameters_.size());
}

torch::Tensor FlatAdam::gather(const Gradients& parts, std::size_t first, std::size_t last) {
  const Gradients of_parameter = by_parameter(parts, parameters_.size());
  const auto begins = [this](std::size_t parameter) {
    return std::ranges::lower_bound(pieces_, parameter, {}, &Piece::parameter);
  };
  const auto begin = begins(first), end = begins(last);
  const auto offset = [&](auto piece) {
    return piece == pieces_.end() ? gradient_.numel() : piece->offset;
  };
  torch::Tensor stretch = gradient_.narrow(0, offset(begin), offset(end) - offset(begin));
  if (!is_on_cpu()) {
    add_up_on_device(of_parameter, parameters_, first, last, stretch);
    return stretch;
  }
  run_tasks(static_cast<std::size_t>(end - begin), [&](std::size_t i) {
    const Piece& piece = begin[static_cast<std::ptrdiff_t>(i)];
    std::vector<const float*> sources;
    for (const torch::Tensor& gradient : of_parameter[piece.parameter]) {
      sources.push_back(gradient.data_ptr<float>() + piece.first);
    }
    add_up(sources, piece.count, gradient_.data_ptr<float>() + piece.offset);
  });
  return stretch;
}

torch::Tensor FlatAdam::gradient_norm() const {
  if (!is_on_cpu()) return gradient_.norm(2, at::kDouble);
  std::vector<double> squares(pieces_.size());
  run_tasks(pieces_.size(), [&](std::size_t i) {
    const float* values = gradient_.data_ptr<float>() + pieces_[i].offset;
    for (std::int64_t k = 0; k < pieces_[i].count; ++k) {
      squares[i] += static_cast<double>(values[k]) * values[k];
    }
  });
  return at::scalar_tensor(std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0)),
                           at::kDouble);
}

void FlatAdam::step(std::int64_t step, double learning_rate) {
  const AdamStep numbers = adam_numbers(static_cast<double>(step + 1), learning_rate);
  run_tasks(pieces_.size(), [&](std::size_t i) {
    const Piece& piece = pieces_[i];
    AdamStep own = numbers;
    const bool decays = parameters_[piece.parameter].dim() >= 2;
    own.keep = static_cast<float>(1 - (decays ? learning_rate * weight_decay_ : 0));
    adam_step(own, piece.count, values_.data_ptr<float>() + piece.offset,
              gradient_.data_ptr<float>() + piece.offset,
              first_moments_.data_ptr<float>() + piece.offset,
              second_moments_.data_ptr<float>() + piece.offset);
  });
}

void FlatAdam::step_on_device(std::int64_t step, double learning_rate, const torch::Tensor& skip) {
  AdamNumbers numbers;
  numbers.t = static_cast<double>(step + 1);
  numbers.learning_rate = learning_rate;
  numbers.beta1 = kAdamBeta1;
  numbers.beta2 = kAdamBeta2;
  numbers.epsilon = kAdamEpsilon;
  device_adam_step(others_, numbers, skip);
  numbers.weight_decay = weight_decay_;
  device_adam_step(decaying_, numbers, skip);
}

}  // namespace lagoon::contrastive
