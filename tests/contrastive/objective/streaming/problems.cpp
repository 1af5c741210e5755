#include "tests/contrastive/objective/streaming/problems.hpp"

#include <algorithm>
#include <sstream>

#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/streaming/streaming.hpp"
#include "tests/contrastive/objective/cases.hpp"

namespace lagoon::contrastive::tests {
namespace {

Problem make_problem(const char* kind, const torch::Tensor& u, const torch::Tensor& v,
                     double temperature) {
  std::ostringstream name;
  name << kind << " " << u.size(0) << " x " << v.size(0) << ", " << u.size(1)
       << " dims, temperature " << temperature;
  return {name.str(), (unit_rows(u) / temperature).to(at::kFloat), unit_rows(v).to(at::kFloat), {}};
}

torch::Tensor joined(const LogMeanExps& normalizers) {
  return at::cat({normalizers.rows, normalizers.columns});
}

}  // namespace

Problem random_problem(std::int64_t n_u, std::int64_t n_v, std::int64_t dims, double temperature) {
  return make_problem("random", normals({n_u, dims}, 11), normals({n_v, dims}, 12), temperature);
}

Problem clustered_problem(std::int64_t n_u, std::int64_t n_v, std::int64_t dims,
                          double temperature) {
  constexpr std::int64_t kClusters = 4;
  const std::int64_t n = std::max(n_u, n_v);
  const torch::Tensor centres = 2 * normals({kClusters, dims}, 13);
  const torch::Tensor u =
      centres.index_select(0, at::arange(n) % kClusters) + 0.5 * normals({n, dims}, 14);
  const torch::Tensor v = u + 0.3 * normals({n, dims}, 15);
  return make_problem("clustered", u.narrow(0, 0, n_u), v.narrow(0, 0, n_v), temperature);
}

Problem with_exclusions(Problem problem, std::int64_t n_excluded) {
  const std::int64_t n_u = problem.u.size(0), n_v = problem.v.size(0);
  torch::Tensor places = normals({n_u * n_v}, 16).argsort().narrow(0, 0, n_excluded);
  const torch::Tensor corners =
      at::tensor({std::int64_t{0}, n_v - 1, (n_u - 1) * n_v, n_u * n_v - 1});
  places = std::get<0>(at::_unique(at::cat({places, corners})));
  problem.targets.excluded_rows = at::floor_divide(places, n_v);
  problem.targets.excluded_columns = at::remainder(places, n_v);
  problem.name += ", with exclusions";
  return problem;
}

Outcome outcome(const Problem& problem, at::ScalarType type, const Sums& sums) {
  const torch::Tensor u = problem.u.to(type).detach().clone().requires_grad_();
  const torch::Tensor v = problem.v.to(type).detach().clone().requires_grad_();
  const torch::Tensor value = sums({u, v});
  const torch::Tensor weights = normals({value.numel()}, 41).to(type).view(value.sizes());
  const auto gradients = torch::autograd::grad({value}, {u, v}, {weights});
  return {value.detach(), gradients[0], gradients[1]};
}

Sums plain_normalizers(const Problem& problem) {
  return [targets = problem.targets](const Factors& factors) {
    return joined(log_mean_exps(at::mm(factors.u, factors.v.t()), targets));
  };
}

Sums streaming_normalizers(const Problem& problem) {
  return [targets = problem.targets](const Factors& factors) {
    return joined(streaming_log_mean_exps(factors, targets));
  };
}

double relative_difference(const torch::Tensor& a, const torch::Tensor& b) {
  const torch::Tensor difference = (a.to(at::kDouble) - b.to(at::kDouble)).abs().max();
  return (difference / b.to(at::kDouble).abs().max()).item<double>();
}

double relative_difference(const Outcome& a, const Outcome& b) {
  const double largest = b.value.to(at::kDouble).abs().max().item<double>();
  return std::max({relative_difference(a.value, b.value) * std::min(1.0, largest),
                   relative_difference(a.gradient_u, b.gradient_u),
                   relative_difference(a.gradient_v, b.gradient_v)});
}

}  // namespace lagoon::contrastive::tests
