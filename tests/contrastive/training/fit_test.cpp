#include "contrastive/training/fit.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "contrastive/encoders/lenet.hpp"
#include "contrastive/encoders/mlp.hpp"
#include "contrastive/encoders/one_hot.hpp"
#include "contrastive/theory/optimal_tilts.hpp"
#include "contrastive/threads.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using datasets::tests::error_of;

std::shared_ptr<Temperature> fixed_temperature(double value) {
  return std::make_shared<Temperature>(value, false, 0.01, 100);
}

Model linear_model(Tilting tilting, double temperature = 1) {
  WeightSource weights(1);
  auto u = std::make_shared<LinearEncoder>(2, 2, weights);
  auto v = std::make_shared<LinearEncoder>(2, 2, weights);
  return Model(std::move(u), std::move(v), tilting, fixed_temperature(temperature));
}

TrainingOptions quick(double learning_rate) {
  TrainingOptions options;
  options.optimizer = "adam";
  options.learning_rate = learning_rate;
  options.warmup_steps = 0;
  return options;
}

/// Batch `index` of pairs of two coordinates whose first ones have variance 1.5 and covariance 1
/// ([BST] Figure 1), the second ones nothing to do with each other.
PairBatch planar_pairs(std::int64_t index, std::int64_t n) {
  WeightSource draws(static_cast<std::uint64_t>(100 + index));
  const torch::Tensor shared = draws.normal({n, 1}, 1);
  const auto own = [&] { return shared + draws.normal({n, 1}, std::sqrt(0.5)); };
  const torch::Tensor u = own(), v = own();
  return {at::cat({u, draws.normal({n, 1}, 1)}, 1), at::cat({v, draws.normal({n, 1}, 1)}, 1)};
}

/// What a planar fit of 400 steps ends in: A of the tilting.
torch::Tensor fitted_a(const Model& model) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor unit = at::eye(2), zero = at::zeros({1, 2});
  const torch::Tensor g = model.u().forward(unit) - model.u().forward(zero);
  const torch::Tensor h = model.v().forward(unit) - model.v().forward(zero);
  return at::mm(g, h.t()) * model.temperature().inverse();
}

TEST(Fit, finds_the_closed_form_of_a_gaussian_pair) {
  const Eigen::Matrix2d uv{{1, 0}, {0, 0}}, uu{{1.5, 0}, {0, 1}};
  const GaussianPair pair{Eigen::Vector2d::Zero(), Eigen::Vector2d::Zero(), uu, uv, uu};
  const Tilt optimum = cosine_conditional(pair, 2);
  EXPECT_NEAR(optimum.A(0, 0), 4.0 / 9, lagoon::tests::kFewRoundings);
  for (const char* negatives : {"in_batch", "second_batch"}) {
    Model model = linear_model(Tilting::inner_product);
    TrainingOptions options = quick(3e-2);
    options.objective.negatives = negatives;
    fit(model, options, 400, [](std::int64_t index) { return planar_pairs(index, 512); });
    const torch::Tensor a = fitted_a(model);
    for (int i = 0; i < 2; ++i) {
      for (int j = 0; j < 2; ++j) {
        EXPECT_NEAR(a[i][j].item<double>(), optimum.A(i, j), lagoon::tests::kQuickFit)
            << negatives << " " << i << " " << j;
      }
    }
  }
}

TEST(Fit, learns_a_temperature_above_one_and_nothing_else) {
  // Encoders of sign alone: the best temperature is that of [BST] section 5.3, tanh(1/t) =
  // 2/pi asin(2/3).
  const auto signs = [](std::int64_t index) {
    const PairBatch batch = planar_pairs(index, 512);
    return PairBatch{batch.u.slice(1, 0, 1).sign(), batch.v.slice(1, 0, 1).sign()};
  };
  const auto temperature = std::make_shared<Temperature>(1, true, 0.01, 100);
  Model model(std::make_shared<IdentityEncoder>(), std::make_shared<IdentityEncoder>(),
              Tilting::cosine, temperature);
  fit(model, quick(2e-2), 200, signs);
  EXPECT_NEAR(temperature->value(), 1.987639, lagoon::tests::kQuickTemperature);
}

TEST(Fit, draws_a_second_batch_where_one_is_asked_for) {
  for (const bool second : {false, true}) {
    Model model = linear_model(Tilting::quadratic);
    TrainingOptions options = quick(1e-3);
    options.objective.negatives = second ? "second_batch" : "in_batch";
    std::vector<std::int64_t> drawn;
    fit(model, options, 3, [&](std::int64_t index) {
      drawn.push_back(index);
      return planar_pairs(index, 16);
    });
    EXPECT_EQ(drawn, second ? std::vector<std::int64_t>({0, 1, 2, 3, 4, 5})
                            : std::vector<std::int64_t>({0, 1, 2}));
  }
}

TEST(Fit, tells_each_step_and_shows_the_weights_it_leaves) {
  Model model = linear_model(Tilting::inner_product);
  const torch::Tensor weight = model.parameters()[0];
  std::vector<torch::Tensor> seen = {weight.detach().clone()};
  std::int64_t step = 0;
  fit(
      model, quick(1e-2), 4, [](std::int64_t index) { return planar_pairs(index, 16); },
      [&](const FitRecord& record) {
        EXPECT_EQ(record.step, ++step);
        EXPECT_EQ(record.total_steps, 4);
        EXPECT_TRUE(std::isfinite(record.loss()));
        EXPECT_DOUBLE_EQ(record.model.temperature().value(), 1);
        EXPECT_FALSE(at::equal(weight, seen.back()));
        seen.push_back(weight.detach().clone());
      });
  EXPECT_EQ(step, 4);
  EXPECT_TRUE(at::equal(weight, seen.back()));
}

TEST(Fit, does_not_depend_on_threads) {
  std::vector<torch::Tensor> ends;
  for (const int threads : {1, 3}) {
    set_threads(threads);
    Model model = linear_model(Tilting::quadratic);
    fit(model, quick(1e-2), 5, [](std::int64_t index) { return planar_pairs(index, 3000); });
    ends.push_back(model.parameters()[0].detach().clone());
  }
  set_threads(0);
  EXPECT_TRUE(at::equal(ends[0], ends[1]));
}

TEST(Fit, takes_images_and_labels) {
  // Images of one bright half, label 0 or 1: told apart in a few steps. Labels repeat in a batch.
  const auto draw = [](std::int64_t index) {
    torch::Tensor images = at::zeros({200, 28, 28});
    images.narrow(0, 0, 100).narrow(1, 0, 14).fill_(1);
    images.narrow(0, 100, 100).narrow(1, 14, 14).fill_(1);
    const torch::Tensor noise =
        WeightSource(static_cast<std::uint64_t>(index)).normal({200, 784}, 0.1);
    return PairBatch{images.flatten(1) + noise, at::arange(200, at::kLong).div(100, "floor")};
  };
  WeightSource weights(3);
  Model model(std::make_shared<LeNet>(2, weights), std::make_shared<OneHot>(2),
              Tilting::inner_product, fixed_temperature(1));
  TrainingOptions options = quick(1e-3);
  options.objective.lambda_u = 0;
  options.objective.lambda_v = 2;
  double loss = 0;
  fit(model, options, 15, draw, [&](const FitRecord& record) { loss = record.loss(); });
  EXPECT_LT(loss, 0.9 * -std::log(2.0));  // the least possible is -log 2
}

TEST(Fit, takes_several_positives) {
  // Three u for each v.
  WeightSource draws(5);
  const torch::Tensor v = draws.normal({40, 2}, 1);
  Targets targets;
  targets.rows = at::arange(120, at::kLong);
  targets.columns = at::arange(40, at::kLong).repeat(3);
  const torch::Tensor u = v.repeat({3, 1}) + draws.normal({120, 2}, 0.3);
  Model model = linear_model(Tilting::quadratic);
  std::vector<double> losses;
  fit(
      model, quick(3e-2), 60,
      [&](std::int64_t) {
        return PairBatch{u, v, targets};
      },
      [&](const FitRecord& record) { losses.push_back(record.loss()); });
  EXPECT_LT(losses.back(), losses.front() - 0.5);
}

TEST(Fit, a_loss_that_is_not_finite_ends_it) {
  Model model = linear_model(Tilting::inner_product);
  TrainingOptions options = quick(1e-2);
  options.log_every = 2;
  const auto draw = [](std::int64_t index) {
    PairBatch batch = planar_pairs(index, 16);
    if (index == 4) batch.u[0][0] = std::numeric_limits<float>::quiet_NaN();
    return batch;
  };
  const std::string error = error_of([&] { fit(model, options, 100, draw); });
  EXPECT_NE(error.find("not finite at step 5: give a lower learning rate"), std::string::npos)
      << error;
}

TEST(Fit, what_cannot_be_is_refused) {
  const auto draw = [](std::int64_t index) { return planar_pairs(index, 16); };
  Model model = linear_model(Tilting::inner_product);
  EXPECT_NE(error_of([&] { fit(model, {}, 0, draw); }).find("total_steps is 0"), std::string::npos);
  TrainingOptions options;
  options.objective.loss = "hinge";
  EXPECT_NE(error_of([&] { fit(model, options, 1, draw); }).find("'hinge'"), std::string::npos);
  EXPECT_NE(error_of([&] {
              fit(model, {}, 1, [](std::int64_t) { return PairBatch{}; });
            }).find("batch 0 has no rows"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              fit(model, {}, 1, [](std::int64_t) {
                return PairBatch{at::ones({3, 2}), at::ones({4, 2})};
              });
            }).find("3 rows and 4 columns"),
            std::string::npos);
  Model fixed(std::make_shared<IdentityEncoder>(), std::make_shared<IdentityEncoder>(),
              Tilting::cosine, fixed_temperature(1));
  EXPECT_NE(error_of([&] { fit(fixed, {}, 1, draw); }).find("nothing to train"), std::string::npos);
}

TEST(Temperature, takes_bounds_of_its_own) {
  Temperature temperature(2, true, 0.5, 4);
  const torch::NoGradGuard no_grad;
  temperature.parameters()[0].fill_(10);
  temperature.clamp();
  EXPECT_NEAR(temperature.value(), 0.5, lagoon::tests::kFloatFeatures);
  temperature.parameters()[0].fill_(-10);
  temperature.clamp();
  EXPECT_NEAR(temperature.value(), 4, lagoon::tests::kFloatFeatures);
  EXPECT_NE(error_of([] { Temperature(2, true); }).find("give a number from 0.01"),
            std::string::npos);
  EXPECT_ANY_THROW(Temperature(0, true, 0, 1));
}

}  // namespace
}  // namespace lagoon::contrastive::tests
