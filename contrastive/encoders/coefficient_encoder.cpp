#include "contrastive/encoders/coefficient_encoder.hpp"

#include "datasets/preparation/standardizer.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {

torch::Tensor raw_coefficients(std::span<const std::complex<double>> psi_hat,
                               std::int64_t n_modes) {
  const auto n = static_cast<std::int64_t>(psi_hat.size()) / n_modes;
  require(static_cast<std::int64_t>(psi_hat.size()) == n * n_modes,
          "coefficients do not come as (flow, mode) of the law");
  // from_blob takes a pointer to non-const; the tensor is copied at once.
  auto* data = const_cast<std::complex<double>*>(psi_hat.data());
  return torch::from_blob(data, {n, 2 * n_modes}, at::kDouble).clone();
}

CoefficientFeatures CoefficientFeatures::fit(const ModelOptions& options,
                                             const torch::Tensor& raw) {
  CoefficientFeatures features;
  if (options.eulerian_encoder == "identity") {
    features.columns_ = at::arange(raw.size(1), at::kLong);
    features.mean_ = at::zeros({raw.size(1)}, at::kDouble);
    features.std_ = at::ones({raw.size(1)}, at::kDouble);
    return features;
  }
  const torch::Tensor table = raw.contiguous();
  const auto standardizer = datasets::Standardizer::fit(
      {table.data_ptr<double>(), static_cast<std::size_t>(table.numel())},
      static_cast<std::size_t>(table.size(1)));
  const std::vector<std::int64_t> columns(standardizer.columns().begin(),
                                          standardizer.columns().end());
  require(!columns.empty(),
          "all coefficients of the training flows are constant: nothing can be "
          "learned from them");
  features.columns_ = torch::tensor(columns, at::kLong);
  features.mean_ = torch::tensor(standardizer.mean(), at::kDouble);
  features.std_ = torch::tensor(standardizer.std(), at::kDouble);
  return features;
}

torch::Tensor CoefficientFeatures::apply(const torch::Tensor& raw) const {
  const torch::NoGradGuard no_grad;
  return ((raw.index_select(1, columns_) - mean_) / std_).to(at::kFloat);
}

NamedTensors CoefficientFeatures::state() const {
  return {{"columns", columns_}, {"mean", mean_}, {"std", std_}};
}

CoefficientFeatures CoefficientFeatures::load(const datasets::SafeTensors& file,
                                              const std::string& prefix) {
  CoefficientFeatures features;
  features.columns_ = get_tensor(file, prefix, "columns");
  features.mean_ = get_tensor(file, prefix, "mean");
  features.std_ = get_tensor(file, prefix, "std");
  return features;
}

LinearEncoder::LinearEncoder(std::int64_t n_in, std::int64_t n_out, WeightSource& weights) {
  map_ = register_module("map",
                         std::make_shared<Linear>(n_in, n_out, inverse_root(n_in), true, weights));
}

torch::Tensor LinearEncoder::forward(const torch::Tensor& features) const {
  return map_->forward(features).to(at::kFloat);
}

}  // namespace lagoon::contrastive
