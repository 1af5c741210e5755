#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "contrastive/objective/streaming/streaming.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/contrastive/objective/streaming/problems.hpp"
#include "tests/support/tolerances.hpp"

// Scores of any size: nothing overflows, and no row is lost beside larger ones.
namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kStreaming;

void expect_agreement(const Problem& problem) {
  const Outcome streaming = outcome(problem, at::kFloat, streaming_normalizers(problem));
  const Outcome exact = outcome(problem, at::kDouble, plain_normalizers(problem));
  EXPECT_TRUE(at::isfinite(streaming.gradient_u).all().item<bool>());
  // Scores of thousands are rounded to units of 2^-24 of them.
  const double largest = at::mm(problem.u, problem.v.t()).abs().max().item<double>();
  EXPECT_LT(relative_difference(streaming, exact), std::max(kStreaming, largest * 0x1p-23))
      << problem.name << ", scores up to " << largest;
}

/// Row i of log_rho is row_shift_i + a few units, column j column_shift_j more.
Problem shifted(const torch::Tensor& row_shift, const torch::Tensor& column_shift) {
  Problem problem = random_problem(row_shift.size(0), column_shift.size(0), 14, 0.5);
  const torch::Tensor of_rows = at::stack({row_shift, at::ones_like(row_shift)}, 1);
  const torch::Tensor of_columns = at::stack({at::ones_like(column_shift), column_shift}, 1);
  problem.u = at::cat({problem.u, of_rows.to(at::kFloat)}, 1);
  problem.v = at::cat({problem.v, of_columns.to(at::kFloat)}, 1);
  problem.name = "shifted";
  return problem;
}

TEST(StreamingRange, a_row_far_below_the_others_keeps_its_normaliser) {
  // Powers of two, so that shifts add no rounding of their own; 2^10 is far beyond exp(88).
  for (const double step : {1.0, 16.0, 64.0, 1024.0}) {
    const torch::Tensor stairs = step * (at::arange(250, at::kDouble).remainder(7) - 3);
    const torch::Tensor none = at::zeros({230}, at::kDouble);
    const Problem problem = shifted(stairs, none);
    expect_agreement(problem);
    expect_agreement(shifted(none, stairs));
    // The law: a constant added to a row is added to its normaliser.
    const Problem level = shifted(at::zeros_like(stairs), none);
    const torch::Tensor moved =
        streaming_log_mean_exps({problem.u, problem.v}, {}).rows - stairs.to(at::kFloat);
    const torch::Tensor still = streaming_log_mean_exps({level.u, level.v}, {}).rows;
    EXPECT_LT((moved - still).abs().max().item<double>(), kStreaming * 3 * step + kStreaming);
  }
}

TEST(StreamingRange, rows_and_columns_on_different_stairs) {
  const torch::Tensor rows = 32 * (at::arange(250, at::kDouble).remainder(9) - 4);
  const torch::Tensor columns = -64 * at::arange(230, at::kDouble).remainder(5);
  expect_agreement(shifted(rows, columns));
}

TEST(StreamingRange, maxima_that_grow_from_tile_to_tile) {
  const torch::Tensor none = at::zeros({300}, at::kDouble);
  const torch::Tensor growing = 0.5 * at::arange(300, at::kDouble);
  expect_agreement(shifted(none, growing));
  expect_agreement(shifted(none, -growing));
  expect_agreement(shifted(growing, growing));
}

TEST(StreamingRange, what_is_no_number_shows) {
  Problem problem = random_problem(200, 150, 20, 0.07);
  problem.u[130][3] = std::numeric_limits<float>::quiet_NaN();
  const LogMeanExps sums = streaming_log_mean_exps({problem.u, problem.v}, {});
  EXPECT_TRUE(at::isnan(sums.columns).all().item<bool>());
  EXPECT_TRUE(std::isnan(sums.rows[130].item<float>()));
  EXPECT_EQ(at::isnan(sums.rows).sum().item<std::int64_t>(), 1);
  const torch::Tensor bias = at::zeros({}, at::kFloat);
  EXPECT_TRUE(std::isnan(streaming_softplus_mean({problem.u, problem.v}, bias, {}).item<float>()));
}

TEST(StreamingRange, excluded_pairs_may_be_anything) {
  // What is left out leaves no trace, though it is larger than all else.
  Problem problem = random_problem(200, 150, 20, 0.07);
  const LogMeanExps before = streaming_log_mean_exps({problem.u, problem.v}, {});
  problem.u = at::cat({problem.u, 1e4 * problem.v.narrow(0, 0, 1)});
  problem.targets.excluded_rows = at::full({149}, 200, at::kLong);
  problem.targets.excluded_columns = at::arange(149, at::kLong);
  const LogMeanExps after = streaming_log_mean_exps({problem.u, problem.v}, problem.targets);
  EXPECT_LT(relative_difference(after.rows.narrow(0, 0, 200), before.rows), kStreaming);
  EXPECT_LT(relative_difference(after.columns.narrow(0, 0, 149), before.columns.narrow(0, 0, 149)),
            kStreaming);
  expect_agreement(problem);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
