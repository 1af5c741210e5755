#include "flow/projection/random_mode_prior.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/law/law_options.hpp"
#include "flow/prior.hpp"
#include "flow/projection/spectral_field.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;

// psi_hat whose modes lie exactly at c |k|^-p.
std::vector<Complex> power_law_flow(const ModeSet& modes, double c, double p) {
  std::vector<Complex> psi_hat;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    psi_hat.push_back(std::polar(c * std::pow(k_squared(modes, m), -p / 2), 0.3 * m));
  }
  return psi_hat;
}

TEST(RandomModePrior, power_law_is_recovered_and_keeps_the_rms_speed) {
  const ModeSet modes = half_plane_modes(3);
  const std::vector<Complex> psi_hat = power_law_flow(modes, 0.3, 2.5);
  const RandomModePrior prior = fit_random_mode_prior("power", modes, psi_hat);
  EXPECT_NEAR(prior.exponent, 2.5, tests::kDeformationSearchRelative);
  for (std::size_t m = 0; m < modes.size(); ++m) {
    EXPECT_NEAR(prior.std[m], std::abs(psi_hat[m]), tests::kDeformationSearchRelative);
  }
  EXPECT_NEAR(prior.log_likelihood, prior.expected_log_likelihood,
              tests::kDeformationSearchRelative);
}

TEST(RandomModePrior, matern_spectrum_is_recovered) {
  const ModeSet modes = half_plane_modes(7);
  constexpr double kTau = 20, kAlpha = 2;
  std::vector<Complex> psi_hat;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const double squared = 4 * std::numbers::pi * std::numbers::pi * k_squared(modes, m);
    psi_hat.push_back(std::polar(50 * std::pow(squared + kTau * kTau, -kAlpha), 0.3 * m));
  }
  const RandomModePrior prior = fit_random_mode_prior("matern", modes, psi_hat);
  EXPECT_NEAR(prior.matern_tau, kTau, tests::kMaternSearchRelative * kTau);
  EXPECT_NEAR(prior.matern_alpha, kAlpha, tests::kMaternSearchRelative * kAlpha);
  EXPECT_FALSE(prior.at_bound);
  EXPECT_GT(prior.log_likelihood,
            fit_random_mode_prior("power", modes, psi_hat).log_likelihood + 1);
}

// A power law is a Matern prior whose tau is 0; none of ours is so steep as |k|^-12.
TEST(RandomModePrior, fit_that_ends_at_an_end_of_its_range_is_told) {
  const ModeSet modes = half_plane_modes(3);
  EXPECT_TRUE(fit_random_mode_prior("matern", modes, power_law_flow(modes, 0.3, 2.5)).at_bound);
  EXPECT_TRUE(fit_random_mode_prior("power", modes, power_law_flow(modes, 0.3, 12)).at_bound);
  EXPECT_FALSE(fit_random_mode_prior("power", modes, power_law_flow(modes, 0.3, 2.5)).at_bound);
}

// Draws of a law: what a set of snapshots is fitted by.
TEST(RandomModePrior, law_is_recovered_from_its_flows) {
  constexpr int kFlows = 400;
  LawOptions options;
  options.prior_exponent = 1.7;
  Law law;
  law.modes = half_plane_modes(3);
  law.prior_std = make_prior_std(law.modes, options);
  const std::size_t n = law.n_modes();
  std::vector<Complex> psi_hat(kFlows * n);
  for (std::size_t i = 0; i < kFlows; ++i) {
    draw_psi_hat(law, {5, Purpose::test, i}, std::span(psi_hat).subspan(i * n, n));
  }
  const RandomModePrior power = fit_random_mode_prior("power", law.modes, psi_hat);
  // Fisher's information of p: the spread of ln |k| over modes, 4 a draw; about 0.35^2 here.
  EXPECT_NEAR(power.exponent, 1.7, tests::kManySigmas / (2 * 0.35 * std::sqrt(kFlows * n)));
  const RandomModePrior shells = fit_random_mode_prior("shells", law.modes, psi_hat);
  for (std::size_t m = 0; m < n; ++m) {
    EXPECT_NEAR(shells.std[m], law.prior_std[m],
                tests::kManySigmas * law.prior_std[m] / std::sqrt(4.0 * 2 * kFlows));
  }
}

TEST(RandomModePrior, spectrum_holds_every_mode_once) {
  const ModeSet modes = half_plane_modes(3);
  const ShellSpectrum spectrum = shell_spectrum(modes, power_law_flow(modes, 0.3, 2));
  int n_modes = 0;
  for (std::size_t i = 0; i < spectrum.std.size(); ++i) {
    n_modes += spectrum.n_modes[i];
    EXPECT_NEAR(spectrum.std[i], 0.3 / std::pow(spectrum.wavenumber[i], 2), tests::kFewRoundings);
  }
  EXPECT_EQ(n_modes, 24);
}

TEST(RandomModePrior, shells_fit_at_least_as_well_as_a_power_law) {
  const ModeSet modes = half_plane_modes(3);
  std::vector<Complex> psi_hat = power_law_flow(modes, 0.3, 2);
  for (std::size_t m = 0; m < modes.size(); ++m) {
    if (k_squared(modes, m) == 5) psi_hat[m] *= 3;
  }
  EXPECT_GT(fit_random_mode_prior("shells", modes, psi_hat).log_likelihood,
            fit_random_mode_prior("power", modes, psi_hat).log_likelihood + 1);
}

TEST(RandomModePrior, wave_that_stands_out_of_its_shell_is_told) {
  const ModeSet modes = half_plane_modes(3);
  std::vector<Complex> psi_hat = power_law_flow(modes, 0.3, 2);
  EXPECT_GT(fit_random_mode_prior("power", modes, psi_hat).chance_of_largest, 0.99);
  psi_hat[*find_mode(modes, 2, 2)] *= 20;
  const RandomModePrior prior = fit_random_mode_prior("power", modes, psi_hat);
  EXPECT_GT(prior.largest_departure, 10);
  EXPECT_LT(prior.chance_of_largest, 1e-3);
}

TEST(RandomModePrior, coefficients_that_are_no_whole_flows_are_refused) {
  const ModeSet modes = half_plane_modes(1);
  EXPECT_THROW(fit_random_mode_prior("power", modes, std::vector<Complex>(modes.size() + 1, 1.0)),
               Error);
  EXPECT_THROW(fit_random_mode_prior("guessed", modes, power_law_flow(modes, 1, 2)), Error);
}

TEST(RandomModePrior, flow_with_a_mode_at_rest_is_refused) {
  const ModeSet modes = half_plane_modes(1);
  EXPECT_THROW(fit_random_mode_prior("power", modes, std::vector<Complex>(modes.size())), Error);
}

}  // namespace
}  // namespace lagoon::flow
