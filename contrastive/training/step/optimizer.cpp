#include "contrastive/training/step/optimizer.hpp"

#include <algorithm>
#include <cmath>

#include "contrastive/threads.hpp"
#include "contrastive/training/step/adam_kernel.hpp"

namespace lagoon::contrastive {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;
constexpr std::int64_t kPiece = 65536;

/// All numbers of step t (1-based) but the decay.
AdamStep step_numbers(double t, double learning_rate) {
  AdamStep numbers;
  numbers.beta1 = static_cast<float>(kBeta1);
  numbers.beta2 = static_cast<float>(kBeta2);
  numbers.epsilon = static_cast<float>(kEpsilon);
  numbers.step_size = static_cast<float>(learning_rate / (1 - std::pow(kBeta1, t)));
  numbers.inverse_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(kBeta2, t)));
  return numbers;
}

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

}  // namespace

FlatAdam::FlatAdam(const NamedTensors& parameters, const TrainingOptions& options)
    : weight_decay_(options.optimizer == "adamw" ? options.weight_decay : 0) {
  NamedTensors trained;
  std::copy_if(parameters.begin(), parameters.end(), std::back_inserter(trained),
               [](const auto& item) { return item.second.requires_grad(); });
  std::int64_t n = 0;
  for (const auto& [name, parameter] : trained) n += parameter.numel();
  for (auto* buffer : {&values_, &first_moments_, &second_moments_}) {
    *buffer = at::zeros({n}, at::kFloat);
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
    parameters_.push_back(parameter);
    offset += size;
  }
}

void FlatAdam::step(std::int64_t step, double learning_rate, const Gradients& gradients) {
  const AdamStep numbers = step_numbers(static_cast<double>(step + 1), learning_rate);
  const Gradients of_parameter = by_parameter(gradients, parameters_.size());
  const auto update = [&](const Piece& piece) {
    AdamStep own = numbers;
    const bool decays = parameters_[piece.parameter].dim() >= 2;
    own.keep = static_cast<float>(1 - (decays ? learning_rate * weight_decay_ : 0));
    std::vector<const float*> sources;
    for (const torch::Tensor& gradient : of_parameter[piece.parameter]) {
      sources.push_back(gradient.data_ptr<float>() + piece.first);
    }
    adam_step(own, piece.count, values_.data_ptr<float>() + piece.offset, sources,
              first_moments_.data_ptr<float>() + piece.offset,
              second_moments_.data_ptr<float>() + piece.offset);
  };
  run_tasks(pieces_.size(), [&](std::size_t i) { update(pieces_[i]); });
}

}  // namespace lagoon::contrastive
