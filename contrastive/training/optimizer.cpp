#include "contrastive/training/optimizer.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/Parallel.h>

#include "contrastive/training/adam_kernel.hpp"

namespace lagoon::contrastive {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;
constexpr std::int64_t kGrain = 65536;  // elements a thread takes at least

bool decays(const torch::Tensor& parameter) {
  return parameter.dim() >= 2;
}

}  // namespace

FlatAdam::FlatAdam(const NamedTensors& parameters, const TrainingOptions& options)
    : weight_decay_(options.optimizer == "adamw" ? options.weight_decay : 0) {
  NamedTensors trained;
  std::copy_if(parameters.begin(), parameters.end(), std::back_inserter(trained),
               [](const auto& item) { return item.second.requires_grad(); });
  std::stable_partition(trained.begin(), trained.end(),
                        [](const auto& item) { return decays(item.second); });
  for (const auto& [name, parameter] : trained) {
    n_ += parameter.numel();
    if (decays(parameter)) n_decayed_ += parameter.numel();
  }
  for (auto* buffer : {&values_, &gradients_, &first_moments_, &second_moments_}) {
    *buffer = at::zeros({n_}, at::kFloat);
  }
  const torch::NoGradGuard no_grad;
  std::int64_t offset = 0;
  for (auto& [name, parameter] : trained) {
    const auto view = [&, first = offset](const torch::Tensor& buffer) {
      return buffer.narrow(0, first, parameter.numel()).view(parameter.sizes());
    };
    view(values_).copy_(parameter);
    parameter.set_data(view(values_));
    parameter.mutable_grad() = view(gradients_);
    state_.emplace_back("first_moment." + name, view(first_moments_));
    state_.emplace_back("second_moment." + name, view(second_moments_));
    offset += parameter.numel();
  }
}

void FlatAdam::step(std::int64_t step, double learning_rate) {
  const auto t = static_cast<double>(step + 1);
  AdamStep numbers;
  numbers.beta1 = static_cast<float>(kBeta1);
  numbers.beta2 = static_cast<float>(kBeta2);
  numbers.epsilon = static_cast<float>(kEpsilon);
  numbers.step_size = static_cast<float>(learning_rate / (1 - std::pow(kBeta1, t)));
  numbers.inverse_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(kBeta2, t)));
  const auto update = [&](std::int64_t first, std::int64_t last, double decay) {
    numbers.keep = static_cast<float>(1 - learning_rate * decay);
    at::parallel_for(first, last, kGrain, [&](std::int64_t begin, std::int64_t end) {
      adam_step(numbers, end - begin, values_.data_ptr<float>() + begin,
                gradients_.data_ptr<float>() + begin, first_moments_.data_ptr<float>() + begin,
                second_moments_.data_ptr<float>() + begin);
    });
  };
  update(0, n_decayed_, weight_decay_);
  update(n_decayed_, n_, 0);
}

NamedTensors FlatAdam::state() const {
  return state_;
}

}  // namespace lagoon::contrastive
