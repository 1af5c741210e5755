#include "contrastive/objective/losses/batch_scores.hpp"

#include "contrastive/objective/streaming/streaming.hpp"

namespace lagoon::contrastive {

torch::Tensor BatchScores::log_rho_of(const torch::Tensor& z_u, const torch::Tensor& z_v) const {
  return log_rho(tilting, z_u, z_v, inverse_temperature);
}

torch::Tensor BatchScores::of_pairs(const EncodedBatch& batch) const {
  return pair_log_rho(tilting, of_rows(batch.targets, batch.z_u),
                      of_columns(batch.targets, batch.z_v), inverse_temperature);
}

LogMeanExps BatchScores::normalizers(const torch::Tensor& z_u, const torch::Tensor& z_v,
                                     const Targets& targets, Sides sides) const {
  if (!is_streaming) return log_mean_exps(log_rho_of(z_u, z_v), targets, sides);
  return streaming_log_mean_exps(factors(tilting, z_u, z_v, inverse_temperature), targets, sides);
}

torch::Tensor BatchScores::mean_of_softplus(const torch::Tensor& z_u, const torch::Tensor& z_v,
                                            const torch::Tensor& bias,
                                            const Targets& targets) const {
  if (!is_streaming) return softplus_mean(log_rho_of(z_u, z_v), bias, targets);
  return streaming_softplus_mean(factors(tilting, z_u, z_v, inverse_temperature), bias, targets);
}

}  // namespace lagoon::contrastive
