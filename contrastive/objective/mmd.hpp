#pragma once

#include <torch/types.h>

#include "contrastive/objective/objective.hpp"

namespace lagoon::contrastive {

/// The conditional MMD loss of a batch: lambda_u times that of u given v, with the kernel on u,
/// plus lambda_v times that of v given u (mmd_statistics.hpp; [BST] Example B.1, corrected).
/// Negatives in_batch: the learned law given v_c has its weights on the batch's own u;
/// second_batch: on those of the second one. statistic v, or u (which takes only diagonal targets
/// without weights and exclusions). The bandwidths are those of the options, or the median rule's
/// of the batch.
torch::Tensor conditional_mmd_loss(const ObjectiveOptions& options, Tilting tilting,
                                   const EncodedBatch& batch,
                                   const torch::Tensor& inverse_temperature);

/// The joint MMD loss of a batch ([BST] Optimization Problem 3.11) for the product of both kernels.
/// Negatives in_batch: the learned law has its weights on all pairs of the batch; second_batch: on
/// those of a u of the batch and a v of the second one, and the other way round, and the loss is
/// the mean of the two. It holds four more matrices and multiplies them: order B^3.
torch::Tensor joint_mmd_loss(const ObjectiveOptions& options, Tilting tilting,
                             const EncodedBatch& batch, const torch::Tensor& inverse_temperature);

}  // namespace lagoon::contrastive
