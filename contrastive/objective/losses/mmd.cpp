#include <algorithm>
#include <string>

#include "contrastive/objective/kernels.hpp"
#include "contrastive/objective/losses/batch_scores.hpp"
#include "contrastive/objective/mmd_statistics.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// One modality of a batch: embeddings and samples, of the pairs and of what carries the weights.
struct Modality {
  torch::Tensor z, samples;                    ///< of the positive pairs
  torch::Tensor negative_z, negative_samples;  ///< of the second batch; in_batch: the same
  SampleKernel kernel;

  torch::Tensor kernel_of_negatives() const { return kernel(negative_samples, negative_samples); }
  torch::Tensor kernel_of_samples() const { return kernel(samples, samples); }
  torch::Tensor kernel_between() const { return kernel(samples, negative_samples); }
};

void require_samples(const char* name, const torch::Tensor& samples, const torch::Tensor& z) {
  require(
      samples.defined() && samples.size(0) == z.size(0),
      std::string("the MMD losses compare samples: give ") + name + ", one a row of embeddings");
}

SampleKernel kernel_of(const ObjectiveOptions& options, const torch::Tensor& samples,
                       double bandwidth) {
  return {parse_kernel(options.kernel), samples, bandwidth};
}

struct MmdBatch {
  Modality u, v;
  Targets targets;
  bool across, u_statistic;
};

void require_u_statistic(const ObjectiveOptions& options, const EncodedBatch& batch) {
  const Targets& targets = batch.targets;
  require(targets.is_diagonal() && !targets.weights.defined() && !targets.has_exclusions(),
          "statistic is 'u', which is for one true pair a row, unweighted: give statistic 'v'");
  const bool across = options.has_second_batch();
  const std::int64_t least = across ? 2 : options.loss == "joint_mmd" ? 4 : 3;
  const std::int64_t n = across ? batch.negatives_u.size(0) : batch.z_u.size(0);
  require(std::min(n, batch.z_u.size(0)) >= least,
          "statistic is 'u', which needs batches of at least " + std::to_string(least) +
              " pairs: give more, or statistic 'v'");
}

MmdBatch mmd_batch(const ObjectiveOptions& options, const EncodedBatch& batch) {
  require_samples("u", batch.u, batch.z_u);
  require_samples("v", batch.v, batch.z_v);
  const bool across = options.has_second_batch();
  if (across) {
    require_samples("negative_samples_u", batch.negative_samples_u, batch.negatives_u);
    require_samples("negative_samples_v", batch.negative_samples_v, batch.negatives_v);
  }
  if (options.statistic == "u") require_u_statistic(options, batch);
  const auto type = batch.z_u.scalar_type();
  const torch::Tensor u = batch.u.to(type), v = batch.v.to(type);
  const SampleKernel kernel_u = kernel_of(options, u, options.bandwidth_u);
  const SampleKernel kernel_v = kernel_of(options, v, options.bandwidth_v);
  Modality of_u = {batch.z_u, u, batch.z_u, u, kernel_u};
  Modality of_v = {batch.z_v, v, batch.z_v, v, kernel_v};
  if (across) {
    of_u.negative_z = batch.negatives_u;
    of_v.negative_z = batch.negatives_v;
    of_u.negative_samples = batch.negative_samples_u.to(type);
    of_v.negative_samples = batch.negative_samples_v.to(type);
  }
  return {of_u, of_v, batch.targets, across, options.statistic == "u"};
}

/// In a U-statistic of the batch itself the true pairs carry no weight: they are not independent.
Targets weighted_pairs(const MmdBatch& batch, std::int64_t n) {
  Targets targets = batch.across ? Targets{} : batch.targets;
  if (!batch.across && batch.u_statistic) {
    targets.excluded_rows = targets.excluded_columns =
        at::arange(n, batch.u.z.options().dtype(at::kLong));
  }
  return targets;
}

/// The MMD of one conditional; log_rho (the rows that carry the weights, the other modality of the
/// pairs).
torch::Tensor conditional_term(const MmdBatch& batch, const Modality& modality,
                               const torch::Tensor& log_rho, const Targets& targets,
                               const Targets& weighted) {
  const torch::Tensor weights = conditional_weights(log_rho, weighted);
  const torch::Tensor kernel = modality.kernel_of_negatives();
  const torch::Tensor of_pairs = batch.across ? modality.kernel_between() : kernel;
  if (!batch.u_statistic) return conditional_mmd_v(weights, kernel, of_pairs, targets);
  const std::int64_t n = batch.across ? weights.size(0) : weights.size(0) - 1;
  return conditional_mmd_u(weights, kernel, of_pairs, n);
}

torch::Tensor joint_term(const MmdBatch& batch, const torch::Tensor& log_rho,
                         const PairKernels& kernels, bool rows_are_pairs) {
  const torch::Tensor weights = joint_weights(log_rho, weighted_pairs(batch, log_rho.size(0)));
  if (!batch.u_statistic) return joint_mmd_v(weights, kernels, batch.targets);
  if (batch.across) return joint_mmd_u_across(weights, kernels, rows_are_pairs);
  return joint_mmd_u_in_batch(weights, kernels.u, kernels.v);
}

}  // namespace

/// lambda_u times that of u given v, with the kernel on u, plus lambda_v times that of v given u
/// (mmd_statistics.hpp; [BST] Example B.1, corrected). Negatives in_batch: the learned law given
/// v_c has its weights on the batch's own u; second_batch: on those of the second one. statistic v,
/// or u (which takes only diagonal targets without weights and exclusions). The bandwidths are
/// those of the options, or the median rule's of the batch.
torch::Tensor conditional_mmd_of_batch(const LossInput& input) {
  const auto& [options, batch, scores, bias] = input;
  const MmdBatch b = mmd_batch(options, batch);
  const Targets weighted = weighted_pairs(b, batch.z_u.size(0));
  torch::Tensor loss;
  if (options.lambda_u != 0) {
    const torch::Tensor of_u = scores.log_rho_of(b.u.negative_z, b.v.z);
    loss = options.lambda_u * conditional_term(b, b.u, of_u, b.targets, weighted);
  }
  if (options.lambda_v != 0) {
    const torch::Tensor of_v = scores.log_rho_of(b.u.z, b.v.negative_z).t();
    const torch::Tensor v_given_u =
        options.lambda_v *
        conditional_term(b, b.v, of_v, b.targets.transposed(), weighted.transposed());
    loss = loss.defined() ? loss + v_given_u : v_given_u;
  }
  return loss;
}

/// [BST] Optimization Problem 3.11, for the product of both kernels. Negatives in_batch: the
/// learned law has its weights on all pairs of the batch; second_batch: on those of a u of the
/// batch and a v of the second one, and the other way round, and the loss is the mean of the two.
/// It holds four more matrices and multiplies them: order B^3.
torch::Tensor joint_mmd_of_batch(const LossInput& input) {
  const auto& [options, batch, scores, bias] = input;
  const MmdBatch b = mmd_batch(options, batch);
  const torch::Tensor u = b.u.kernel_of_samples(), v = b.v.kernel_of_samples();
  if (!b.across) {
    return joint_term(b, scores.log_rho_of(b.u.z, b.v.z), {u, v, u, v}, true);
  }
  const torch::Tensor rows = scores.log_rho_of(b.u.z, b.v.negative_z);
  const torch::Tensor columns = scores.log_rho_of(b.u.negative_z, b.v.z);
  const PairKernels of_rows = {u, b.v.kernel_of_negatives(), u, b.v.kernel_between()};
  const PairKernels of_columns = {b.u.kernel_of_negatives(), v, b.u.kernel_between(), v};
  return (joint_term(b, rows, of_rows, true) + joint_term(b, columns, of_columns, false)) / 2;
}

}  // namespace lagoon::contrastive
