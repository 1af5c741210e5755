// Linear encoders trained on Gaussian pairs, against the closed forms.
#include "contrastive/training/linear_encoders.hpp"

#include <set>

#include <gtest/gtest.h>

#include "contrastive/theory/optimal_tilts.hpp"
#include "contrastive/theory/sign_encoders.hpp"
#include "contrastive/threads.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using datasets::tests::error_of;
using lagoon::tests::kQuickFit;
using lagoon::tests::kQuickTemperature;

/// Two components each; the second ones of u and of v are noise.
GaussianPair data() {
  const Eigen::Matrix2d uu{{1.5, 0}, {0, 1}}, uv{{1, 0}, {0, 0}};
  return {Eigen::Vector2d::Zero(), Eigen::Vector2d::Zero(), uu, uv, uu};
}

/// `n` fresh pairs at each step.
DrawPairs fresh(const GaussianPair& pair, std::int64_t n) {
  return [law = joint(pair), n, n_u = pair.n_u(), n_v = pair.n_v()](std::int64_t step) {
    const flow::DrawKey key{7, flow::Purpose::train, static_cast<std::uint64_t>(step * n)};
    const Eigen::MatrixXf rows = draw(law, key, n).cast<float>();
    return PairRows{rows.leftCols(n_u), rows.rightCols(n_v)};
  };
}

LinearFitOptions quick(const std::string& tilting, const std::string& loss) {
  LinearFitOptions options;
  options.tilting = tilting;
  options.objective.loss = loss;
  options.steps = 300;
  options.learning_rate = 0.03;
  options.average_share = 0.5;
  return options;
}

void expect_near(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  ASSERT_EQ(a.rows(), b.rows());
  EXPECT_LT((a - b).cwiseAbs().maxCoeff(), kQuickFit) << a << "\nagainst\n" << b;
}

constexpr std::int64_t kLinearBatch = 512;

TEST(LinearEncoders, inner_product_finds_the_rank_one_optimum_of_each_loss) {
  const auto conditional =
      fit_linear_encoders(quick("inner_product", "conditional"), fresh(data(), kLinearBatch));
  expect_near(conditional.tilt.A, cosine_conditional(data(), 1).A);
  EXPECT_EQ(conditional.tilt.B.size(), 0);
  const auto whole =
      fit_linear_encoders(quick("inner_product", "joint"), fresh(data(), kLinearBatch));
  expect_near(whole.tilt.A, cosine_joint(data(), 1).A);
}

TEST(LinearEncoders, quadratic_finds_all_three_matrices) {
  const auto fit = fit_linear_encoders(quick("quadratic", "joint"), fresh(data(), kLinearBatch));
  const Tilt best = quadratic_joint(data(), 1);
  expect_near(fit.tilt.A, best.A);
  expect_near(fit.tilt.B, best.B);
  expect_near(fit.tilt.C, best.C);
}

TEST(LinearEncoders, tilt_is_of_log_rho_whatever_the_temperature) {
  auto options = quick("quadratic", "conditional");
  options.temperature = 2;
  options.embedding_dim = 2;
  const auto fit = fit_linear_encoders(options, fresh(data(), kLinearBatch));
  EXPECT_FLOAT_EQ(static_cast<float>(fit.temperature), 2);
  expect_near(fit.tilt.A, quadratic_two_sided(data(), 2).A);
  options.average_share = 0;
  const auto last = fit_linear_encoders(options, fresh(data(), kLinearBatch));
  const Tilt of_encoders = quadratic_tilt(last.encoders, data(), 2);
  expect_near(last.tilt.A, of_encoders.A);
  expect_near(last.tilt.C, of_encoders.C);
}

TEST(LinearEncoders, signs_are_given_and_the_temperature_is_found) {
  const auto one = [](double value) { return Eigen::MatrixXd::Constant(1, 1, value); };
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(1);
  const GaussianPair pair{zero, zero, one(1.5), one(1), one(1.5)};
  auto options = quick("cosine", "conditional");
  options.fixed = {one(1), one(1), {}, {}};
  options.learn_temperature = true;
  const auto fit = fit_linear_encoders(options, fresh(pair, kLinearBatch));
  EXPECT_NEAR(fit.temperature, SignEncoders::best_temperature(pair), kQuickTemperature);
  EXPECT_EQ(fit.encoders.G, one(1));
  EXPECT_EQ(fit.tilt.A.size(), 0);
}

TEST(LinearEncoders, every_tilting_and_loss_falls) {
  for (const char* tilting : {"cosine", "inner_product", "quadratic"}) {
    for (const char* loss : {"conditional", "joint", "conditional_mmd", "joint_mmd", "sigmoid"}) {
      auto options = quick(tilting, loss);
      options.embedding_dim = 2;
      options.steps = 1;
      const double first = fit_linear_encoders(options, fresh(data(), 128)).loss;
      options.steps = 60;
      EXPECT_LT(fit_linear_encoders(options, fresh(data(), 128)).loss, first)
          << tilting << ", " << loss;
    }
  }
}

TEST(LinearEncoders, second_batch_takes_every_other_draw) {
  auto options = quick("inner_product", "conditional");
  options.objective.negatives = "second_batch";
  options.steps = 10;
  std::set<std::int64_t> drawn;
  fit_linear_encoders(options, [&, draw = fresh(data(), 16)](std::int64_t step) {
    EXPECT_TRUE(drawn.insert(step).second) << step;
    return draw(step);
  });
  EXPECT_EQ(drawn.size(), 20U);
  EXPECT_EQ(*drawn.rbegin(), 19);
}

TEST(LinearEncoders, same_seed_same_bits_on_any_threads) {
  auto options = quick("inner_product", "conditional");
  options.steps = 20;
  set_threads(1);
  const auto a = fit_linear_encoders(options, fresh(data(), 64));
  set_threads(3);
  const auto b = fit_linear_encoders(options, fresh(data(), 64));
  EXPECT_EQ(a.encoders.G, b.encoders.G);
  EXPECT_EQ(a.tilt.A, b.tilt.A);
  options.seed = 1;
  EXPECT_NE(fit_linear_encoders(options, fresh(data(), 64)).encoders.G, a.encoders.G);
}

TEST(LinearEncoders, rate_falls_to_zero_in_its_share) {
  auto options = quick("inner_product", "conditional");
  options.steps = 40;
  options.average_share = 0;
  const auto moved = [&](double decay) {
    options.decay_share = decay;
    Eigen::MatrixXd before, after;
    options.steps = 40;
    after = fit_linear_encoders(options, fresh(data(), 64)).encoders.G;
    options.steps = 39;
    options.decay_share = 0;  // the same first 39 steps, if none of them decays
    before = fit_linear_encoders(options, fresh(data(), 64)).encoders.G;
    return (after - before).norm();
  };
  // A decay over the last two steps: full, then half the rate.
  EXPECT_NEAR(moved(2.0 / 40) / moved(0), 0.5, lagoon::tests::kHalfAStep);
}

TEST(LinearEncoders, an_epoch_sees_each_pair_once) {
  PairRows pairs{PairRows::Rows(10, 1), PairRows::Rows(10, 1)};
  for (int i = 0; i < 10; ++i) pairs.u(i, 0) = pairs.v(i, 0) = static_cast<float>(i);
  const auto batches = epoch_batches(pairs, 3, 5);
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    std::set<float> seen;
    for (std::int64_t step = 3 * epoch; step < 3 * epoch + 3; ++step) {
      const auto batch = batches(step);
      ASSERT_EQ(batch.u.rows(), 3);
      EXPECT_EQ(batch.u, batch.v);
      seen.insert(batch.u.data(), batch.u.data() + 3);
    }
    EXPECT_EQ(seen.size(), 9U);
  }
}

TEST(LinearEncoders, what_cannot_be_is_one_line) {
  PairRows pairs{PairRows::Rows(10, 1), PairRows::Rows(10, 1)};
  EXPECT_NE(error_of([&] { epoch_batches(pairs, 11, 0); }).find("10 pairs do not fill"),
            std::string::npos);
  const auto refused = [&](auto change) {
    auto options = quick("inner_product", "conditional");
    change(options);
    return error_of([&] { fit_linear_encoders(options, fresh(data(), 8)); });
  };
  EXPECT_NE(refused([](auto& o) { o.steps = 0; }), "");
  EXPECT_NE(refused([](auto& o) { o.learning_rate = 0; }), "");
  EXPECT_NE(refused([](auto& o) { o.decay_share = 2; }), "");
  EXPECT_NE(refused([](auto& o) { o.tilting = "euclid"; }).find("euclid"), std::string::npos);
  EXPECT_NE(refused([](auto& o) {
              o.fixed.G = o.fixed.H = Eigen::MatrixXd::Ones(1, 2);
            }).find("nothing to train"),
            std::string::npos);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
