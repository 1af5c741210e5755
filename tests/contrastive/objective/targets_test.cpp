#include "contrastive/objective/targets.hpp"

#include <gtest/gtest.h>

#include "contrastive/objective/log_mean_exps.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kRoundingRelative;

torch::Tensor list(const std::vector<std::int64_t>& values) {
  return torch::tensor(values, at::kLong);
}

Targets pairs(const torch::Tensor& rows, const torch::Tensor& columns) {
  Targets targets;
  targets.rows = rows;
  targets.columns = columns;
  return targets;
}

std::string refusal(const Targets& targets, std::int64_t n_rows = 4, std::int64_t n_columns = 3) {
  return datasets::tests::error_of([&] { require_valid(targets, n_rows, n_columns); });
}

void expect_refused(const Targets& targets, const char* words) {
  const std::string message = refusal(targets);
  EXPECT_NE(message.find(words), std::string::npos) << message;
}

TEST(Targets, good_ones_are_taken) {
  EXPECT_NO_THROW(require_valid({}, 5, 5));
  EXPECT_NO_THROW(require_valid(Targets::diagonal(3), 4, 3));
  EXPECT_NO_THROW(require_valid(several_positives(6), 6, 6));
  EXPECT_NO_THROW(require_valid(with_exclusions(6), 6, 6));
}

TEST(Targets, bad_ones_are_refused_with_what_is_wrong) {
  expect_refused({}, "diagonal of 4 rows and 3 columns");
  expect_refused(pairs(list({0, 1}), list({0})), "as many columns as rows");
  expect_refused(pairs(list({0, 1}), {}), "as many columns as rows");
  expect_refused(pairs(list({0, 4}), list({0, 1})), "a row is 4");
  expect_refused(pairs(list({0, 1}), list({0, -1})), "a column is -1");
  expect_refused(pairs(list({2, 2}), list({1, 1})), "name one twice");
  expect_refused(pairs(list({}), list({})), "no positive pair");
  Targets targets = Targets::diagonal(3);
  targets.weights = at::ones({2}, at::kDouble);
  expect_refused(targets, "2 weights of 3 pairs");
  targets.weights = torch::tensor({1.0, -1.0, 1.0}, at::kDouble);
  expect_refused(targets, "negative");
  targets.weights = at::zeros({3}, at::kDouble);
  expect_refused(targets, "all are 0");
  targets = Targets::diagonal(3);
  targets.excluded_rows = list({1, 1, 1});
  targets.excluded_columns = list({0, 1, 2});
  expect_refused(targets, "excluded entirely");
}

TEST(Targets, means_leave_out_what_is_excluded) {
  const torch::Tensor log_rho = torch::tensor({{0.0, 1.0}, {2.0, 3.0}, {4.0, 5.0}}, at::kDouble);
  Targets targets;
  targets.excluded_rows = list({0, 2});
  targets.excluded_columns = list({1, 0});
  const LogMeanExps means = log_mean_exps(log_rho, targets);
  const torch::Tensor e = log_rho.exp();
  const torch::Tensor rows = at::stack({e[0][0], (e[1][0] + e[1][1]) / 2, e[2][1]}).log();
  const torch::Tensor columns = at::stack({(e[0][0] + e[1][0]) / 2, (e[1][1] + e[2][1]) / 2}).log();
  EXPECT_LT((means.rows - rows).abs().max().item<double>(), kRoundingRelative);
  EXPECT_LT((means.columns - columns).abs().max().item<double>(), kRoundingRelative);
  const torch::Tensor all = (e[0][0] + e[1][0] + e[1][1] + e[2][1]) / 4;
  EXPECT_NEAR(log_mean_exp_of_all(means.rows, targets, 2).exp().item<double>(), all.item<double>(),
              100 * kRoundingRelative);
}

TEST(Targets, unwanted_sides_are_not_computed) {
  const LogMeanExps means = log_mean_exps(normals({3, 4}, 1), {}, {.rows = false});
  EXPECT_FALSE(means.rows.defined());
  EXPECT_EQ(means.columns.size(0), 4);
}

TEST(Targets, softplus_keeps_the_digits_of_double_precision) {
  const torch::Tensor x = torch::tensor({-750.0, -30.0, 0.0, 25.0, 90.0, 750.0}, at::kDouble);
  const std::vector<double> exact = {
      0, 9.3576229688393e-14, 0.693147180559945309, 25.0000000000138879, 90, 750};
  for (std::int64_t i = 0; i < x.numel(); ++i) {
    const double value = exact_softplus(x)[i].item<double>();
    EXPECT_NEAR(value, exact[static_cast<std::size_t>(i)], 1e-15 * (1 + value));
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
