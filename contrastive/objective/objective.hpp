#pragma once

#include <torch/types.h>

#include "contrastive/objective/targets.hpp"
#include "contrastive/objective/tilting.hpp"
#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// What a loss is computed from.
struct EncodedBatch {
  torch::Tensor z_u, z_v;  ///< (B_u, E), (B_v, E): embeddings
  /// (M, E): embeddings of a second batch, independent of the first, for negatives =
  /// second_batch ([BST] Remark 3.9); undefined otherwise.
  torch::Tensor negatives_u, negatives_v;
  torch::Tensor u, v;  ///< (B_u, ...), (B_v, ...): the samples themselves, for the MMD kernels only
  torch::Tensor negative_samples_u, negative_samples_v;  ///< (M, ...): those of the second batch
  Targets targets;  ///< as default, pair i is (row i, column i)
};

/// The loss of a batch, a differentiable scalar, by options.loss:
///   conditional, joint, sigmoid (loss.hpp), conditional_mmd, joint_mmd (losses/mmd.cpp).
/// Negatives in_batch: the batch's own rows and columns, true pairs among them. second_batch: u|v
/// is normalised over the second batch's u, v|u over its v; the joint loss over all B x M products
/// of a u of one batch and a v of the other, both ways; sigmoid likewise, M negatives a positive.
/// Exclusions are of pairs in the batch, so second_batch takes none.
/// Evaluation streaming never holds a (B_u, B_v) matrix, plain does; both agree to rounding. The
/// MMD losses have no streaming form: they are sums over pairs of pairs, matrix products of order
/// B^3, whose factors are the matrices themselves. sigmoid_bias: a scalar, of the sigmoid loss
/// only; undefined: sigmoid_bias_start. Throws Error if the batch lacks what the options ask for,
/// or the targets are not valid.
torch::Tensor batch_loss(const ObjectiveOptions& options, Tilting tilting,
                         const EncodedBatch& batch, const torch::Tensor& inverse_temperature,
                         const torch::Tensor& sigmoid_bias = {});

/// -log of the number of negatives a positive: B - 1 of a batch of B, or B of a second batch of B.
/// There the sigmoid loss of a log_rho that is log r is smallest. 0 for a pair without negatives.
double sigmoid_bias_start(const ObjectiveOptions& options, std::int64_t batch_size);

/// The learned bias, or where it begins if it is undefined; undefined for a loss that has none.
torch::Tensor bias_or_start(const ObjectiveOptions& options, const torch::Tensor& learned,
                            std::int64_t batch_size, const at::TensorOptions& like);

}  // namespace lagoon::contrastive
