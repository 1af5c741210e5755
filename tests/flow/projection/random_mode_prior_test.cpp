#include "flow/projection/random_mode_prior.hpp"

#include <cmath>
#include <complex>

#include <gtest/gtest.h>

#include "flow/error.hpp"
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

TEST(RandomModePrior, flow_with_a_mode_at_rest_is_refused) {
  const ModeSet modes = half_plane_modes(1);
  EXPECT_THROW(fit_random_mode_prior("power", modes, std::vector<Complex>(modes.size())), Error);
}

}  // namespace
}  // namespace lagoon::flow
