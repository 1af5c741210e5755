#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "contrastive/encoders/mlp.hpp"
#include "contrastive/encoders/transformer.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/training/step/batch_gradient.hpp"

namespace lagoon::contrastive::tests {
namespace {

Model small_encoders() {
  WeightSource weights(3);
  TransformerShape shape;
  shape.n_tokens = 6;
  shape.token_size = 4;
  shape.width = 32;
  shape.layers = 2;
  shape.heads = 2;
  shape.n_out = 8;
  auto u = std::make_shared<Mlp>(10, 32, 2, 8, weights);
  auto v = std::make_shared<Transformer>(shape, weights);
  return {std::move(u), std::move(v), Tilting::cosine,
          std::make_shared<Temperature>(0.1, true, kMinTemperature, kMaxTemperature)};
}

BatchGradient gradient(const Model& model, const GradientPlan& plan) {
  WeightSource source(4);
  const torch::Tensor u = source.normal({90, 10}, 1), v = source.normal({90, 24}, 1);
  Stopwatch stopwatch;
  return batch_gradient(model, model.parameters(), {}, {u, v}, {}, stopwatch, plan);
}

void expect_same_bits(const BatchGradient& a, const BatchGradient& b) {
  EXPECT_TRUE(at::equal(a.loss, b.loss));
  ASSERT_EQ(a.parts.size(), b.parts.size());
  for (std::size_t s = 0; s < a.parts.size(); ++s) {
    for (std::size_t p = 0; p < a.parts[s].size(); ++p) {
      ASSERT_EQ(a.parts[s][p].defined(), b.parts[s][p].defined());
      if (!a.parts[s][p].defined()) continue;
      EXPECT_TRUE(at::equal(a.parts[s][p], b.parts[s][p]));
    }
  }
}

TEST(GradientPlan, forward_twice_changes_no_bit) {
  const Model model = small_encoders();
  for (const auto products : {at::kFloat, at::kBFloat16}) {
    GradientPlan plan;
    plan.shard_rows = 8;  // 24 shards: several to a sum
    plan.encoders.products = products;
    const BatchGradient plain = gradient(model, plan);
    plan.cache = true;
    expect_same_bits(plain, gradient(model, plan));
    plan.encoders.checkpointing = true;
    expect_same_bits(plain, gradient(model, plan));
    plan.cache = false;
    expect_same_bits(plain, gradient(model, plan));
  }
}

TEST(GradientPlan, bits_do_not_depend_on_threads) {
  const Model model = small_encoders();
  GradientPlan plan;
  plan.shard_rows = 4;
  plan.cache = true;
  set_threads(1);
  const BatchGradient one = gradient(model, plan);
  set_threads(3);
  expect_same_bits(one, gradient(model, plan));
  set_threads(0);
}

TEST(GradientPlan, sums_are_few_whatever_the_shards) {
  const Model model = small_encoders();
  GradientPlan plan;
  plan.shard_rows = 1;  // 180 shards
  const BatchGradient fine = gradient(model, plan);
  EXPECT_LE(fine.parts.size(), 17u);
  plan.shard_rows = 90;
  const BatchGradient whole = gradient(model, plan);
  const auto sum = [](const BatchGradient& all, std::size_t p) {
    torch::Tensor total;
    for (const auto& part : all.parts) {
      if (part[p].defined()) total = total.defined() ? total + part[p] : part[p];
    }
    return total;
  };
  for (std::size_t p = 0; p < whole.parts[0].size(); ++p) {
    const torch::Tensor expected = sum(whole, p);
    const double scale = expected.abs().max().item<double>();
    EXPECT_LT((sum(fine, p) - expected).abs().max().item<double>(), 1e-5 * scale);
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
