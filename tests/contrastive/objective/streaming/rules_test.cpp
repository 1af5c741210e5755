#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/streaming/streaming.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/contrastive/objective/streaming/problems.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

// What the streaming sums take, what they refuse, and of what they give gradients.
namespace lagoon::contrastive::tests {
namespace {

using datasets::tests::error_of;
using lagoon::tests::kStreaming;

Problem small_problem() {
  return random_problem(130, 110, 20, 0.07);
}

TEST(StreamingRules, a_side_that_is_not_wanted_stays_undefined_and_changes_nothing) {
  const Problem problem = small_problem();
  const torch::Tensor u = problem.u.clone().requires_grad_();
  const LogMeanExps both = streaming_log_mean_exps({u, problem.v}, {});
  const LogMeanExps rows = streaming_log_mean_exps({u, problem.v}, {}, {.columns = false});
  const LogMeanExps columns = streaming_log_mean_exps({u, problem.v}, {}, {.rows = false});
  EXPECT_FALSE(rows.columns.defined());
  EXPECT_FALSE(columns.rows.defined());
  EXPECT_LT(relative_difference(rows.rows, both.rows), kStreaming);
  EXPECT_LT(relative_difference(columns.columns, both.columns), kStreaming);
  // Unwanted from the start, or left out of the loss: one gradient.
  const torch::Tensor a = torch::autograd::grad({rows.rows.sum()}, {u})[0];
  const torch::Tensor b = torch::autograd::grad({both.rows.sum()}, {u})[0];
  EXPECT_LT(relative_difference(a, b), kStreaming);
}

TEST(StreamingRules, a_factor_that_needs_no_gradient_gets_none) {
  const Problem problem = small_problem();
  const torch::Tensor u = problem.u.clone().requires_grad_();
  const torch::Tensor v = problem.v.clone().requires_grad_();
  const auto of_u = torch::autograd::grad({streaming_log_mean_exps({u, problem.v}, {}).rows.sum()},
                                          {u, v}, {}, false, false, true);
  const auto of_both =
      torch::autograd::grad({streaming_log_mean_exps({u, v}, {}).rows.sum()}, {u, v});
  EXPECT_TRUE(of_u[0].equal(of_both[0]));
  EXPECT_FALSE(of_u[1].defined());
  EXPECT_FALSE(streaming_log_mean_exps({problem.u, problem.v}, {}).rows.requires_grad());
}

TEST(StreamingRules, factors_of_sixteen_bits_are_multiplied_in_single_precision) {
  for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
    const Problem problem = random_problem(130, 110, 20, 0.01);
    const torch::Tensor u = problem.u.to(type).requires_grad_(), v = problem.v.to(type);
    const LogMeanExps sums = streaming_log_mean_exps({u, v}, {});
    const LogMeanExps wide = streaming_log_mean_exps({u.to(at::kFloat), v.to(at::kFloat)}, {});
    EXPECT_EQ(sums.rows.scalar_type(), at::kFloat);
    EXPECT_TRUE(sums.rows.equal(wide.rows));
    const torch::Tensor gradient = torch::autograd::grad({sums.rows.sum()}, {u})[0];
    EXPECT_EQ(gradient.scalar_type(), type);
  }
}

TEST(StreamingRules, factors_may_lie_in_memory_as_they_like) {
  const Problem problem = small_problem();
  const LogMeanExps expected = streaming_log_mean_exps({problem.u, problem.v}, {});
  const torch::Tensor u = at::cat({problem.u, problem.u}, 1).narrow(1, 0, 20);
  const torch::Tensor v = problem.v.t().contiguous().t();
  EXPECT_TRUE(streaming_log_mean_exps({u, v}, {}).rows.equal(expected.rows));
}

TEST(StreamingRules, gradients_reach_the_temperature_through_every_tilting) {
  const torch::Tensor z_u = normals({130, 6}, 61), z_v = normals({110, 6}, 62);
  const auto slope = [&](Tilting tilting, bool is_streaming, at::ScalarType type) {
    const torch::Tensor inverse = at::full({}, 3.0, type).requires_grad_();
    const torch::Tensor u = z_u.to(type), v = z_v.to(type);
    const LogMeanExps sums = is_streaming
                                 ? streaming_log_mean_exps(factors(tilting, u, v, inverse), {})
                                 : log_mean_exps(log_rho(tilting, u, v, inverse), {});
    return torch::autograd::grad({sums.rows.mean() + sums.columns.mean()}, {inverse})[0];
  };
  for (const Tilting tilting : kTiltings) {
    EXPECT_LT(
        relative_difference(slope(tilting, true, at::kFloat), slope(tilting, false, at::kDouble)),
        kStreaming);
  }
}

TEST(StreamingRules, there_is_no_second_derivative) {
  const Problem problem = small_problem();
  const torch::Tensor u = problem.u.clone().requires_grad_(), bias = at::zeros({}, at::kFloat);
  const auto differentiate = [&](const torch::Tensor& value) {
    torch::autograd::grad({value}, {u}, {}, true, /*create_graph=*/true);
  };
  const auto refusal = error_of([&] {
    differentiate(streaming_log_mean_exps({u, problem.v}, {}).rows.sum());
  });
  EXPECT_NE(refusal.find("no second derivative"), std::string::npos) << refusal;
  EXPECT_NE(error_of([&] {
              differentiate(streaming_softplus_mean({u, problem.v}, bias, {}));
            }).find("no second derivative"),
            std::string::npos);
}

TEST(StreamingRules, what_fits_not_is_refused) {
  const torch::Tensor u = at::ones({4, 3}, at::kFloat), v = at::ones({5, 3}, at::kFloat);
  const auto refuses = [](const Factors& factors, const Targets& targets, const char* words) {
    const std::string message = error_of([&] { streaming_log_mean_exps(factors, targets); });
    EXPECT_NE(message.find(words), std::string::npos) << message;
  };
  refuses({u, at::ones({5, 2}, at::kFloat)}, {}, "one width");
  refuses({u, at::ones({0, 3}, at::kFloat)}, {}, "a row at least");
  refuses({u[0], v}, {}, "one width");
  refuses({u, v.to(at::kDouble)}, {}, "type or device");
  refuses({u.to(at::kLong), v.to(at::kLong)}, {}, "floating-point");
  Targets targets;
  targets.excluded_rows = at::tensor({std::int64_t{1}});
  targets.excluded_columns = at::tensor({std::int64_t{5}});
  refuses({u, v}, targets, "a column is 5");
  targets.excluded_rows = at::zeros({5}, at::kLong);
  targets.excluded_columns = at::arange(5, at::kLong);
  refuses({u, v}, targets, "excluded entirely");
  EXPECT_NE(error_of([&] {
              streaming_softplus_mean({u, v}, at::zeros({2}), {});
            }).find("the bias has 2 numbers"),
            std::string::npos);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
