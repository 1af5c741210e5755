#include <array>
#include <cmath>
#include <complex>
#include <vector>

#include <gtest/gtest.h>

#include "flow/assimilation/conditional_gaussian/amplitude_filter.hpp"
#include "flow/assimilation/conditional_gaussian/increment_regression.hpp"
#include "flow/assimilation/conditional_gaussian/torus_twin.hpp"
#include "flow/error.hpp"
#include "tests/flow/assimilation/conditional_gaussian/dense_posterior.hpp"
#include "tests/support/tolerances.hpp"

// The filter for amplitudes that vary, and its smoother back to t = 0.
namespace lagoon::flow {
namespace {

using tests::Twins;

void expect_same(const GaussianPosterior& a, const GaussianPosterior& b) {
  EXPECT_LT((a.mean - b.mean).cwiseAbs().maxCoeff(), tests::kExactPosterior);
  EXPECT_LT((a.covariance - b.covariance).cwiseAbs().maxCoeff(), tests::kExactPosterior);
}

/// Rates that differ from mode to mode, none among them, and a drifter that comes late.
Law varying_law(int n_drifters, int n_times) {
  Law law = tests::diffusing_law(n_drifters, n_times);
  for (std::size_t m = 0; m < law.n_modes(); ++m) law.damping[m] = 3.0 * static_cast<double>(m % 7);
  law.release_time.back() = law.times[static_cast<std::size_t>(n_times / 3)];
  law.mean_velocity = {0.2, 0.1};
  return law;
}

TEST(AmplitudeFilter, is_that_of_the_whole_covariance_of_the_data) {
  const Law law = varying_law(4, 25);
  Twins twins = tests::draw_twins(law, 0, 1);
  for (const std::size_t lost : {3, 40, 41}) {
    twins.paths.x[lost] = twins.paths.y[lost] = tests::kNaN;
  }
  const Tracks tracks = tests::tracks_of(law, twins, 0);
  for (const double mean_velocity_std : {0.0, 0.5}) {
    const ControlSpace space(law, mean_velocity_std);
    const FilteredPosterior filtered = filtered_posterior(law, space, tracks);
    const tests::DenseData data = tests::dense_data(law, space, tracks);
    const auto at_start = tests::dense_posterior(law, space, data, 0);
    expect_same(filtered.at_start, at_start.posterior);
    expect_same(filtered.at_end,
                tests::dense_posterior(law, space, data, law.times.back()).posterior);
    EXPECT_NEAR(filtered.log_evidence / at_start.log_evidence, 1, tests::kExactPosterior);
    EXPECT_NEAR(filtered.information, -tests::log_determinant(at_start.posterior.covariance) / 2,
                tests::kExactPosterior * filtered.information);
  }
}

TEST(AmplitudeFilter, without_damping_is_the_regression) {
  const Law law = tests::diffusing_law(8, 100);
  const ControlSpace space(law);
  const Twins twins = tests::draw_twins(law, 0, 1);
  const Tracks tracks = tests::tracks_of(law, twins, 0);
  const ExactPosterior exact = exact_posterior(law, space, tracks);
  const FilteredPosterior filtered = filtered_posterior(law, space, tracks);
  expect_same(filtered.at_start, exact.posterior);
  expect_same(filtered.at_end, exact.posterior);
  EXPECT_NEAR(filtered.log_evidence / exact.log_evidence, 1, tests::kExactPosterior);
  EXPECT_NEAR(filtered.information / exact.information, 1, tests::kExactPosterior);
}

TEST(AmplitudeFilter, covers_the_truth_at_both_ends) {
  const Law law = varying_law(4, 50);
  const ControlSpace space(law);
  constexpr std::size_t kTwins = 40;
  const Twins twins = tests::draw_twins(law, 0, kTwins);
  tests::Coverage at_start, at_end;
  for (std::size_t i = 0; i < kTwins; ++i) {
    const FilteredPosterior filtered =
        filtered_posterior(law, space, tests::tracks_of(law, twins, i));
    at_start.add(space.control(tests::flow_of(law, twins.psi_hat, i)), filtered.at_start);
    const std::size_t last = (i + 1) * law.n_times() - 1;
    at_end.add(space.control(tests::flow_of(law, twins.amplitudes, last)), filtered.at_end);
  }
  EXPECT_NEAR(at_start.share(), 0.9, tests::kCoverageOfNinety);
  EXPECT_NEAR(at_end.share(), 0.9, tests::kCoverageOfNinety);
}

TEST(AmplitudeFilter, refuses_what_it_cannot_follow) {
  Law law = varying_law(2, 9);
  const std::vector<double> positions(18, 0.5);
  const auto refused = [&](const Law& other) {
    EXPECT_THROW(filtered_posterior(other, ControlSpace(other), {positions, positions}), Error);
  };
  Law other = law;
  other.release_time[1] = law.times[2] / 2.5;
  refused(other);
  other = law;
  other.diffusivity = 0;
  refused(other);
  other = law;
  other.observation_noise_std = 0.1;
  refused(other);
}

/// The published velocity at a point of [-pi, pi]^2 of u_k, k in half the wavenumbers, each over
/// the root of |k|^2 + added.
std::array<double, 2> published_velocity(const ModeSet& half, const tests::Coefficients& u,
                                         double added, double x, double y) {
  std::array<std::complex<double>, 2> sum = {};
  const std::complex<double> i(0, 1);
  for (std::size_t m = 0; m < half.size(); ++m) {
    for (const int sign : {1, -1}) {
      const double k = sign * half.k[m], l = sign * half.l[m];
      const auto term = (sign > 0 ? u[m] : std::conj(u[m])) * std::exp(i * (k * x + l * y)) /
                        std::sqrt(k * k + l * l + added);
      sum[0] += -i * l * term;
      sum[1] += i * k * term;
    }
  }
  return {sum[0].real(), sum[1].real()};
}

void expect_published(TorusModes modes, double added) {
  const Law law = torus_law({.n_drifters = 3, .final_time = 2, .seed = 4, .modes = modes});
  ASSERT_EQ(law.n_modes(), 12U);
  tests::Coefficients psi_hat(12), u(12);
  draw_psi_hat(law, {1, Purpose::test, 0}, psi_hat);
  for (std::size_t m = 0; m < 12; ++m) {
    const double factor = kTwoPi * kTwoPi * std::sqrt(k_squared(law.modes, m) + added) / 2;
    u[m] = factor * psi_hat[m];
    EXPECT_NEAR(factor * law.prior_std[m], 0.5, tests::kFewRoundings);
    EXPECT_EQ(law.damping[m], 0.5);
    EXPECT_EQ(law.omega[m], 0);
  }
  const auto ours = velocity_at(Flow{law.modes, psi_hat, law.omega}, 0.3, 0.8, 1);
  const auto theirs = published_velocity(law.modes, u, added, kTwoPi * 0.3, kTwoPi * 0.8);
  EXPECT_NEAR(kTwoPi * ours[0], theirs[0], tests::kFewRoundings);
  EXPECT_NEAR(kTwoPi * ours[1], theirs[1], tests::kFewRoundings);
  EXPECT_NEAR(kTwoPi * std::sqrt(2 * law.diffusivity), 0.01, tests::kFewRoundings);
}

TEST(TorusTwin, is_the_published_flow_on_the_unit_torus) {
  expect_published(TorusModes::unit, 0);
  expect_published(TorusModes::geostrophic, 1);
}

/// A shorter version of the published table: 0.24 at ten drifters, 0.084 at twenty.
TEST(TorusTwin, more_drifters_see_more) {
  const TorusScore few = run_torus_twin({.n_drifters = 5, .final_time = 4, .seed = 1});
  const TorusScore many = run_torus_twin({.n_drifters = 20, .final_time = 4, .seed = 1});
  EXPECT_GT(few.velocity_error, 2 * many.velocity_error);
  EXPECT_GT(many.dispersion, few.dispersion);
  EXPECT_NEAR(many.velocity_error, 0.084, 0.5 * 0.084);
}

TEST(TorusTwin, refuses_a_time_without_scores) {
  EXPECT_THROW(run_torus_twin({.final_time = 1}), Error);
}

}  // namespace
}  // namespace lagoon::flow
