#include "contrastive/objective/loss.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/temperature.hpp"
#include "contrastive/options.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kFewRoundings;

torch::Tensor table(const std::vector<double>& values, std::int64_t rows) {
  return torch::tensor(values, at::kDouble).view({rows, -1});
}

/// Rows u, columns v.
torch::Tensor three_by_three() {
  return table({0.5, -1, 2, 0.25, 1, -0.5, 3, 0, -2}, 3);
}

double conditional_loss_of(const torch::Tensor& log_rho, double lambda_u, double lambda_v) {
  return conditional_loss(log_rho, lambda_u, lambda_v).item<double>();
}

TEST(Loss, equals_its_formula_by_hand) {
  const double a[3][3] = {{0.5, -1, 2}, {0.25, 1, -0.5}, {3, 0, -2}};
  double of_u = 0, of_v = 0;
  for (int i = 0; i < 3; ++i) {
    double column = 0, row = 0;
    for (int j = 0; j < 3; ++j) {
      column += std::exp(a[j][i]) / 3;  // over flows u, for trajectory i
      row += std::exp(a[i][j]) / 3;     // over trajectories v, for flow i
    }
    of_u -= (a[i][i] - std::log(column)) / 3;
    of_v -= (a[i][i] - std::log(row)) / 3;
  }
  EXPECT_NEAR(conditional_loss_of(three_by_three(), 2, 0), of_u, kFewRoundings);
  EXPECT_NEAR(conditional_loss_of(three_by_three(), 0, 2), of_v, kFewRoundings);
  EXPECT_NEAR(conditional_loss_of(three_by_three(), 1, 1), (of_u + of_v) / 2, kFewRoundings);
  EXPECT_NEAR(conditional_loss_of(three_by_three(), 0.5, 3), (0.5 * of_u + 3 * of_v) / 2,
              kFewRoundings);
  EXPECT_GT(std::abs(of_u - of_v), 0.01);  // the case tells the sides apart
}

TEST(Loss, lambda_u_asks_which_flow_belongs_to_a_trajectory) {
  // Column 0 (a trajectory) prefers its own flow; row 0 (a flow) prefers another trajectory.
  const torch::Tensor log_rho = table({10, 20, -30, 20}, 2);
  EXPECT_LT(conditional_loss_of(log_rho, 2, 0), conditional_loss_of(log_rho, 0, 2));
  EXPECT_GT(conditional_loss_of(log_rho.t(), 2, 0), conditional_loss_of(log_rho.t(), 0, 2));
}

TEST(Loss, two_sided_is_clips_cross_entropy_up_to_log_n) {
  const torch::Tensor log_rho = at::randn({40, 40}, at::kDouble);
  const torch::Tensor labels = at::arange(40);
  const torch::Tensor clip =
      (at::cross_entropy_loss(log_rho, labels) + at::cross_entropy_loss(log_rho.t(), labels)) / 2;
  EXPECT_NEAR(conditional_loss_of(log_rho, 1, 1), clip.item<double>() - std::log(40.0),
              lagoon::tests::kRoundingRelative);
}

TEST(Loss, gradient_equals_finite_differences) {
  torch::Tensor log_rho = three_by_three().requires_grad_();
  const auto gradient = torch::autograd::grad({conditional_loss(log_rho, 0.7, 1.6)}, {log_rho})[0];
  const double step = lagoon::tests::kDifferenceStep;
  const torch::NoGradGuard no_grad;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      torch::Tensor up = three_by_three(), down = three_by_three();
      up[i][j] += step;
      down[i][j] -= step;
      const double slope =
          (conditional_loss_of(up, 0.7, 1.6) - conditional_loss_of(down, 0.7, 1.6)) / (2 * step);
      EXPECT_NEAR(gradient[i][j].item<double>(), slope, lagoon::tests::kLossDifference);
    }
  }
}

TEST(Loss, each_side_is_blind_to_its_own_shift) {
  const torch::Tensor log_rho = three_by_three(), shift = table({5, -3, 1}, 3);
  // u|v compares flows of one trajectory: a constant for each column changes nothing; v|u: row.
  EXPECT_NEAR(conditional_loss_of(log_rho + shift.t(), 2, 0), conditional_loss_of(log_rho, 2, 0),
              kFewRoundings);
  EXPECT_NEAR(conditional_loss_of(log_rho + shift, 0, 2), conditional_loss_of(log_rho, 0, 2),
              kFewRoundings);
  EXPECT_GT(
      std::abs(conditional_loss_of(log_rho + shift, 2, 0) - conditional_loss_of(log_rho, 2, 0)),
      0.1);
  EXPECT_NEAR(conditional_loss_of(log_rho + 7, 1, 1), conditional_loss_of(log_rho, 1, 1),
              kFewRoundings);
}

TEST(Loss, a_constant_tilting_costs_nothing_and_large_scores_do_not_overflow) {
  EXPECT_NEAR(conditional_loss_of(at::full({5, 5}, 3.0, at::kDouble), 1, 1), 0, kFewRoundings);
  const torch::Tensor large = 1000 * at::eye(5, at::kDouble);
  EXPECT_NEAR(conditional_loss_of(large, 1, 1), -std::log(5.0), lagoon::tests::kRoundingRelative);
}

TEST(Loss, does_not_see_the_order_of_the_pairs) {
  const torch::Tensor log_rho = at::randn({20, 20}, at::kDouble);
  const torch::Tensor order = at::randperm(20);
  const torch::Tensor same = log_rho.index_select(0, order).index_select(1, order);
  EXPECT_NEAR(conditional_loss_of(same, 0.5, 1.5), conditional_loss_of(log_rho, 0.5, 1.5),
              lagoon::tests::kRoundingRelative);
  EXPECT_GT(std::abs(conditional_loss_of(log_rho.index_select(0, order), 1, 1) -
                     conditional_loss_of(log_rho, 1, 1)),
            1e-3);
}

TEST(Temperature, stays_between_its_bounds) {
  Temperature temperature(0.07, true);
  EXPECT_NEAR(temperature.value(), 0.07, 1e-8);
  torch::Tensor log_inverse = temperature.parameters()[0];
  const torch::NoGradGuard no_grad;
  log_inverse.fill_(50);
  temperature.clamp();
  EXPECT_NEAR(temperature.value(), kMinTemperature, 1e-8);
  EXPECT_NEAR(temperature.inverse().item<double>(), 1 / kMinTemperature, 1e-3);
  log_inverse.fill_(-50);
  temperature.clamp();
  EXPECT_NEAR(temperature.value(), kMaxTemperature, 1e-8);
}

TEST(Temperature, a_fixed_one_is_no_parameter) {
  EXPECT_EQ(Temperature(0.07, true).parameters().size(), 1u);
  EXPECT_EQ(Temperature(0.07, false).parameters().size(), 0u);
  EXPECT_EQ(Temperature(0.07, false).buffers().size(), 1u);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
