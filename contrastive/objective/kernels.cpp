#include "contrastive/objective/kernels.hpp"

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

torch::Tensor energy_kernel(const torch::Tensor& x, const torch::Tensor& y) {
  const torch::Tensor length_x = x.norm(2, {1}, /*keepdim=*/true);
  const torch::Tensor length_y = y.norm(2, {1}, /*keepdim=*/true);
  constexpr std::int64_t kByDifferences = 2;  // a product would leave no digits of small distances
  return 1 + (length_x + length_y.t() - at::cdist(x, y, 2, kByDifferences)) / 2;
}

}  // namespace

KernelKind parse_kernel(const std::string& name) {
  if (name == "gaussian") return KernelKind::gaussian;
  if (name == "polynomial") return KernelKind::polynomial;
  if (name == "energy") return KernelKind::energy;
  throw Error("kernel is '" + name + "': give gaussian, polynomial or energy");
}

double median_bandwidth(const torch::Tensor& samples) {
  constexpr std::int64_t kRows = 512;
  const torch::Tensor rows = samples.detach().flatten(1);
  const torch::Tensor distances = at::pdist(rows.slice(0, 0, kRows));
  const torch::Tensor above_zero = distances.masked_select(distances > 0);
  return above_zero.numel() == 0 ? 1.0 : above_zero.median().item<double>();
}

SampleKernel::SampleKernel(KernelKind kernel, const torch::Tensor& samples, double bandwidth)
    : kernel_(kernel),
      origin_(samples.detach().flatten(1).mean(0)),
      bandwidth_(bandwidth > 0 ? bandwidth : median_bandwidth(samples)) {}

torch::Tensor SampleKernel::scaled(const torch::Tensor& samples) const {
  return (samples.detach().flatten(1) - origin_) / bandwidth_;
}

torch::Tensor SampleKernel::operator()(const torch::Tensor& x, const torch::Tensor& y) const {
  const torch::Tensor a = scaled(x), b = scaled(y);
  if (kernel_ == KernelKind::energy) return energy_kernel(a, b);
  if (kernel_ == KernelKind::polynomial) return (1 + at::mm(a, b.t())).square();
  return (at::cdist(a, b).square() / -2).exp();
}

}  // namespace lagoon::contrastive
