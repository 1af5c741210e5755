#pragma once

#include <cstdint>
#include <string>

#include "contrastive/bridging/pair_training.hpp"
#include "pipelines/pairs/pair_budget.hpp"
#include "pipelines/pairs/whitening.hpp"

namespace lagoon::pipelines {

/// The rows as the encoders take them.
contrastive::Embeddings as_rows(const FeatureRows& rows);

/// Perceptrons of that many inputs.
contrastive::BatchNormMlpShape shape_of(const PairBudget& budget, Eigen::Index inputs);

/// Row i of one belongs to row i of the other; the critic's scale is learned.
contrastive::TrainingPair pair_of(contrastive::Critic critic, std::string left,
                                  const FeatureRows& left_rows, std::string right,
                                  const FeatureRows& right_rows);

/// A rate that rises, then falls as a cosine to zero.
contrastive::PairTrainingOptions training_options(const PairBudget& budget, std::uint64_t seed);

}  // namespace lagoon::pipelines
