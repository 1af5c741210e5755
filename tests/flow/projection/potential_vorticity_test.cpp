#include "flow/projection/potential_vorticity.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/streamfunction.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

constexpr int kGrid = 32;

// Three waves along different directions, one of them (5, -2) outside the 7 x 7 modes.
double smooth_psi(double x, double y) {
  return std::cos(kTwoPi * x) + 0.5 * std::sin(kTwoPi * (2 * x + 3 * y)) +
         0.25 * std::cos(kTwoPi * (5 * x - 2 * y) + 1);
}

// laplacian psi - F psi of smooth_psi on the box of side 2 pi, each wave by hand.
double smooth_vorticity(double x, double y, double F) {
  return -(1 + F) * std::cos(kTwoPi * x) - (13 + F) * 0.5 * std::sin(kTwoPi * (2 * x + 3 * y)) -
         (29 + F) * 0.25 * std::cos(kTwoPi * (5 * x - 2 * y) + 1);
}

template <typename Function>
std::vector<double> on_grid(Function function) {
  std::vector<double> values;
  for (int i = 0; i < kGrid; ++i) {
    for (int j = 0; j < kGrid; ++j) {
      values.push_back(function(i / double{kGrid}, j / double{kGrid}));
    }
  }
  return values;
}

SpectralField vorticity_field(double F) {
  return SpectralField::from_grid(
      on_grid([F](double x, double y) { return smooth_vorticity(x, y, F); }), kGrid);
}

SpectralField psi_field() {
  return SpectralField::from_grid(on_grid(smooth_psi), kGrid);
}

double largest_difference(const SpectralField& a, const SpectralField& b) {
  double largest = 0;
  a.for_each([&](int k, int l, std::complex<double> c) {
    largest = std::max(largest, std::abs(c - b.coefficient(k, l)));
  });
  return largest;
}

std::vector<double> scattered(int n, double step) {
  std::vector<double> points;
  for (int i = 0; i < n; ++i) points.push_back(std::fmod(0.1 + i * step, 1.0));
  return points;
}

VelocitySamples at_scattered_points(const SpectralField& psi) {
  return velocity_at(psi, scattered(40, 0.618034), scattered(40, 0.414214));
}

TEST(PotentialVorticity, inversion_recovers_the_psi_that_the_vorticity_came_from) {
  for (const double F : {0.0, 22.5}) {
    const SpectralField psi = invert_potential_vorticity(vorticity_field(F), F);
    EXPECT_LT(largest_difference(psi, psi_field()), tests::kRoundingRelative) << "F = " << F;
  }
}

TEST(PotentialVorticity, inversion_with_another_deformation_radius_gives_another_psi) {
  const SpectralField psi = invert_potential_vorticity(vorticity_field(22.5), 10);
  EXPECT_GT(largest_difference(psi, psi_field()), 0.1);
}

TEST(PotentialVorticity, negative_deformation_parameter_is_refused) {
  EXPECT_THROW(invert_potential_vorticity(psi_field(), -1), Error);
}

TEST(PotentialVorticity, planetary_part_is_removed_and_its_jump_measured) {
  constexpr double kJump = 12.5;
  std::vector<double> q =
      on_grid([](double x, double y) { return std::cos(kTwoPi * x) + kJump * y; });
  EXPECT_NEAR(remove_planetary_part(q, kGrid), kJump, tests::kRoundingRelative * kJump);
  const std::vector<double> periodic =
      on_grid([](double x, double) { return std::cos(kTwoPi * x); });
  for (std::size_t i = 0; i < q.size(); ++i) {
    EXPECT_NEAR(q[i], periodic[i], tests::kRoundingRelative * kJump);
  }
}

TEST(PotentialVorticity, velocity_of_the_field_is_that_of_its_modes) {
  const ModeSet modes = half_plane_modes(5);
  const std::vector<std::complex<double>> psi_hat = project(psi_field(), modes);
  const std::vector<double> omega(modes.size(), 0.0);
  const VelocitySamples samples = at_scattered_points(psi_field());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto velocity = velocity_at(Flow{modes, psi_hat, omega}, samples.x[i], samples.y[i], 0);
    EXPECT_NEAR(samples.velocity_x[i], velocity[0], 50 * tests::kRoundingRelative);
    EXPECT_NEAR(samples.velocity_y[i], velocity[1], 50 * tests::kRoundingRelative);
  }
}

TEST(PotentialVorticity, half_plane_holds_one_of_each_pair_of_mirrors) {
  const ModeSet half = half_plane_modes(3);
  EXPECT_EQ(half.size(), 24u);
  for (std::size_t m = 0; m < half.size(); ++m) {
    EXPECT_FALSE(find_mode(half, -half.k[m], -half.l[m]));
  }
}

TEST(PotentialVorticity, projection_on_whole_and_half_plane_is_the_same_field) {
  const ModeSet whole = square_modes(5), half = half_plane_modes(5);
  const std::vector<std::complex<double>> a = project(psi_field(), whole),
                                          b = project(psi_field(), half);
  const std::vector<double> omega(whole.size(), 0.0);
  for (const double x : {0.0, 0.3, 0.77}) {
    const double expected = smooth_psi(x, 0.4 * x);
    EXPECT_NEAR(psi_at({whole, a, omega}, x, 0.4 * x, 0), expected, tests::kRoundingRelative * 10);
    EXPECT_NEAR(psi_at({half, b, omega}, x, 0.4 * x, 0), expected, tests::kRoundingRelative * 10);
  }
}

TEST(PotentialVorticity, velocity_variance_adds_up_over_scales) {
  // Mean square speed of a wave of amplitude A: (2 pi |k|)^2 A^2 / 2.
  const double large = kTwoPi * kTwoPi * (1 * 1.0 + 13 * 0.25) / 2;
  const double small = kTwoPi * kTwoPi * 29 * 0.0625 / 2;
  EXPECT_NEAR(velocity_variance(psi_field()), large + small, tests::kRoundingRelative * large);
  EXPECT_NEAR(velocity_variance(truncate(psi_field(), 3)), large, tests::kRoundingRelative * large);
}

TEST(PotentialVorticity, deformation_amplitude_and_mean_flow_are_recovered_from_drifters) {
  constexpr double kF = 22.5, kAmplitude = 17, kMeanX = -0.2, kMeanY = 0.1;
  VelocitySamples observed = at_scattered_points(scaled(psi_field(), kAmplitude));
  for (double& value : observed.velocity_x) value += kMeanX;
  for (double& value : observed.velocity_y) value += kMeanY;
  const DeformationFit fit = fit_deformation(vorticity_field(kF), observed);
  EXPECT_NEAR(fit.F, kF, tests::kDeformationSearchRelative * kF);
  EXPECT_NEAR(fit.velocity.amplitude, kAmplitude, tests::kDeformationSearchRelative * kAmplitude);
  EXPECT_NEAR(fit.velocity.mean_x, kMeanX, tests::kDeformationSearchRelative * kAmplitude);
  EXPECT_NEAR(fit.velocity.mean_y, kMeanY, tests::kDeformationSearchRelative * kAmplitude);
  EXPECT_GT(fit.velocity.r_squared, 1 - tests::kDeformationSearchRelative);
}

TEST(PotentialVorticity, the_deformation_found_stays_in_its_range) {
  for (const double F : {0.01, 5000.0}) {
    const SpectralField psi = invert_potential_vorticity(vorticity_field(22.5), F);
    const DeformationFit fit = fit_deformation(vorticity_field(22.5), at_scattered_points(psi));
    EXPECT_GE(fit.F, 0.1);
    EXPECT_LE(fit.F, 1000);
  }
}

TEST(PotentialVorticity, mean_flow_counts_as_explained_only_about_zero) {
  VelocitySamples observed = at_scattered_points(psi_field());
  for (double& value : observed.velocity_x) value += 100;
  const VelocityFit with = fit_velocity(at_scattered_points(truncate(psi_field(), 3)), observed);
  EXPECT_GT(with.r_squared_about_zero, 0.99);
  EXPECT_LT(with.r_squared, 0.95);
  const VelocityFit without = fit_velocity(at_scattered_points(psi_field()), observed, false);
  EXPECT_LT(without.r_squared_about_zero, 0.2);
}

TEST(PotentialVorticity, grid_of_another_size_than_it_says_is_refused) {
  EXPECT_THROW(SpectralField::from_grid(std::vector<double>(12), 4), Error);
  EXPECT_THROW(SpectralField::from_grid(std::vector<double>(25), 5), Error);
}

}  // namespace
}  // namespace lagoon::flow
