#include "flow/assimilation/variational/variational.hpp"

#include <functional>
#include <numbers>
#include <string>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/flow/assimilation/variational/traced_flow.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using tests::Coefficients;
using tests::TracedFlow;

const TangentSteps kOneStep = {.steps_per_interval = 1};

VariationalOptions without_background() {
  VariationalOptions options;
  options.steps = kOneStep;
  options.background_weight = 0;
  return options;
}

double psi_error(const TracedFlow& twin, const ControlSpace& space,
                 const VariationalResult& result) {
  return tests::field_error(twin.law, space.psi_hat(result.posterior.mean), twin.psi_hat);
}

std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Variational, exact_positions_give_the_flow) {
  const TracedFlow twin({.n_drifters = 16, .n_times = 200}, 1);
  const ControlSpace space(twin.law);
  const auto result = assimilate_variational(twin.law, space, twin.tracks(), without_background());
  EXPECT_TRUE(result.converged);
  EXPECT_LT(psi_error(twin, space, result), tests::kNoiseFreeFlow);
  const double condition_number =
      variational_diagnostics(twin.law, space, twin.tracks(), without_background(),
                              result.posterior.mean)
          .condition_number;
  EXPECT_GT(condition_number, 100);
  EXPECT_LT(condition_number, 1e6);
}

TEST(Variational, positions_rounded_to_float_nearly_do) {
  TracedFlow twin({.n_drifters = 16, .n_times = 200}, 2);
  for (auto* positions : {&twin.paths.x, &twin.paths.y}) {
    for (double& position : *positions) position = static_cast<float>(position);
  }
  const ControlSpace space(twin.law);
  const auto result = assimilate_variational(twin.law, space, twin.tracks(), without_background());
  EXPECT_TRUE(result.converged);
  EXPECT_LT(psi_error(twin, space, result), tests::kNoiseFreeFlowInFloat);
}

TEST(Variational, gaps_and_later_releases_are_no_obstacle) {
  const TracedFlow twin(
      {.n_drifters = 24, .n_times = 150, .missing_percent = 40, .release_interval = 0.0017}, 3);
  const ControlSpace space(twin.law);
  const auto result = assimilate_variational(twin.law, space, twin.tracks(), without_background());
  EXPECT_TRUE(result.converged);
  EXPECT_LT(psi_error(twin, space, result), tests::kNoiseFreeFlow);
}

TEST(Variational, an_unknown_mean_velocity_is_found) {
  const TracedFlow twin(
      {.n_drifters = 16, .n_times = 200, .mean_velocity_x = 1, .mean_velocity_y = -2}, 4);
  Law without = twin.law;
  without.mean_velocity = {};
  const ControlSpace space(without, 1.5);
  const auto result = assimilate_variational(without, space, twin.tracks(), without_background());
  EXPECT_TRUE(result.converged);
  EXPECT_LT(psi_error(twin, space, result), tests::kNoiseFreeFlow);
  const Eigen::Vector2d found = 1.5 * result.posterior.mean.tail<2>();
  EXPECT_LT((found - Eigen::Vector2d(1, -2)).norm(), tests::kNoiseFreeFlow);
}

TEST(Variational, a_known_mean_velocity_is_no_obstacle) {
  const TracedFlow twin({.n_drifters = 16, .n_times = 200, .mean_velocity_x = 3}, 5);
  const ControlSpace space(twin.law);
  const auto result = assimilate_variational(twin.law, space, twin.tracks(), without_background());
  EXPECT_LT(psi_error(twin, space, result), tests::kNoiseFreeFlow);
}

class NoisyTracks : public testing::Test {
 protected:
  const TracedFlow twin_{{.n_drifters = 6, .n_times = 300, .noise_percent = 5}, 6};
  const ControlSpace space_{twin_.law};
  const VariationalResult result_ = assimilate_variational(twin_.law, space_, twin_.tracks());

  VariationalCost cost_at(const Eigen::VectorXd& control) const {
    return variational_cost(twin_.law, space_, twin_.tracks(), {}, control);
  }
};

TEST_F(NoisyTracks, the_mode_is_a_minimum_that_the_truth_does_not_beat) {
  EXPECT_TRUE(result_.converged);
  EXPECT_LT(result_.cost, cost_at(space_.control(twin_.psi_hat)).value);
  const VariationalCost there = cost_at(result_.posterior.mean);
  EXPECT_EQ(there.value, result_.cost);
  // What another Newton step would gain.
  const double decrement = there.gradient.dot(result_.posterior.covariance * there.gradient) / 2;
  EXPECT_LT(decrement, tests::kNewtonDecrement);
}

TEST_F(NoisyTracks, the_search_from_the_truth_ends_there_too) {
  VariationalOptions options;
  options.start = VariationalStart::given;
  options.given = space_.control(twin_.psi_hat);
  const auto other = assimilate_variational(twin_.law, space_, twin_.tracks(), options);
  EXPECT_NEAR(other.cost, result_.cost, tests::kSameOptimum);
}

TEST_F(NoisyTracks, the_law_of_the_result_is_the_inverse_of_the_hessian) {
  const Eigen::MatrixXd& covariance = result_.posterior.covariance;
  const Eigen::MatrixXd hessian = cost_at(result_.posterior.mean).hessian;
  const auto n = covariance.rows();
  EXPECT_EQ(covariance, covariance.transpose());
  EXPECT_EQ(Eigen::LLT<Eigen::MatrixXd>(covariance).info(), Eigen::Success);
  EXPECT_LT((hessian * covariance - Eigen::MatrixXd::Identity(n, n)).cwiseAbs().maxCoeff(),
            tests::kInverseOfHessian);
  EXPECT_LT(covariance.diagonal().maxCoeff(), 1 + tests::kInverseOfHessian);  // the prior's
  const Eigen::LLT<Eigen::MatrixXd> factor(hessian);
  const double half_log_determinant = factor.matrixLLT().diagonal().array().log().sum();
  const double information =
      variational_diagnostics(twin_.law, space_, twin_.tracks(), {}, result_.posterior.mean)
          .information;
  EXPECT_NEAR(information, half_log_determinant, tests::kInverseOfHessian * half_log_determinant);
}

TEST_F(NoisyTracks, the_torus_and_the_order_of_drifters_do_not_matter) {
  Law law = twin_.law;
  tests::Paths paths = twin_.paths;
  const std::size_t n = law.n_drifters();
  const std::size_t n_times = law.n_times();
  for (std::size_t p = 0; p < n; ++p) {
    law.release_x[p] = twin_.law.release_x[n - 1 - p] + 2;
    law.release_y[p] = twin_.law.release_y[n - 1 - p] - 3;
    for (std::size_t j = 0; j < n_times; ++j) {
      paths.x[p * n_times + j] = twin_.paths.x[(n - 1 - p) * n_times + j] + 2;
      paths.y[p * n_times + j] = twin_.paths.y[(n - 1 - p) * n_times + j] - 3;
    }
  }
  const auto other = assimilate_variational(law, space_, {paths.x, paths.y});
  EXPECT_LT((other.posterior.mean - result_.posterior.mean).norm(), tests::kSameMode);
}

TEST_F(NoisyTracks, in_a_shifted_flow_the_waves_turn) {
  constexpr double kShift = 0.3;
  Law law = twin_.law;
  tests::Paths paths = twin_.paths;
  for (double& x : law.release_x) x += kShift;
  for (double& x : paths.x) x += kShift;
  const auto other = assimilate_variational(law, space_, {paths.x, paths.y});
  Coefficients expected = space_.psi_hat(result_.posterior.mean);
  for (std::size_t m = 0; m < expected.size(); ++m) {
    expected[m] *= std::polar(1.0, -2 * std::numbers::pi * law.modes.k[m] * kShift);
  }
  EXPECT_NEAR(other.cost, result_.cost, tests::kSameOptimum);
  EXPECT_LT((other.posterior.mean - space_.control(expected)).norm(), tests::kSameMode);
}

TEST_F(NoisyTracks, a_lost_drifter_is_as_one_that_never_was) {
  Law fewer = twin_.law;
  for (auto* field : {&fewer.release_x, &fewer.release_y, &fewer.release_time}) field->pop_back();
  tests::Paths paths = twin_.paths;
  const std::size_t kept = fewer.n_drifters() * fewer.n_times();
  std::fill(paths.x.begin() + static_cast<std::ptrdiff_t>(kept), paths.x.end(), std::nan(""));
  const auto lost = assimilate_variational(twin_.law, space_, {paths.x, paths.y});
  paths.x.resize(kept);
  paths.y.resize(kept);
  const auto absent = assimilate_variational(fewer, space_, {paths.x, paths.y});
  EXPECT_EQ(lost.posterior.mean, absent.posterior.mean);
  EXPECT_EQ(lost.posterior.covariance, absent.posterior.covariance);
}

TEST_F(NoisyTracks, a_strong_background_leaves_the_prior) {
  VariationalOptions options;
  options.background_weight = 1e12;
  const auto result = assimilate_variational(twin_.law, space_, twin_.tracks(), options);
  EXPECT_LT(result.posterior.mean.norm(), 1e-4);
}

TEST(Variational, one_drifter_leaves_directions_unseen) {
  const TracedFlow twin({.n_drifters = 1, .n_times = 100, .noise_percent = 5}, 7);
  const ControlSpace space(twin.law);
  VariationalOptions options;
  EXPECT_TRUE(assimilate_variational(twin.law, space, twin.tracks(), options).converged);
  options.background_weight = 0;
  EXPECT_NE(message_of([&] {
              assimilate_variational(twin.law, space, twin.tracks(), options);
            }).find("background_weight"),
            std::string::npos);
}

TEST(Variational, what_cannot_be_is_refused_in_one_line) {
  const TracedFlow twin({.n_drifters = 2, .n_times = 10, .max_wavenumber = 1}, 8);
  const ControlSpace space(twin.law);
  const auto refusal = [&](const Law& law, const tests::Paths& paths,
                           const VariationalOptions& options) {
    return message_of([&] { assimilate_variational(law, space, {paths.x, paths.y}, options); });
  };
  const auto names = [](const std::string& message, const char* name) {
    return message.find(name) != std::string::npos && message.find('\n') == std::string::npos;
  };
  Law damped = twin.law;
  damped.damping.assign(damped.n_modes(), 1.0);
  EXPECT_TRUE(names(refusal(damped, twin.paths, {}), "ensemble"));
  Law diffusive = twin.law;
  diffusive.diffusivity = 0.1;
  EXPECT_TRUE(names(refusal(diffusive, twin.paths, {}), "diffusivity"));
  tests::Paths paths = twin.paths;
  paths.x.pop_back();
  EXPECT_TRUE(names(refusal(twin.law, paths, {}), "tracks hold 19 and 20 positions"));
  paths = twin.paths;
  paths.y[13] = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(names(refusal(twin.law, paths, {}), "drifter 1 at time 3"));
  paths.y.assign(20, std::nan(""));
  EXPECT_TRUE(names(refusal(twin.law, paths, {}), "no position"));
  VariationalOptions options;
  options.background_weight = -1;
  EXPECT_TRUE(names(refusal(twin.law, twin.paths, options), "background_weight is -1"));
  options = {};
  options.steps.steps = 0;
  EXPECT_TRUE(names(refusal(twin.law, twin.paths, options), "steps is 0"));
  options = {};
  options.start = VariationalStart::given;
  options.given = Eigen::VectorXd::Zero(3);
  EXPECT_TRUE(names(refusal(twin.law, twin.paths, options), "3 components"));
}

TEST(Variational, few_observations_are_enough_to_begin) {
  for (const int n_times : {1, 2, 5}) {
    const TracedFlow twin({.n_drifters = 3, .n_times = n_times, .noise_percent = 30}, 9);
    const ControlSpace space(twin.law);
    const auto result = assimilate_variational(twin.law, space, twin.tracks());
    EXPECT_TRUE(result.converged) << n_times;
    EXPECT_TRUE(result.posterior.mean.allFinite());
  }
}

}  // namespace
}  // namespace lagoon::flow
