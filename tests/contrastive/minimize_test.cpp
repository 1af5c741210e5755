#include "contrastive/minimize.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using Eigen::VectorXd;
using lagoon::tests::kMinimumPlace;

VectorXd vector_of(std::initializer_list<double> values) {
  return Eigen::Map<const VectorXd>(values.begin(), static_cast<Eigen::Index>(values.size()));
}

/// Valleys along x_{2i+1} = x_{2i}^2 with their minimum at ones (Rosenbrock).
double valley(const VectorXd& x, VectorXd& gradient) {
  double value = 0;
  for (Eigen::Index i = 0; i + 1 < x.size(); i += 2) {
    const double across = x[i + 1] - x[i] * x[i], along = 1 - x[i];
    value += 100 * across * across + along * along;
    gradient[i] = -400 * across * x[i] - 2 * along;
    gradient[i + 1] = 200 * across;
  }
  return value;
}

SmoothFunction counted(const SmoothFunction& function, int& evaluations) {
  return [&evaluations, function](const VectorXd& x, VectorXd& gradient) {
    ++evaluations;
    return function(x, gradient);
  };
}

TEST(Minimize, finds_the_end_of_a_curved_valley) {
  for (const Eigen::Index n : {2, 10, 40}) {
    VectorXd start(n);
    for (Eigen::Index i = 0; i < n; ++i) start[i] = i % 2 == 0 ? -1.2 : 1;
    int evaluations = 0;
    const Minimum minimum = minimize(counted(valley, evaluations), start);
    EXPECT_TRUE(minimum.converged);
    EXPECT_LE(minimum.gradient_norm, 1e-8);
    EXPECT_LT((minimum.x - VectorXd::Ones(n)).norm(), kMinimumPlace);
    EXPECT_LT(evaluations, 100);
  }
}

TEST(Minimize, finds_the_centre_of_a_bowl_a_thousand_times_longer_than_wide) {
  const VectorXd curvature =
      VectorXd::LinSpaced(10, 0, 6).unaryExpr([](double power) { return std::pow(10, power); });
  const VectorXd centre = VectorXd::LinSpaced(10, -3, 3);
  const Minimum minimum = minimize(
      [&](const VectorXd& x, VectorXd& gradient) {
        gradient = curvature.cwiseProduct(x - centre);
        return (x - centre).dot(gradient) / 2;
      },
      VectorXd::Zero(10));
  EXPECT_TRUE(minimum.converged);
  EXPECT_LT((minimum.x - centre).norm(), kMinimumPlace);
}

// Near the minimum all values are equal to the last bit: slopes alone tell where it is.
TEST(Minimize, is_not_misled_by_the_rounding_of_values) {
  const Minimum minimum = minimize(
      [](const VectorXd& x, VectorXd& gradient) {
        gradient = (x.array() - 2).cube().matrix() + x - VectorXd::Constant(x.size(), 2);
        return 1e8 + (x.array() - 2).square().sum() / 2 + (x.array() - 2).pow(4).sum() / 4;
      },
      vector_of({7, -3, 2.5}));
  EXPECT_TRUE(minimum.converged);
  EXPECT_LT((minimum.x.array() - 2).matrix().norm(), kMinimumPlace);
}

TEST(Minimize, stays_inside_the_domain) {
  const auto function = [](const VectorXd& x, VectorXd& gradient) {
    gradient[0] = 1 - 1 / x[0];
    return x[0] > 0 ? x[0] - std::log(x[0]) : std::numeric_limits<double>::quiet_NaN();
  };
  for (const double start : {1e-6, 0.5, 1.0, 3.0, 1e6}) {
    const Minimum minimum = minimize(function, vector_of({start}));
    EXPECT_TRUE(minimum.converged) << start;
    EXPECT_NEAR(minimum.x[0], 1, kMinimumPlace) << start;
  }
  EXPECT_THROW(minimize(function, vector_of({-1})), Error);
}

TEST(Minimize, ends_at_once_where_it_starts_at_the_minimum) {
  int evaluations = 0;
  const Minimum minimum = minimize(counted(valley, evaluations), VectorXd::Ones(4));
  EXPECT_TRUE(minimum.converged);
  EXPECT_EQ(minimum.iterations, 0);
  EXPECT_EQ(evaluations, 1);
}

TEST(Minimize, says_when_there_is_no_minimum_or_no_time) {
  const Minimum slope = minimize(
      [](const VectorXd& x, VectorXd& gradient) {
        gradient[0] = -1;
        return -x[0];
      },
      vector_of({0}), {.max_iterations = 50});
  EXPECT_FALSE(slope.converged);
  EXPECT_LT(slope.value, -1e20);
  const Minimum kink = minimize(
      [](const VectorXd& x, VectorXd& gradient) {
        gradient[0] = x[0] < 0 ? -1 : 1;
        return std::abs(x[0]);
      },
      vector_of({1.7}));
  EXPECT_FALSE(kink.converged);
  EXPECT_LT(kink.value, kMinimumPlace);
  const Minimum hurried = minimize(valley, vector_of({-1.2, 1}), {.max_iterations = 3});
  EXPECT_FALSE(hurried.converged);
  EXPECT_EQ(hurried.iterations, 3);
  EXPECT_LT(hurried.value, 24.2);  // the start's
}

}  // namespace
}  // namespace lagoon::contrastive::tests
