#include "contrastive/objective/loss.hpp"

#include <cmath>

namespace lagoon::contrastive {
namespace {

torch::Tensor log_mean_exp(const torch::Tensor& log_rho, std::int64_t axis) {
  return at::logsumexp(log_rho, {axis}) - std::log(static_cast<double>(log_rho.size(axis)));
}

}  // namespace

torch::Tensor conditional_loss(const torch::Tensor& log_rho, double lambda_u, double lambda_v) {
  const torch::Tensor truth = log_rho.diagonal();
  torch::Tensor loss = -(lambda_u + lambda_v) / 2 * truth;
  if (lambda_u != 0) loss = loss + lambda_u / 2 * log_mean_exp(log_rho, 0);
  if (lambda_v != 0) loss = loss + lambda_v / 2 * log_mean_exp(log_rho, 1);
  return loss.mean();
}

}  // namespace lagoon::contrastive
