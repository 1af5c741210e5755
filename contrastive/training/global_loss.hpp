#pragma once

#include <vector>

#include "contrastive/communication/communicator.hpp"
#include "contrastive/training/step/loss_gradient.hpp"

namespace lagoon::contrastive {

/// The loss of the batch of `n` pairs of which each rank holds its share (Communicator::first_row),
/// and this rank's part of its gradient: by its own embeddings whole, by the loss's own parameters
/// such that the sum over ranks is whole. The loss has the same bits on every rank.
///
/// Conditional, joint and sigmoid losses with negatives in the batch, evaluated streaming: each
/// rank sums over its rows against all columns, and differentiates its rows and its columns; what
/// travels are the embeddings, and N numbers. The others (MMD: sums over pairs of pairs; second
/// batches; plain evaluation) are computed whole by every rank from gathered embeddings, exactly,
/// and each takes its rows of the gradient, rank 0 the parameters'.
///
/// Throws Error if there are fewer pairs than ranks, or targets other than the diagonal.
LossGradient global_loss_gradient(const Model& model, const std::vector<torch::Tensor>& parameters,
                                  const ObjectiveOptions& objective, const EncodedBatch& own,
                                  std::int64_t n, Communicator& ranks);

}  // namespace lagoon::contrastive
