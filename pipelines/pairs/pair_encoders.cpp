#include "pipelines/pairs/pair_encoders.hpp"

#include <utility>
#include <vector>

namespace lagoon::pipelines {
namespace {

/// Of cosines a temperature of 0.07, as CLIP's.
double first_scale(contrastive::Critic critic) {
  return critic == contrastive::Critic::cosine ? 14 : 1;
}

constexpr double kWarmUp = 0.05;

}  // namespace

contrastive::Embeddings as_rows(const FeatureRows& rows) {
  return {rows.rows(), rows.cols(), {rows.data(), rows.data() + rows.size()}};
}

contrastive::BatchNormMlpShape shape_of(const PairBudget& budget, Eigen::Index inputs) {
  return {inputs, std::vector<std::int64_t>(static_cast<std::size_t>(budget.depth), budget.width),
          budget.embedding_dim, /*batch_norm=*/false};
}

contrastive::TrainingPair pair_of(contrastive::Critic critic, std::string left,
                                  const FeatureRows& left_rows, std::string right,
                                  const FeatureRows& right_rows) {
  return {std::move(left),    std::move(right),    critic,
          as_rows(left_rows), as_rows(right_rows), true,
          first_scale(critic)};
}

contrastive::PairTrainingOptions training_options(const PairBudget& budget, std::uint64_t seed) {
  contrastive::PairTrainingOptions training;
  training.seed = seed;
  training.epochs = budget.epochs;
  training.batch_size = budget.batch_size;
  training.learning_rate = budget.learning_rate;
  training.schedule = "cosine";
  training.warmup = kWarmUp;
  return training;
}

}  // namespace lagoon::pipelines
