#include <cmath>

#include "contrastive/objective/loss.hpp"
#include "contrastive/objective/losses/batch_scores.hpp"

namespace lagoon::contrastive {
namespace {

torch::Tensor log_mean_over_products(const BatchScores& scores, const torch::Tensor& z_u,
                                     const torch::Tensor& z_v, const Targets& targets) {
  const torch::Tensor rows = scores.normalizers(z_u, z_v, targets, {.columns = false}).rows;
  return log_mean_exp_of_all(rows, targets, z_v.size(0));
}

}  // namespace

torch::Tensor joint_of_batch(const LossInput& input) {
  const auto& [options, batch, scores, bias] = input;
  const torch::Tensor of_pairs = scores.of_pairs(batch);
  if (!input.has_second_batch()) {
    const torch::Tensor all = log_mean_over_products(scores, batch.z_u, batch.z_v, batch.targets);
    return joint_loss(of_pairs, all, batch.targets);
  }
  const torch::Tensor here = log_mean_over_products(scores, batch.z_u, batch.negatives_v, {});
  const torch::Tensor there = log_mean_over_products(scores, batch.negatives_u, batch.z_v, {});
  return joint_loss(of_pairs, at::logaddexp(here, there) - std::log(2.0), batch.targets);
}

}  // namespace lagoon::contrastive
