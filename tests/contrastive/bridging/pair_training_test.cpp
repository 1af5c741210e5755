#include "contrastive/bridging/pair_training.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "contrastive/inference/retrieval.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/fixture.hpp"

namespace lagoon::contrastive::tests {
namespace {

/// Two noisy views of the same normals.
TrainingPair noisy_pair(std::int64_t n, std::uint64_t seed, double noise = 0.1) {
  TrainingPair pair;
  pair.left = "a";
  pair.right = "b";
  pair.left_rows = random_embeddings(n, 4, seed);
  pair.right_rows = pair.left_rows;
  const auto errors = random_embeddings(n, 4, seed + 1000);
  for (std::size_t i = 0; i < errors.values.size(); ++i) {
    pair.right_rows.values[i] += static_cast<float>(noise) * errors.values[i];
  }
  return pair;
}

const EncoderShapes kShapes = {{"a", {4, {32, 32}, 8}}, {"b", {4, {32, 32}, 8}}};
const PairTrainingOptions kShort{.epochs = 20, .batch_size = 64};

double recall(const PairModel& model, const TrainingPair& held_out) {
  Embeddings a = model.embed("a", held_out.left_rows), b = model.embed("b", held_out.right_rows);
  const ScoreGrid grid = direct_scores(a, b, model.link(0));
  std::int64_t hits = 0;
  for (std::int64_t i = 0; i < grid.rows; ++i) {
    const auto row = grid.row(i);
    hits += std::max_element(row.begin(), row.end()) - row.begin() == i;
  }
  return static_cast<double>(hits) / static_cast<double>(grid.rows);
}

TEST(PairTraining, every_critic_learns_which_rows_belong_together) {
  for (const Critic critic : {Critic::cosine, Critic::dot, Critic::l2}) {
    TrainingPair pair = noisy_pair(2000, 1);
    pair.critic = critic;
    const auto model = train_pairs(kShapes, {pair}, kShort);
    EXPECT_GT(recall(model, noisy_pair(100, 2)), 0.8) << to_string(critic);
    EXPECT_EQ(model.link(0).critic, critic);
  }
}

TEST(PairTraining, a_fit_is_a_function_of_its_seed) {
  const auto pair = noisy_pair(300, 1);
  auto options = kShort;
  options.epochs = 2;
  const auto once = train_pairs(kShapes, {pair}, options).state();
  EXPECT_EQ(once, train_pairs(kShapes, {pair}, options).state());
  options.seed = 1;
  EXPECT_NE(once, train_pairs(kShapes, {pair}, options).state());
}

TEST(PairTraining, a_restored_model_is_the_model) {
  const auto pair = noisy_pair(300, 1);
  const auto model = train_pairs(kShapes, {pair}, kShort);
  const auto restored = PairModel::restore(kShapes, {pair.critic}, model.state());
  EXPECT_EQ(restored.embed("b", pair.right_rows).values, model.embed("b", pair.right_rows).values);
  EXPECT_EQ(restored.link(0).scale, model.link(0).scale);
  EXPECT_THROW(PairModel::restore(kShapes, {}, model.state()), Error);
}

TEST(PairTraining, each_pair_learns_a_scale_of_its_own_unless_told_not_to) {
  auto sharp = noisy_pair(1000, 1, 0.02), dull = noisy_pair(1000, 2, 2);
  dull.left = "c";
  dull.right = "d";
  EncoderShapes shapes = kShapes;
  shapes["c"] = shapes["d"] = shapes["a"];
  const auto model = train_pairs(shapes, {sharp, dull}, kShort);
  EXPECT_GT(model.link(0).scale, 2 * model.link(1).scale);
  sharp.learn_scale = false;
  sharp.scale = 3;
  EXPECT_NEAR(train_pairs(shapes, {sharp, dull}, kShort).link(0).scale, 3, 1e-6);
}

TEST(PairTraining, a_hook_sees_every_step) {
  std::int64_t steps = 0;
  PairTrainingHooks hooks;
  hooks.before_step = [&](std::int64_t step, std::int64_t total) {
    EXPECT_EQ(step, steps++);
    EXPECT_EQ(total, kShort.epochs * (300 / 64));
  };
  const auto model = train_pairs(kShapes, {noisy_pair(300, 1)}, kShort, hooks);
  EXPECT_EQ(static_cast<std::int64_t>(model.losses().size()), steps);
}

TEST(PairTraining, what_does_not_fit_is_refused) {
  const auto train = [](TrainingPair pair, PairTrainingOptions options = kShort) {
    return train_pairs(kShapes, {std::move(pair)}, options);
  };
  auto pair = noisy_pair(300, 1);
  pair.right = "z";
  EXPECT_THROW(train(pair), Error);
  EXPECT_THROW(train(noisy_pair(63, 1)), Error);
  pair = noisy_pair(300, 1);
  pair.right_rows.n = 299;
  EXPECT_THROW(train(pair), Error);
  pair = noisy_pair(300, 1);
  pair.left_rows.values[7] = std::nanf("");
  EXPECT_THROW(train(pair), Error);
  EXPECT_THROW(train(noisy_pair(300, 1), {.schedule = "linear"}), Error);
  EXPECT_THROW(train_pairs(kShapes, {}, kShort), Error);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
