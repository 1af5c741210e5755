#include "contrastive/objective/loss.hpp"
#include "contrastive/objective/losses/batch_scores.hpp"

namespace lagoon::contrastive {

torch::Tensor conditional_of_batch(const LossInput& input) {
  const auto& [options, batch, scores, bias] = input;
  const Sides sides = {.rows = options.lambda_v != 0, .columns = options.lambda_u != 0};
  LogMeanExps normalizers;
  if (!input.has_second_batch()) {
    normalizers = scores.normalizers(batch.z_u, batch.z_v, batch.targets, sides);
  }
  if (input.has_second_batch() && sides.rows) {
    normalizers.rows =
        scores.normalizers(batch.z_u, batch.negatives_v, {}, {.columns = false}).rows;
  }
  if (input.has_second_batch() && sides.columns) {
    normalizers.columns =
        scores.normalizers(batch.negatives_u, batch.z_v, {}, {.rows = false}).columns;
  }
  return conditional_loss(scores.of_pairs(batch), normalizers, batch.targets, options.lambda_u,
                          options.lambda_v);
}

}  // namespace lagoon::contrastive
