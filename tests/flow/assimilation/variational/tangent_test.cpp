#include <gtest/gtest.h>

#include "flow/assimilation/variational/kernels/instruction_sets.hpp"
#include "flow/assimilation/variational/trajectory_misfit.hpp"
#include "tests/flow/assimilation/variational/traced_flow.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using tests::Paths;
using tests::TracedFlow;

const TangentSteps kThreeSteps = {.steps_per_interval = 3};
const TangentSteps kCoarseSteps = {.steps = 37};

/// A control of about unit size, direction number i.
Eigen::VectorXd some_control(const ControlSpace& space, std::uint64_t i) {
  Eigen::VectorXd result(space.size());
  for (Eigen::Index c = 0; c < result.size(); ++c) {
    result[c] = normal_pair(3, Purpose::test, i, static_cast<std::uint32_t>(c))[0];
  }
  return result;
}

double largest_difference(const TangentTrajectories& a, const Paths& b) {
  return tests::largest_difference({a.x, a.y}, b);
}

TracedFlow staggered_twin(int max_wavenumber = 3) {
  return TracedFlow({.n_drifters = 5,
                     .n_times = 60,
                     .max_wavenumber = max_wavenumber,
                     .noise_percent = 5,
                     .missing_percent = 30,
                     .release_interval = 0.0123,
                     .mean_velocity_x = 0.5},
                    11);
}

TEST(TangentLinear, positions_are_those_of_integrate_fixed) {
  for (const int max_wavenumber : {1, 3, 5}) {
    const TracedFlow twin = staggered_twin(max_wavenumber);
    const ControlSpace space(twin.law);
    const auto found =
        tangent_trajectories(twin.law, space, kThreeSteps, space.control(twin.psi_hat));
    EXPECT_LT(largest_difference(found, tests::fixed_paths(twin.law, twin.psi_hat, 3)),
              tests::kSeparableSum);
  }
}

TEST(TangentLinear, coarse_positions_are_near_and_nearer_with_more_steps) {
  const TracedFlow twin = staggered_twin();
  const ControlSpace space(twin.law);
  const Paths fine = tests::fixed_paths(twin.law, twin.psi_hat, 20);
  const auto error = [&](int steps) {
    return largest_difference(
        tangent_trajectories(twin.law, space, {.steps = steps}, space.control(twin.psi_hat)), fine);
  };
  EXPECT_LT(error(100), tests::kCoarseSteps);
  EXPECT_GT(error(50) / error(100), 8);  // fourth order: 16
}

/// Of d positions in a direction: the tangent-linear's against central differences.
double tangent_error(const Law& law, const ControlSpace& space, const TangentSteps& steps) {
  const Eigen::VectorXd control = some_control(space, 0);
  const Eigen::VectorXd direction = some_control(space, 1);
  constexpr double kStep = 3e-6;  // its square's share of the third derivative is below 1e-7
  const auto at = tangent_trajectories(law, space, steps, control);
  const auto ahead = tangent_trajectories(law, space, steps, control + kStep * direction);
  const auto behind = tangent_trajectories(law, space, steps, control - kStep * direction);
  const Eigen::VectorXd dx = at.dx * direction;
  const Eigen::VectorXd dy = at.dy * direction;
  double largest = 0;
  for (std::size_t i = 0; i < at.x.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    largest = std::max({largest, std::abs((ahead.x[i] - behind.x[i]) / (2 * kStep) - dx[row]),
                        std::abs((ahead.y[i] - behind.y[i]) / (2 * kStep) - dy[row])});
  }
  return largest / std::max(dx.cwiseAbs().maxCoeff(), dy.cwiseAbs().maxCoeff());
}

TEST(TangentLinear, is_the_derivative_of_the_trajectories) {
  for (const int max_wavenumber : {1, 3, 5}) {
    const Law law = staggered_twin(max_wavenumber).law;
    for (const UnknownDrift drift : {UnknownDrift{}, {2, 1}, {2, kMostDriftTerms}}) {
      const ControlSpace space(law, drift);
      for (const TangentSteps& steps : {kThreeSteps, kCoarseSteps}) {
        EXPECT_LT(tangent_error(law, space, steps), tests::kRatioTest);
      }
    }
  }
}

// |x(c + e d) - x(c) - e x' d| falls as e^2.
TEST(TangentLinear, leaves_a_remainder_of_second_order) {
  const Law law = staggered_twin().law;
  const ControlSpace space(law);
  const Eigen::VectorXd control = some_control(space, 0);
  const Eigen::VectorXd direction = some_control(space, 1);
  const auto at = tangent_trajectories(law, space, kCoarseSteps, control);
  const Eigen::Map<const Eigen::VectorXd> x(at.x.data(), at.dx.rows());
  const auto remainder = [&](double e) {
    const auto moved = tangent_trajectories(law, space, kCoarseSteps, control + e * direction);
    const Eigen::Map<const Eigen::VectorXd> there(moved.x.data(), at.dx.rows());
    return (there - x - e * at.dx * direction).norm();
  };
  EXPECT_NEAR(remainder(1e-4) / remainder(1e-5), 100, 1);
}

class CostOfTracks : public testing::TestWithParam<bool> {
 protected:
  const TracedFlow twin_ = staggered_twin();
  const ControlSpace space_{twin_.law, 1.0};

  VariationalOptions options() const {
    VariationalOptions options;
    options.steps = GetParam() ? kThreeSteps : kCoarseSteps;
    options.background_weight = 0.7;
    return options;
  }
  VariationalCost cost(const Eigen::VectorXd& control) const {
    return variational_cost(twin_.law, space_, twin_.tracks(), options(), control);
  }
};

TEST_P(CostOfTracks, has_the_gradient_that_differences_have) {
  const Eigen::VectorXd control = 0.3 * some_control(space_, 0);
  for (const std::uint64_t i : {1, 2, 3}) {
    const Eigen::VectorXd direction = some_control(space_, i);
    constexpr double kStep = 1e-5;
    const double difference =
        (cost(control + kStep * direction).value - cost(control - kStep * direction).value) /
        (2 * kStep);
    EXPECT_NEAR(difference / cost(control).gradient.dot(direction), 1, tests::kRatioTest);
  }
}

// The slow way: every observed position with its derivatives, one after the other.
TEST_P(CostOfTracks, is_the_sum_over_observed_positions) {
  const Eigen::VectorXd control = some_control(space_, 0);
  const auto model = tangent_trajectories(twin_.law, space_, options().steps, control);
  const double variance = std::pow(twin_.law.observation_noise_std, 2);
  double value = 0.7 / 2 * control.squaredNorm();
  Eigen::VectorXd gradient = 0.7 * control;
  Eigen::MatrixXd hessian = 0.7 * Eigen::MatrixXd::Identity(space_.size(), space_.size());
  const auto add = [&](double departure, const Eigen::RowVectorXd& row) {
    value += departure * departure / (2 * variance);
    gradient -= departure / variance * row.transpose();
    hessian += row.transpose() * row / variance;
  };
  const std::size_t n_times = twin_.law.n_times();
  for (std::size_t i = 0; i < model.x.size(); ++i) {
    const bool is_released =
        twin_.law.times[i % n_times] > twin_.law.release_time[i / n_times] + 1e-9;
    if (!is_released || std::isnan(twin_.paths.x[i])) continue;
    add(twin_.paths.x[i] - model.x[i], model.dx.row(static_cast<Eigen::Index>(i)));
    add(twin_.paths.y[i] - model.y[i], model.dy.row(static_cast<Eigen::Index>(i)));
  }
  const VariationalCost found = cost(control);
  EXPECT_NEAR(found.value / value, 1, tests::kNormalEquations);
  EXPECT_LT((found.gradient - gradient).norm() / gradient.norm(), tests::kNormalEquations);
  EXPECT_LT((found.hessian - hessian).norm() / hessian.norm(), tests::kNormalEquations);
}

INSTANTIATE_TEST_SUITE_P(Steps, CostOfTracks, testing::Bool(), [](const auto& of_test) {
  return of_test.param ? "of_the_law" : "coarse";
});

TEST(VariationalKernels, every_instruction_set_gives_the_same_bits) {
  for (const int max_wavenumber : {1, 3, 4}) {
    const TracedFlow twin = staggered_twin(max_wavenumber);
    const ControlSpace space(twin.law, 1.0);
    const variational::ObservedSteps observed(
        twin.law, variational::make_steps(twin.law, {.steps = 20}), twin.tracks());
    const Eigen::VectorXd control = some_control(space, 0);
    const auto misfit_by = [&](const variational::Kernel& kernel) {
      return variational::TrajectoryMisfit(kernel, twin.law, space, observed).linearised(control);
    };
    const variational::Misfit expected = misfit_by(variational::base::kKernel);
    for (const variational::Kernel* kernel : variational::available_kernels()) {
      const variational::Misfit found = misfit_by(*kernel);
      EXPECT_EQ(found.value, expected.value) << kernel->name;
      EXPECT_EQ(found.gradient, expected.gradient) << kernel->name;
      EXPECT_EQ(found.normal, expected.normal) << kernel->name;
    }
  }
}

TEST(TangentLinear, a_drifter_stays_where_it_is_until_its_release) {
  const TracedFlow twin = staggered_twin();
  const ControlSpace space(twin.law);
  const auto found = tangent_trajectories(twin.law, space, kCoarseSteps, some_control(space, 0));
  const std::size_t last = 4 * twin.law.n_times();  // released at 0.0492
  EXPECT_EQ(found.x[last + 20], twin.law.release_x[4]);
  EXPECT_EQ(found.dx.row(static_cast<Eigen::Index>(last + 20)).norm(), 0);
  EXPECT_GT(found.dx.row(static_cast<Eigen::Index>(last + 50)).norm(), 0);
}

}  // namespace
}  // namespace lagoon::flow
