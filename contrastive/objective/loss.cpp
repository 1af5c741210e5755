#include "contrastive/objective/loss.hpp"

namespace lagoon::contrastive {

torch::Tensor conditional_loss(const torch::Tensor& of_pairs, const LogMeanExps& normalizers,
                               const Targets& targets, double lambda_u, double lambda_v) {
  torch::Tensor loss = -(lambda_u + lambda_v) / 2 * of_pairs;
  if (lambda_u != 0) loss = loss + lambda_u / 2 * of_columns(targets, normalizers.columns);
  if (lambda_v != 0) loss = loss + lambda_v / 2 * of_rows(targets, normalizers.rows);
  return mean_over_pairs(targets, loss);
}

torch::Tensor joint_loss(const torch::Tensor& of_pairs, const torch::Tensor& log_mean_exp,
                         const Targets& targets) {
  return log_mean_exp - mean_over_pairs(targets, of_pairs);
}

torch::Tensor sigmoid_loss(const torch::Tensor& logits_of_pairs, const torch::Tensor& negatives,
                           const Targets& targets) {
  return mean_over_pairs(targets, exact_softplus(-logits_of_pairs)) + negatives;
}

torch::Tensor conditional_loss(const torch::Tensor& log_rho, double lambda_u, double lambda_v) {
  const Sides sides = {.rows = lambda_v != 0, .columns = lambda_u != 0};
  return conditional_loss(log_rho.diagonal(), log_mean_exps(log_rho, {}, sides), {}, lambda_u,
                          lambda_v);
}

}  // namespace lagoon::contrastive
