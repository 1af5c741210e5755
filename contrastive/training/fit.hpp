#pragma once

#include <cstdint>
#include <functional>

#include "contrastive/objective/model.hpp"
#include "contrastive/options.hpp"
#include "contrastive/training/step/batch_gradient.hpp"

namespace lagoon::contrastive {

/// What a fit is told after each step. The loss is read from its tensor when it is asked for, not
/// before.
struct FitRecord {
  std::int64_t step;  ///< steps done, from 1
  std::int64_t total_steps;
  const Model& model;         ///< as the step left it
  torch::Tensor loss_tensor;  ///< of this step's batch, before the step

  double loss() const { return loss_tensor.item<double>(); }
};

/// Trains a model on features (float32, in memory) by Adam or AdamW, for as many steps as told.
///
/// draw(i) gives batch i: step s trains on draw(s), s = 0, 1..., or, with negatives = second_batch,
/// on draw(2 s) with draw(2 s + 1) as the second batch. They may differ in size from step to step
/// and in the number of rows of u and v, where targets say which belong together.
///
/// Of `options` it obeys objective, optimizer, learning_rate, weight_decay, warmup_steps, schedule,
/// device (where the model then stays), precision, gradient_cache and activation_checkpointing;
/// every log_every steps, and at the end, it makes sure that the losses since then are finite. The
/// loss of the sigmoid needs model.add_sigmoid_bias() for a bias that is learned.
///
/// after_step (may be empty) sees the model as each step leaves it, so that late iterates can be
/// averaged: copy what is kept (clone()), for the weights are views of the optimiser's memory, and
/// take no gradient through it.
///
/// Threads are those of set_threads(); bits do not depend on their number. Throws Error for options
/// or batches that cannot be, a model with nothing to train, a loss that is not finite, and for
/// what LibTorch refuses.
void fit(Model& model, const TrainingOptions& options, std::int64_t total_steps,
         const std::function<PairBatch(std::int64_t)>& draw,
         const std::function<void(const FitRecord&)>& after_step = {});

}  // namespace lagoon::contrastive
