#include <cstdio>
#include <ctime>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/flow/assimilation/variational/traced_flow.hpp"
#include "tests/support/tolerances.hpp"

// The figures of the variational method over many twins; minutes, and left out of the quick gate.
namespace lagoon::flow {
namespace {

using tests::Coefficients;
using tests::TracedFlow;

/// Of the processor: others may share the machine.
double seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::vector<double> rounded_to_float(std::vector<double> numbers) {
  for (double& number : numbers) number = static_cast<double>(static_cast<float>(number));
  return numbers;
}

double error_without_background(const TracedFlow& twin, const Tracks& tracks) {
  const ControlSpace space(twin.law);
  VariationalOptions options;
  options.steps.steps_per_interval = 1;
  options.background_weight = 0;
  const VariationalResult result = assimilate_variational(twin.law, space, tracks, options);
  const Coefficients estimate = space.psi_hat(result.posterior.mean);
  const double error = tests::field_error(twin.law, estimate, twin.psi_hat);
  const Eigen::VectorXd truth = space.control(twin.psi_hat);
  std::printf(
      "  psi %.1e coefficients %.1e condition %.1e separation %.1e iterations %d converged %d\n",
      error, (result.posterior.mean - truth).norm() / truth.norm(),
      variational_diagnostics(twin.law, space, tracks, options, result.posterior.mean)
          .condition_number,
      smallest_mirror_separation(twin.law), result.iterations, result.converged);
  return error;
}

TEST(VariationalStudy, sixteen_drifters_without_noise_give_the_flow) {
  int n_exact = 0;
  int n_exact_from_float = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    const TracedFlow twin({.n_drifters = 16, .n_times = 1000}, i);
    n_exact += error_without_background(twin, twin.tracks()) <= tests::kNoiseFreeFlow;
    const std::vector<double> x = rounded_to_float(twin.paths.x);
    const std::vector<double> y = rounded_to_float(twin.paths.y);
    n_exact_from_float += error_without_background(twin, {x, y}) <= tests::kNoiseFreeFlowInFloat;
  }
  std::printf("float64: %d of 20, float32: %d of 20\n", n_exact, n_exact_from_float);
  EXPECT_EQ(n_exact, 20);
  EXPECT_EQ(n_exact_from_float, 20);
}

/// Of each start, the share of twins in which it reaches the optimum found from the truth.
struct Reached {
  double integral = 0;
  double zero = 0;
};

Reached reached_optima(int n_drifters, int n_twins) {
  Reached reached;
  double iterations = 0;
  for (int i = 0; i < n_twins; ++i) {
    const TracedFlow twin({.n_drifters = n_drifters, .n_times = 1000, .noise_percent = 5},
                          static_cast<std::uint64_t>(i));
    const ControlSpace space(twin.law);
    VariationalOptions options;
    const auto cost_from = [&](VariationalStart start) {
      options.start = start;
      return assimilate_variational(twin.law, space, twin.tracks(), options);
    };
    options.given = space.control(twin.psi_hat);
    const double best = cost_from(VariationalStart::given).cost;
    const VariationalResult integral = cost_from(VariationalStart::integral);
    iterations += integral.iterations;
    constexpr double kNats = 10;
    reached.integral += integral.cost <= best + kNats;
    reached.zero += cost_from(VariationalStart::zero).cost <= best + kNats;
  }
  std::printf("%d drifters: from integral %.3f, from zero %.3f, iterations %.1f\n", n_drifters,
              reached.integral / n_twins, reached.zero / n_twins, iterations / n_twins);
  return {reached.integral / n_twins, reached.zero / n_twins};
}

TEST(VariationalStudy, the_integral_start_reaches_the_optimum) {
  constexpr int kTwins = 200;
  for (const int n_drifters : {8, 16}) {
    const Reached reached = reached_optima(n_drifters, kTwins);
    EXPECT_GE(reached.integral, 0.98);
    EXPECT_LT(reached.zero, reached.integral);
  }
}

/// CRPS of N(mean, std^2) (Gneiting and Raftery 2007, eq. 21).
double normal_crps(double mean, double std, double truth) {
  const double z = (truth - mean) / std;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  const double below = std::erfc(-z / std::numbers::sqrt2) / 2;
  return std * (z * (2 * below - 1) + 2 * density - 1 / std::sqrt(std::numbers::pi));
}

TEST(VariationalStudy, the_default_twin_is_retrieved_and_calibrated) {
  constexpr int kTwins = 100;
  double psi = 0, velocity = 0, crps = 0, covered = 0, information = 0, time = 0, n = 0;
  for (std::uint64_t i = 0; i < kTwins; ++i) {
    const TracedFlow twin({.n_drifters = 8, .n_times = 1000, .noise_percent = 5}, 1000 + i);
    const ControlSpace space(twin.law);
    const double begin = seconds();
    const VariationalResult result = assimilate_variational(twin.law, space, twin.tracks());
    time += seconds() - begin;
    const Coefficients estimate = space.psi_hat(result.posterior.mean);
    psi += tests::field_error(twin.law, estimate, twin.psi_hat);
    velocity += tests::field_error(twin.law, estimate, twin.psi_hat, true);
    information +=
        variational_diagnostics(twin.law, space, twin.tracks(), {}, result.posterior.mean)
            .information;
    const Eigen::VectorXd truth = space.control(twin.psi_hat);
    for (Eigen::Index c = 0; c < truth.size(); ++c, ++n) {
      const double std = std::sqrt(result.posterior.covariance(c, c));
      const double departure = std::abs(truth[c] - result.posterior.mean[c]);
      crps += normal_crps(result.posterior.mean[c], std, truth[c]);
      covered += departure <= 1.6448536269514722 * std;
    }
  }
  std::printf("psi %.3f velocity %.3f crps %.3f coverage %.3f information %.0f ms %.1f\n",
              psi / kTwins, velocity / kTwins, crps / n, covered / n, information / kTwins,
              1000 * time / kTwins);
  EXPECT_NEAR(covered / n, 0.9, 0.03);
  EXPECT_LT(psi / kTwins, 0.2);
  EXPECT_LT(crps / n, 0.22);
}

}  // namespace
}  // namespace lagoon::flow
