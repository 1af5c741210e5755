#include "contrastive/objective/loss.hpp"
#include "contrastive/objective/losses/batch_scores.hpp"

namespace lagoon::contrastive {
namespace {

/// The sum of softplus over the negatives of the batch, a positive pair: over all pairs less the
/// positive ones.
torch::Tensor negatives_in_batch(const LossInput& input, const torch::Tensor& logits_of_pairs) {
  const auto& [options, batch, scores, bias] = input;
  const std::int64_t n_u = batch.z_u.size(0), n_v = batch.z_v.size(0);
  const Targets& targets = batch.targets;
  require_positives_not_excluded(targets, n_u, n_v);
  const std::int64_t n_excluded = targets.has_exclusions() ? targets.excluded_rows.size(0) : 0;
  const auto n_pairs = static_cast<double>(targets.n_pairs(n_u));
  const double n_all = static_cast<double>(n_u * n_v - n_excluded);
  const torch::Tensor mean = scores.mean_of_softplus(batch.z_u, batch.z_v, bias, targets);
  return n_all / n_pairs * mean - exact_softplus(logits_of_pairs).mean();
}

}  // namespace

torch::Tensor sigmoid_of_batch(const LossInput& input) {
  const auto& [options, batch, scores, bias] = input;
  const torch::Tensor logits = scores.of_pairs(batch) + bias;
  if (!input.has_second_batch()) {
    return sigmoid_loss(logits, negatives_in_batch(input, logits), batch.targets);
  }
  const torch::Tensor here = scores.mean_of_softplus(batch.z_u, batch.negatives_v, bias, {});
  const torch::Tensor there = scores.mean_of_softplus(batch.negatives_u, batch.z_v, bias, {});
  const double n = static_cast<double>(batch.negatives_u.size(0));
  return sigmoid_loss(logits, n * (here + there) / 2, batch.targets);
}

}  // namespace lagoon::contrastive
