#include "flow/projection/frequency_fit.hpp"

#include <cmath>
#include <complex>
#include <vector>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/law/law.hpp"
#include "flow/prior.hpp"
#include "flow/projection/spectral_field.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;

TEST(FrequencyFit, waves_that_turn_evenly_are_undamped_and_of_their_frequency) {
  const std::vector<double> omega = {0.7, -2.1, 0};
  constexpr double kInterval = 0.5;
  std::vector<Complex> psi_hat;
  for (int s = 0; s < 12; ++s) {
    for (const double frequency : omega) {
      psi_hat.push_back(std::polar(2.0, 0.3 + frequency * s * kInterval));
    }
  }
  for (const int lag : {1, 2}) {
    const ModeRates rates = fit_mode_rates(psi_hat, 3, kInterval, lag);
    for (std::size_t m = 0; m < 3; ++m) {
      EXPECT_NEAR(rates.omega[m], omega[m], tests::kRoundingRelative);
      EXPECT_NEAR(rates.damping[m], 0, tests::kRoundingRelative);
    }
    EXPECT_EQ(rates.n_uncorrelated, 0);
  }
}

// Snapshots of the law's own process.
std::vector<Complex> drawn_snapshots(const Law& law, std::uint64_t seed) {
  std::vector<Complex> start(law.n_modes()), psi_hat(law.n_modes() * law.n_times());
  draw_psi_hat(law, {seed, Purpose::test, 0}, start);
  draw_amplitudes(law, {seed, Purpose::test_amplitude, 0}, start, psi_hat);
  for (std::size_t at = 0; at < psi_hat.size(); ++at) {
    psi_hat[at] *= std::polar(1.0, law.omega[at % law.n_modes()] * law.times[at / law.n_modes()]);
  }
  return psi_hat;
}

TEST(FrequencyFit, rates_of_the_laws_process_are_recovered) {
  constexpr int kSnapshots = 20'000;
  constexpr double kInterval = 0.2, kDamping = 1.3, kOmega = -4;
  Law law;
  law.modes = half_plane_modes(1);
  law.prior_std.assign(law.n_modes(), 2);
  law.omega.assign(law.n_modes(), kOmega);
  law.damping.assign(law.n_modes(), kDamping);
  for (int s = 1; s <= kSnapshots; ++s) law.times.push_back(s * kInterval);
  const ModeRates rates = fit_mode_rates(drawn_snapshots(law, 7), law.n_modes(), kInterval, 1);
  // The error of a correlation r over n pairs is about sqrt((1 - r^2) / (2 n)) in size and angle.
  const double r = std::exp(-kDamping * kInterval);
  const double error = std::sqrt((1 - r * r) / (2.0 * kSnapshots)) / r / kInterval;
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    EXPECT_NEAR(rates.damping[m], kDamping, tests::kManySigmas * error);
    EXPECT_NEAR(rates.omega[m], kOmega, tests::kManySigmas * error);
  }
}

TEST(FrequencyFit, white_snapshots_are_told_uncorrelated) {
  Law law;
  law.modes = half_plane_modes(3);
  law.prior_std.assign(law.n_modes(), 1);
  std::vector<Complex> psi_hat(200 * law.n_modes());
  for (std::size_t s = 0; s < 200; ++s) {
    draw_psi_hat(law, {1, Purpose::test, s}, std::span(psi_hat).subspan(s * 24, 24));
  }
  const ModeRates rates = fit_mode_rates(psi_hat, 24, 1, 1);
  EXPECT_GT(rates.n_uncorrelated, 8);  // |r| is below its root mean square in 63 of 100
  for (const double damping : rates.damping) EXPECT_GT(damping, 1);
}

TEST(FrequencyFit, too_few_snapshots_are_refused) {
  const std::vector<Complex> psi_hat(6, Complex(1));
  EXPECT_THROW(fit_mode_rates(psi_hat, 3, 1, 1), Error);
  EXPECT_THROW(fit_mode_rates(psi_hat, 2, 1, 2), Error);
  EXPECT_NO_THROW(fit_mode_rates(psi_hat, 2, 1, 1));
}

}  // namespace
}  // namespace lagoon::flow
