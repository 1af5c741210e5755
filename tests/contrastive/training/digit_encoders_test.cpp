// The encoders of [BST] 6.2: a LeNet and unit vectors, their losses, and what training keeps.
#include "contrastive/training/digit_encoders.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/encoders/lenet.hpp"
#include "contrastive/encoders/one_hot.hpp"
#include "contrastive/objective/objective.hpp"
#include "contrastive/threads.hpp"
#include "flow/error.hpp"
#include "tests/support/files.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using datasets::Digits;

torch::Tensor normals(at::IntArrayRef shape, std::uint64_t seed) {
  return WeightSource(seed).normal(shape, 1).to(at::kDouble);
}

/// In double precision, so that differences show.
LeNet double_lenet(std::int64_t n_out) {
  WeightSource weights(1);
  LeNet lenet(n_out, weights);
  lenet.to(at::kDouble);
  return lenet;
}

torch::Tensor some_images(std::int64_t n) {
  return normals({n, Digits::kPixels}, 2).abs().clamp_max(1);
}

using Map = std::vector<std::vector<double>>;

double at_or_zero(const Map& map, std::int64_t y, std::int64_t x) {
  const auto n = static_cast<std::int64_t>(map.size());
  return x < 0 || y < 0 || x >= n || y >= n
             ? 0
             : map[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
}

/// 5x5 filters over maps with a margin, the largest of every 2x2, ReLU: by its definition.
std::vector<Map> filtered(const std::vector<Map>& maps, const torch::Tensor& weight,
                          const torch::Tensor& bias, std::int64_t margin) {
  const auto w = weight.accessor<double, 4>();
  const auto n = static_cast<std::int64_t>(maps[0].size()) + 2 * margin - 4;
  std::vector<Map> result;
  for (std::int64_t c = 0; c < weight.size(0); ++c) {
    const auto response = [&](std::int64_t y, std::int64_t x) {
      double sum = bias[c].item<double>();
      for (std::size_t m = 0; m < maps.size(); ++m) {
        for (std::int64_t i = 0; i < 25; ++i) {
          sum += w[c][static_cast<std::int64_t>(m)][i / 5][i % 5] *
                 at_or_zero(maps[m], y + i / 5 - margin, x + i % 5 - margin);
        }
      }
      return sum;
    };
    Map pooled(static_cast<std::size_t>(n / 2),
               std::vector<double>(static_cast<std::size_t>(n / 2)));
    for (std::int64_t y = 0; y < n / 2; ++y) {
      for (std::int64_t x = 0; x < n / 2; ++x) {
        const double largest =
            std::max({response(2 * y, 2 * x), response(2 * y + 1, 2 * x),
                      response(2 * y, 2 * x + 1), response(2 * y + 1, 2 * x + 1)});
        pooled[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = std::max(0.0, largest);
      }
    }
    result.push_back(pooled);
  }
  return result;
}

TEST(LeNet, is_the_network_that_its_definition_says) {
  const torch::NoGradGuard no_grad;
  LeNet lenet = double_lenet(10);
  auto parameters = lenet.named_parameters();
  for (auto& item : parameters) {
    if (item.value().dim() == 1) item.value().copy_(0.1 * normals(item.value().sizes(), 3));
  }
  const torch::Tensor image = some_images(1);
  Map map(28, std::vector<double>(28));
  for (std::int64_t i = 0; i < Digits::kPixels; ++i) {
    map[static_cast<std::size_t>(i / 28)][static_cast<std::size_t>(i % 28)] =
        image[0][i].item<double>();
  }
  const auto edges = filtered({map}, parameters["edges_weight"], parameters["edges_bias"], 2);
  const auto strokes = filtered(edges, parameters["strokes_weight"], parameters["strokes_bias"], 0);
  std::vector<double> flat;
  for (const auto& stroke : strokes) {
    for (const auto& row : stroke) flat.insert(flat.end(), row.begin(), row.end());
  }
  ASSERT_EQ(flat.size(), 400u);
  torch::Tensor x = torch::tensor(flat, at::kDouble);
  for (const std::string layer : {"hidden", "last_hidden"}) {
    x = at::relu(at::mv(parameters[layer + ".weight"], x) + parameters[layer + ".bias"]);
  }
  EXPECT_LT((lenet.penultimate(image)[0] - x).abs().max().item<double>(),
            lagoon::tests::kLeNetSums);
  x = at::mv(parameters["output.weight"], x) + parameters["output.bias"];
  EXPECT_LT((lenet.forward(image)[0] - x).abs().max().item<double>(), lagoon::tests::kLeNetSums);
}

TEST(LeNet, has_the_published_number_of_parameters) {
  WeightSource weights(1);
  const LeNet lenet(10, weights);
  std::int64_t count = 0;
  for (const auto& parameter : lenet.parameters()) count += parameter.numel();
  EXPECT_EQ(count, 61706);  // LeNet-5 with whole connections
  EXPECT_EQ(lenet.forward(at::zeros({3, 784})).sizes(), at::IntArrayRef({3, 10}));
  EXPECT_EQ(lenet.penultimate(at::zeros({3, 784})).sizes(), at::IntArrayRef({3, 84}));
}

TEST(LeNet, gradients_are_those_of_differences) {
  LeNet lenet = double_lenet(4);
  const torch::Tensor images = some_images(3), direction = normals({3, 4}, 5);
  const auto value = [&] { return (lenet.forward(images) * direction).sum(); };
  const auto gradients = torch::autograd::grad({value()}, lenet.parameters());
  const torch::NoGradGuard no_grad;
  for (std::size_t p = 0; p < gradients.size(); ++p) {
    torch::Tensor parameter = lenet.parameters()[p];
    const torch::Tensor step = normals(parameter.sizes(), 7 + p);
    parameter.add_(step, lagoon::tests::kDifferenceStep);
    const double above = value().item<double>();
    parameter.sub_(step, 2 * lagoon::tests::kDifferenceStep);
    const double below = value().item<double>();
    parameter.add_(step, lagoon::tests::kDifferenceStep);
    const double slope = (above - below) / (2 * lagoon::tests::kDifferenceStep);
    const double expected = (gradients[p] * step).sum().item<double>();
    EXPECT_NEAR(slope, expected, lagoon::tests::kLeNetDifferenceRelative * std::abs(expected)) << p;
  }
}

TEST(OneHot, makes_the_inner_product_the_output_of_the_label) {
  const torch::Tensor z = normals({6, 10}, 3).to(at::kFloat);
  const torch::Tensor labels = torch::tensor({3, 3, 0, 9}, at::kLong);
  const torch::Tensor rho =
      log_rho(Tilting::inner_product, z, OneHot(10).forward(labels), at::ones({}));
  EXPECT_TRUE(at::equal(rho, z.index_select(1, labels)));
}

// ---------------------------------------------------------------- what the losses mean

constexpr std::int64_t kDigitBatch = 40;

struct LabelledBatch {
  torch::Tensor z = normals({kDigitBatch, 10}, 4);
  torch::Tensor labels = at::arange(kDigitBatch).square().remainder(10);

  double loss(double lambda_u, double lambda_v, const torch::Tensor& outputs) const {
    ObjectiveOptions options;
    options.lambda_u = lambda_u;
    options.lambda_v = lambda_v;
    EncodedBatch batch;
    batch.z_u = outputs;
    batch.z_v = at::one_hot(labels, 10).to(at::kDouble);
    return batch_loss(options, Tilting::inner_product, batch, at::ones({}, at::kDouble))
        .item<double>();
  }
};

TEST(DigitLosses, label_given_image_is_the_cross_entropy_of_shifted_outputs_less_the_entropy) {
  const LabelledBatch batch;
  torch::Tensor shares = at::one_hot(batch.labels, 10).to(at::kDouble).mean(0);
  const double entropy = -at::xlogy(shares, shares).sum().item<double>();
  const double cross_entropy =
      at::cross_entropy_loss(batch.z + shares.log(), batch.labels).item<double>();
  EXPECT_NEAR(batch.loss(0, 2, batch.z), cross_entropy - entropy, lagoon::tests::kFewRoundings);
}

TEST(DigitLosses, each_is_blind_to_its_own_shift) {
  const LabelledBatch batch;
  const torch::Tensor of_image = normals({kDigitBatch, 1}, 5), of_label = normals({1, 10}, 6);
  const auto change = [&](double lambda_u, double lambda_v, const torch::Tensor& shift) {
    return std::abs(batch.loss(lambda_u, lambda_v, batch.z + shift) -
                    batch.loss(lambda_u, lambda_v, batch.z));
  };
  EXPECT_LT(change(0, 2, of_image), lagoon::tests::kFewRoundings);
  EXPECT_LT(change(2, 0, of_label), lagoon::tests::kFewRoundings);
  EXPECT_GT(change(0, 2, of_label), 0.01);
  EXPECT_GT(change(2, 0, of_image), 0.01);
  EXPECT_GT(change(1, 1, of_image), 0.01);
  EXPECT_GT(change(1, 1, of_label), 0.01);
}

// ---------------------------------------------------------------- training

/// Label v: a bar at height 4 + 7 v, with grey noise.
Digits bars(std::int64_t n, std::int64_t n_labels) {
  Digits digits;
  digits.pixels.resize(static_cast<std::size_t>(n * Digits::kPixels));
  for (std::int64_t i = 0; i < n; ++i) {
    digits.labels.push_back(i % n_labels);
    for (std::int64_t p = 0; p < Digits::kPixels; ++p) {
      const bool ink = p / Digits::kSide / 4 == 1 + 2 * (i % n_labels);
      const auto noise = static_cast<std::uint8_t>((i * 31 + p * 17 + i * p) % 60);
      digits.pixels[static_cast<std::size_t>(i * Digits::kPixels + p)] = ink ? 255 - noise : noise;
    }
  }
  return digits;
}

TrainingOptions short_digit_training() {
  TrainingOptions options;
  options.optimizer = "adam";
  options.learning_rate = 3e-3;
  options.warmup_steps = 0;
  options.batch_size = 130;  // two shards, one of them small
  options.steps = 25;
  return options;
}

const auto kNoStop = [](const DigitStep&) { return false; };

TEST(DigitEncoder, learns_and_gives_the_same_bits_on_any_number_of_threads) {
  const Digits digits = bars(300, 3);
  auto options = short_digit_training();
  std::vector<double> losses;
  options.threads = 2;
  const auto encoder = DigitEncoder::train(digits, 3, options, [&](const DigitStep& step) {
    EXPECT_EQ(step.total_steps, 25);
    losses.push_back(step.loss);
    return false;
  });
  ASSERT_TRUE(encoder);
  ASSERT_EQ(losses.size(), 25u);
  EXPECT_LT(losses.back(), -std::log(3.0) + 0.1);
  options.threads = 1;
  const auto alone = DigitEncoder::train(digits, 3, options, kNoStop);
  EXPECT_EQ(encoder->logits(digits.pixels).values, alone->logits(digits.pixels).values);
  set_threads(0);
}

TEST(DigitEncoder, layers_have_their_shapes_and_rows_do_not_depend_on_their_block) {
  const Digits digits = bars(300, 3);
  auto options = short_digit_training();
  options.steps = 1;
  const auto encoder = DigitEncoder::train(digits, 3, options, kNoStop);
  const Embeddings logits = encoder->logits(digits.pixels);
  EXPECT_EQ(logits.n, 300);
  EXPECT_EQ(logits.dim, 3);
  EXPECT_EQ(encoder->penultimate(digits.pixels).dim, 84);
  const Embeddings last = encoder->logits(digits.image(299));
  for (std::size_t v = 0; v < 3; ++v) {
    EXPECT_NEAR(last.values[v], logits.row(299)[v], lagoon::tests::kFloatFeatures);
  }
}

TEST(DigitEncoder, stops_when_it_is_told) {
  int steps = 0;
  EXPECT_FALSE(
      DigitEncoder::train(bars(300, 3), 3, short_digit_training(), [&](const DigitStep& step) {
        ++steps;
        return step.step == 3;
      }));
  EXPECT_EQ(steps, 3);
}

TEST(DigitEncoder, is_saved_and_loaded_to_the_bit) {
  const lagoon::tests::TemporaryFolder folder;
  const Digits digits = bars(300, 3);
  const auto encoder = DigitEncoder::train(digits, 3, short_digit_training(), kNoStop);
  encoder->save(folder / "bars.safetensors", "bars");
  const auto loaded = DigitEncoder::load(folder / "bars.safetensors", 3, "bars");
  EXPECT_EQ(loaded.logits(digits.pixels).values, encoder->logits(digits.pixels).values);
  EXPECT_THROW(DigitEncoder::load(folder / "bars.safetensors", 3, "stripes"), Error);
  EXPECT_THROW(DigitEncoder::load(folder / "bars.safetensors", 4, "bars"), Error);
  EXPECT_THROW(DigitEncoder::load(folder / "none.safetensors", 3, "bars"), Error);
}

TEST(DigitEncoder, refuses_what_cannot_be) {
  const Digits digits = bars(300, 3);
  EXPECT_THROW(DigitEncoder::train(digits, 2, short_digit_training(), kNoStop), Error);
  auto options = short_digit_training();
  options.batch_size = 301;
  EXPECT_THROW(DigitEncoder::train(digits, 3, options, kNoStop), Error);
  options = short_digit_training();
  options.learning_rate = 1e9;
  EXPECT_THROW(DigitEncoder::train(digits, 3, options, kNoStop), Error);
  const auto encoder = DigitEncoder::train(digits, 3, short_digit_training(), kNoStop);
  EXPECT_THROW(encoder->logits(std::span(digits.pixels).first(100)), Error);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
