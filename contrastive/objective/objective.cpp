#include "contrastive/objective/objective.hpp"

#include <algorithm>
#include <cmath>

#include "contrastive/objective/loss.hpp"
#include "contrastive/objective/mmd.hpp"
#include "contrastive/objective/streaming/streaming.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

bool two_batches(const ObjectiveOptions& options) {
  return options.negatives == "second_batch";
}

void require_complete(const ObjectiveOptions& options, const EncodedBatch& batch) {
  const torch::Tensor &u = batch.z_u, &v = batch.z_v;
  require(u.dim() == 2 && v.dim() == 2 && u.size(1) == v.size(1),
          "embeddings are not matrices of one width: give z_u (B_u, E) and z_v (B_v, E)");
  require_valid(batch.targets, u.size(0), v.size(0));
  if (!two_batches(options)) return;
  for (const torch::Tensor& negatives : {batch.negatives_u, batch.negatives_v}) {
    require(negatives.defined() && negatives.dim() == 2 && negatives.size(1) == u.size(1),
            "negatives is 'second_batch': give negatives_u and negatives_v (M, E)");
  }
  require(!batch.targets.has_exclusions(),
          "negatives is 'second_batch', which has no pairs of the batch to exclude: give targets "
          "without exclusions");
}

/// The sums that losses need, over any two sets of embeddings, and who sums.
struct Scores {
  Tilting tilting;
  const torch::Tensor& inverse_temperature;
  bool is_streaming;

  torch::Tensor of_pairs(const EncodedBatch& batch) const {
    return pair_log_rho(tilting, of_rows(batch.targets, batch.z_u),
                        of_columns(batch.targets, batch.z_v), inverse_temperature);
  }

  LogMeanExps normalizers(const torch::Tensor& z_u, const torch::Tensor& z_v,
                          const Targets& targets, Sides sides) const {
    if (!is_streaming) return log_mean_exps(whole(z_u, z_v), targets, sides);
    return streaming_log_mean_exps(factored(z_u, z_v), targets, sides);
  }

  torch::Tensor mean_of_softplus(const torch::Tensor& z_u, const torch::Tensor& z_v,
                                 const torch::Tensor& bias, const Targets& targets) const {
    if (!is_streaming) return softplus_mean(whole(z_u, z_v), bias, targets);
    return streaming_softplus_mean(factored(z_u, z_v), bias, targets);
  }

 private:
  torch::Tensor whole(const torch::Tensor& z_u, const torch::Tensor& z_v) const {
    return log_rho(tilting, z_u, z_v, inverse_temperature);
  }

  Factors factored(const torch::Tensor& z_u, const torch::Tensor& z_v) const {
    return factors(tilting, z_u, z_v, inverse_temperature);
  }
};

torch::Tensor conditional_of_batch(const ObjectiveOptions& options, const Scores& scores,
                                   const EncodedBatch& batch) {
  const Sides sides = {.rows = options.lambda_v != 0, .columns = options.lambda_u != 0};
  LogMeanExps normalizers;
  if (!two_batches(options)) {
    normalizers = scores.normalizers(batch.z_u, batch.z_v, batch.targets, sides);
  }
  if (two_batches(options) && sides.rows) {
    normalizers.rows =
        scores.normalizers(batch.z_u, batch.negatives_v, {}, {.columns = false}).rows;
  }
  if (two_batches(options) && sides.columns) {
    normalizers.columns =
        scores.normalizers(batch.negatives_u, batch.z_v, {}, {.rows = false}).columns;
  }
  return conditional_loss(scores.of_pairs(batch), normalizers, batch.targets, options.lambda_u,
                          options.lambda_v);
}

torch::Tensor log_mean_over_products(const Scores& scores, const torch::Tensor& z_u,
                                     const torch::Tensor& z_v, const Targets& targets) {
  const torch::Tensor rows = scores.normalizers(z_u, z_v, targets, {.columns = false}).rows;
  return log_mean_exp_of_all(rows, targets, z_v.size(0));
}

torch::Tensor joint_of_batch(const ObjectiveOptions& options, const Scores& scores,
                             const EncodedBatch& batch) {
  const torch::Tensor of_pairs = scores.of_pairs(batch);
  if (!two_batches(options)) {
    const torch::Tensor all = log_mean_over_products(scores, batch.z_u, batch.z_v, batch.targets);
    return joint_loss(of_pairs, all, batch.targets);
  }
  const torch::Tensor here = log_mean_over_products(scores, batch.z_u, batch.negatives_v, {});
  const torch::Tensor there = log_mean_over_products(scores, batch.negatives_u, batch.z_v, {});
  return joint_loss(of_pairs, at::logaddexp(here, there) - std::log(2.0), batch.targets);
}

/// The sum of softplus over the negatives of the batch, a positive pair: over all pairs less the
/// positive ones.
torch::Tensor negatives_in_batch(const Scores& scores, const EncodedBatch& batch,
                                 const torch::Tensor& logits_of_pairs, const torch::Tensor& bias) {
  const std::int64_t n_u = batch.z_u.size(0), n_v = batch.z_v.size(0);
  const Targets& targets = batch.targets;
  require_positives_not_excluded(targets, n_u, n_v);
  const std::int64_t n_excluded = targets.has_exclusions() ? targets.excluded_rows.size(0) : 0;
  const auto n_pairs = static_cast<double>(targets.n_pairs(n_u));
  const double n_all = static_cast<double>(n_u * n_v - n_excluded);
  const torch::Tensor mean = scores.mean_of_softplus(batch.z_u, batch.z_v, bias, targets);
  return n_all / n_pairs * mean - exact_softplus(logits_of_pairs).mean();
}

torch::Tensor sigmoid_of_batch(const ObjectiveOptions& options, const Scores& scores,
                               const EncodedBatch& batch, const torch::Tensor& bias) {
  const torch::Tensor logits = scores.of_pairs(batch) + bias;
  if (!two_batches(options)) {
    return sigmoid_loss(logits, negatives_in_batch(scores, batch, logits, bias), batch.targets);
  }
  const torch::Tensor here = scores.mean_of_softplus(batch.z_u, batch.negatives_v, bias, {});
  const torch::Tensor there = scores.mean_of_softplus(batch.negatives_u, batch.z_v, bias, {});
  const double n = static_cast<double>(batch.negatives_u.size(0));
  return sigmoid_loss(logits, n * (here + there) / 2, batch.targets);
}

}  // namespace

torch::Tensor batch_loss(const ObjectiveOptions& options, Tilting tilting,
                         const EncodedBatch& batch, const torch::Tensor& inverse_temperature,
                         const torch::Tensor& sigmoid_bias) {
  require_complete(options, batch);
  const Scores scores = {tilting, inverse_temperature, options.evaluation == "streaming"};
  if (options.loss == "conditional") return conditional_of_batch(options, scores, batch);
  if (options.loss == "joint") return joint_of_batch(options, scores, batch);
  if (options.loss == "conditional_mmd") {
    return conditional_mmd_loss(options, tilting, batch, inverse_temperature);
  }
  if (options.loss == "joint_mmd") {
    return joint_mmd_loss(options, tilting, batch, inverse_temperature);
  }
  require(options.loss == "sigmoid", "loss is '" + options.loss + "', which there is not");
  if (sigmoid_bias.defined()) return sigmoid_of_batch(options, scores, batch, sigmoid_bias);
  const std::int64_t size = (two_batches(options) ? batch.negatives_u : batch.z_u).size(0);
  const double start = sigmoid_bias_start(options, size);
  return sigmoid_of_batch(options, scores, batch, at::full({}, start, batch.z_u.options()));
}

double sigmoid_bias_start(const ObjectiveOptions& options, std::int64_t batch_size) {
  const std::int64_t n = two_batches(options) ? batch_size : batch_size - 1;
  return -std::log(static_cast<double>(std::max<std::int64_t>(n, 1)));
}

}  // namespace lagoon::contrastive
