#include "flow/random.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "flow/law/law_options.hpp"
#include "flow/prior.hpp"
#include "flow/streamfunction.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using Bits = std::array<std::uint32_t, 4>;

// Known answers of Random123 (kat_vectors, philox4x32 with 10 rounds).
TEST(Random, bits_are_those_of_philox) {
  EXPECT_EQ(random_bits(0, Purpose{0}, 0, 0),
            (Bits{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(random_bits(~0ULL, Purpose{~0U}, ~0ULL, ~0U),
            (Bits{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(random_bits(0x299f31d0a4093822, Purpose{0x85a308d3}, 0x0370734413198a2e, 0x243f6a88),
            (Bits{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, each_argument_opens_another_stream) {
  std::set<Bits> seen;
  for (const Purpose purpose : {Purpose::train, Purpose::validation, Purpose::test,
                                Purpose::train_noise, Purpose::law_frequency}) {
    for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32}) {
      for (const std::uint64_t sample : {0ULL, 1ULL, 1ULL << 32}) {
        for (const std::uint32_t index : {0U, 1U}) {
          seen.insert(random_bits(seed, purpose, sample, index));
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), 5U * 3 * 3 * 2);
}

TEST(Random, uniform_fills_the_open_interval_evenly) {
  constexpr int kDraws = 20000;
  std::vector<int> counts(10);
  for (int i = 0; i < kDraws; ++i) {
    const double u = uniform(3, Purpose::test, static_cast<std::uint64_t>(i), 0);
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    ++counts[static_cast<std::size_t>(10 * u)];
  }
  const double sigma = std::sqrt(kDraws * 0.1 * 0.9);
  for (const int count : counts) EXPECT_NEAR(count, kDraws / 10, tests::kManySigmas * sigma);
}

// Box-Muller with the maths library's functions, from the same bits.
TEST(Random, normal_pair_is_box_muller) {
  const auto unit = [](std::uint32_t high, std::uint32_t low) {
    const std::uint64_t bits = (std::uint64_t{high} << 20) | (low >> 12);
    return (static_cast<double>(bits) + 0.5) / 0x1p52;
  };
  for (std::uint32_t i = 0; i < 10000; ++i) {
    const auto bits = random_bits(5, Purpose::train, 7, i);
    const double radius = std::sqrt(-2 * std::log(unit(bits[0], bits[1])));
    const double angle = 2 * std::numbers::pi * unit(bits[2], bits[3]);
    const auto [a, b] = normal_pair(5, Purpose::train, 7, i);
    ASSERT_NEAR(a, radius * std::cos(angle), tests::kFewRoundings);
    ASSERT_NEAR(b, radius * std::sin(angle), tests::kFewRoundings);
  }
}

TEST(Random, normal_pair_has_the_moments_of_independent_normals) {
  constexpr int kPairs = 50000;
  double mean = 0, square = 0, cube = 0, fourth = 0, product = 0;
  for (int i = 0; i < kPairs; ++i) {
    const auto [a, b] = normal_pair(11, Purpose::train, static_cast<std::uint64_t>(i), 0);
    mean += (a + b) / (2 * kPairs);
    square += (a * a + b * b) / (2 * kPairs);
    cube += (a * a * a + b * b * b) / (2 * kPairs);
    fourth += (a * a * a * a + b * b * b * b) / (2 * kPairs);
    product += a * b / kPairs;
  }
  // Standard deviations of the moments of n draws: sqrt(var / n), var = 1, 2, 15, 96 and 1.
  const double n = 2 * kPairs;
  EXPECT_NEAR(mean, 0, tests::kManySigmas * std::sqrt(1 / n));
  EXPECT_NEAR(square, 1, tests::kManySigmas * std::sqrt(2 / n));
  EXPECT_NEAR(cube, 0, tests::kManySigmas * std::sqrt(15 / n));
  EXPECT_NEAR(fourth, 3, tests::kManySigmas * std::sqrt(96 / n));
  EXPECT_NEAR(product, 0, tests::kManySigmas * std::sqrt(2 / n));
}

TEST(Prior, coefficients_have_the_laws_variance) {
  LawOptions options;
  options.mean_mode_std = 0.3;
  const Law law = make_law(options);
  constexpr std::size_t kFlows = 4000;
  const tests::Coefficients psi_hat = tests::draw_flows(law, kFlows);
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    std::complex<double> mean;
    double real_square = 0, imaginary_square = 0;
    for (std::size_t i = 0; i < kFlows; ++i) {
      const std::complex<double> value = psi_hat[i * law.n_modes() + m] / law.prior_std[m];
      mean += value / double{kFlows};
      real_square += value.real() * value.real() / kFlows;
      imaginary_square += value.imag() * value.imag() / kFlows;
    }
    EXPECT_LT(std::abs(mean), tests::kManySigmas / std::sqrt(kFlows)) << "mode " << m;
    const double sigma = 0.5 * std::sqrt(2.0 / kFlows);
    EXPECT_NEAR(real_square, 0.5, tests::kManySigmas * sigma) << "mode " << m;
    EXPECT_NEAR(imaginary_square, 0.5, tests::kManySigmas * sigma) << "mode " << m;
  }
}

TEST(Prior, drifters_move_at_the_laws_rms_speed) {
  const Law law = make_law({});
  constexpr std::size_t kFlows = 4000;
  const tests::Coefficients psi_hat = tests::draw_flows(law, kFlows);
  double square = 0;
  for (std::size_t i = 0; i < kFlows; ++i) {
    const Flow flow = {law.modes, tests::flow_of(law, psi_hat, i), law.omega};
    const auto [vx, vy] = velocity_at(flow, 0.2, 0.6, 0.05);
    square += (vx * vx + vy * vy) / kFlows;
  }
  // |velocity|^2 / rms^2 is a mean of two squared normals: its standard deviation is 1.
  EXPECT_NEAR(square / (5.5 * 5.5), 1, tests::kManySigmas / std::sqrt(kFlows));
  EXPECT_NEAR(rms_speed(law), 5.5, tests::kFewRoundings);
}

Law damped_law() {
  LawOptions options;
  options.n_times = 8;
  options.damping = 15;
  options.damping_exponent = 0.5;
  return make_law(options);
}

tests::Coefficients amplitudes_of(const Law& law, const tests::Coefficients& psi_hat,
                                  std::size_t flow) {
  tests::Coefficients amplitudes(law.n_times() * law.n_modes());
  draw_amplitudes(law, {1, Purpose::train_amplitude, flow}, tests::flow_of(law, psi_hat, flow),
                  amplitudes);
  return amplitudes;
}

// Of a complex normal pair with correlation r, Re a conj(b) has variance (1 + r^2) / 2.
TEST(Amplitudes, are_stationary_with_an_exponential_covariance) {
  constexpr std::size_t kFlows = 3000;
  const Law law = damped_law();
  const std::size_t n_modes = law.n_modes();
  const std::size_t m = *find_mode(law.modes, 1, 2);
  const tests::Coefficients psi_hat = tests::draw_flows(law, kFlows);
  std::vector<double> variance(9), covariance(9), from_third(9);
  for (std::size_t i = 0; i < kFlows; ++i) {
    tests::Coefficients a = {psi_hat[i * n_modes + m]};
    const tests::Coefficients later = amplitudes_of(law, psi_hat, i);
    for (std::size_t j = 0; j < 8; ++j) a.push_back(later[j * n_modes + m]);
    for (std::size_t j = 0; j < 9; ++j) {
      variance[j] += std::norm(a[j]) / kFlows;
      covariance[j] += (a[0] * std::conj(a[j])).real() / kFlows;
      from_third[j] += (a[3] * std::conj(a[j])).real() / kFlows;
    }
  }
  const double unit = law.prior_std[m] * law.prior_std[m];
  const auto expect = [&](double measured, double lag) {
    const double r = std::exp(-law.damping[m] * lag);
    EXPECT_NEAR(measured / unit, r, tests::kThreeSigmas * std::sqrt((1 + r * r) / 2 / kFlows));
  };
  for (std::size_t j = 0; j < 9; ++j) {
    const double t = j == 0 ? 0 : law.times[j - 1];
    expect(variance[j], 0);
    expect(covariance[j], t);
    expect(from_third[j], std::abs(t - law.times[2]));
  }
}

TEST(Amplitudes, fewer_times_are_the_first_ones) {
  const Law law = damped_law();
  Law shorter = law;
  shorter.times.resize(3);
  const tests::Coefficients psi_hat = tests::draw_flows(law, 2);
  tests::Coefficients all = amplitudes_of(law, psi_hat, 1);
  all.resize(3 * law.n_modes());
  EXPECT_EQ(amplitudes_of(shorter, psi_hat, 1), all);
}

TEST(Amplitudes, without_damping_are_constant) {
  Law law = damped_law();
  law.damping.assign(law.n_modes(), 0);
  const tests::Coefficients psi_hat = tests::draw_flows(law, 1);
  const tests::Coefficients amplitudes = amplitudes_of(law, psi_hat, 0);
  for (std::size_t i = 0; i < amplitudes.size(); ++i) {
    EXPECT_EQ(amplitudes[i], psi_hat[i % law.n_modes()]);
  }
}

}  // namespace
}  // namespace lagoon::flow
