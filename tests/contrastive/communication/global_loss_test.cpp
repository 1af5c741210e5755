#include "contrastive/training/global_loss.hpp"

#include <cmath>
#include <mutex>

#include <gtest/gtest.h>

#include "contrastive/encoders/mlp.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/training/step/training_step.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/communication/thread_ranks.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kRanksGradientRelative;
using lagoon::tests::kRanksLossRelative;

constexpr std::int64_t kPairs = 301;  // divided by neither 2, 3 nor 4

Model make_encoders(const TrainingOptions& options, Tilting tilting) {
  WeightSource weights(7);
  auto u = std::make_shared<Mlp>(6, 16, 1, 8, weights);
  auto v = std::make_shared<Mlp>(5, 16, 2, 8, weights);
  Model model(std::move(u), std::move(v), tilting,
              std::make_shared<Temperature>(0.5, true, 0.01, 100));
  if (options.objective.loss == "sigmoid") model.add_sigmoid_bias(-1.5);
  return model;
}

PairBatch draw(std::uint64_t seed) {
  WeightSource draws(seed);
  const torch::Tensor u = draws.normal({kPairs, 6}, 1);
  return {u, (u.narrow(1, 0, 5) + draws.normal({kPairs, 5}, 0.5)).contiguous()};
}

PairBatch share_of(const PairBatch& batch, const Communicator& ranks) {
  if (!batch.u.defined()) return {};
  const std::int64_t first = ranks.first_row(kPairs), n = ranks.n_rows(kPairs);
  return {batch.u.narrow(0, first, n), batch.v.narrow(0, first, n)};
}

struct LossAndGradient {
  double loss = 0;
  torch::Tensor gradient;  // of all parameters, flat
};

/// As one rank gets it, through the optimiser's own buckets.
LossAndGradient gradient_of(const TrainingOptions& options, Tilting tilting, Communicator& ranks) {
  Model model = make_encoders(options, tilting);
  FlatAdam optimizer(model.state(), options);
  RankedGradient ranked(model, optimizer, kPairs, &ranks);
  const bool second = options.objective.negatives == "second_batch";
  const PairBatch negatives = second ? draw(3) : PairBatch{};
  Stopwatch stopwatch;
  const BatchGradient gradient =
      batch_gradient(model, optimizer.parameters(), options.objective, share_of(draw(2), ranks),
                     share_of(negatives, ranks), stopwatch, {.shard_rows = 32}, ranked.begin());
  ranked.finish(gradient.parts);
  return {gradient.loss.item<double>(), optimizer.gradient().clone()};
}

struct Case {
  const char* loss;
  double lambda_u = 1, lambda_v = 1;
  const char* negatives = "in_batch";
  const char* evaluation = "streaming";
};

void expect_same_as_one_process(const Case& objective, Tilting tilting) {
  TrainingOptions options;
  options.batch_size = kPairs;
  options.objective.loss = objective.loss;
  options.objective.lambda_u = objective.lambda_u;
  options.objective.lambda_v = objective.lambda_v;
  options.objective.negatives = objective.negatives;
  options.objective.evaluation = objective.evaluation;
  const std::string what = std::string(objective.loss) + " " + objective.negatives + " tilting " +
                           std::to_string(static_cast<int>(tilting));
  Communicator alone;
  const LossAndGradient one = gradient_of(options, tilting, alone);
  const double length = one.gradient.norm().item<double>();
  for (const int size : {2, 3, 4}) {
    std::mutex mutex;
    std::vector<double> losses;
    run_ranks(size, [&](Communicator& ranks) {
      const LossAndGradient many = gradient_of(options, tilting, ranks);
      const std::lock_guard lock(mutex);
      losses.push_back(many.loss);
      EXPECT_NEAR(many.loss, one.loss, kRanksLossRelative * std::abs(one.loss))
          << what << ", " << size << " ranks";
      EXPECT_LT((many.gradient - one.gradient).norm().item<double>(),
                kRanksGradientRelative * length)
          << what << ", " << size << " ranks";
    });
    for (const double loss : losses) EXPECT_EQ(loss, losses.front()) << what;
  }
}

class GlobalLoss : public testing::TestWithParam<Tilting> {
 protected:
  void SetUp() override { set_threads(1); }
};

TEST_P(GlobalLoss, equals_one_process_for_uneven_shares) {
  for (const Case& objective :
       {Case{"conditional"}, Case{"conditional", 0, 2}, Case{"conditional", 1.5, 0}, Case{"joint"},
        Case{"sigmoid"}, Case{"conditional", 1, 1, "in_batch", "plain"},
        Case{"conditional", 1, 1, "second_batch"}, Case{"joint", 1, 1, "second_batch"},
        Case{"sigmoid", 1, 1, "second_batch"}, Case{"conditional_mmd"}, Case{"joint_mmd"}}) {
    expect_same_as_one_process(objective, GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(Tiltings, GlobalLoss,
                         testing::Values(Tilting::cosine, Tilting::inner_product,
                                         Tilting::quadratic));

TEST(GlobalLossRules, fewer_pairs_than_ranks_are_refused) {
  EXPECT_THROW(run_ranks(2,
                         [](Communicator& ranks) {
                           TrainingOptions options;
                           const Model model = make_encoders(options, Tilting::cosine);
                           global_loss_gradient(model, model.parameters(), options.objective, {}, 1,
                                                ranks);
                         }),
               Error);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
