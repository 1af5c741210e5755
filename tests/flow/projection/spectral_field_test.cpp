#include "flow/projection/spectral_field.hpp"

#include <cmath>
#include <complex>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/streamfunction.hpp"
#include "tests/flow/projection/made_fields.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

constexpr int kSpectralGrid = 40;

// A field without symmetry, of wavenumbers up to 15 and of all sizes.
std::vector<double> rough_values(int n) {
  return tests::on_torus(n, [](double x, double y) {
    double sum = 0.3;
    for (int k = 0; k <= 15; ++k) {
      sum += std::cos(kTwoPi * (k * x - (15 - k) * y) + k) / (1 + k) +
             0.5 * std::sin(kTwoPi * (k * x + k / 2 * y) + 2 * k) / (1 + k);
    }
    return sum;
  });
}

TEST(SpectralField, grid_values_are_those_it_was_made_from) {
  const std::vector<double> values = rough_values(kSpectralGrid);
  const std::vector<double> back =
      grid_values(SpectralField::from_grid(values, kSpectralGrid), kSpectralGrid);
  for (std::size_t p = 0; p < values.size(); ++p) {
    EXPECT_NEAR(back[p], values[p], 10 * tests::kRoundingRelative);
  }
}

TEST(SpectralField, variance_is_the_mean_square_on_the_grid) {
  const std::vector<double> values = rough_values(kSpectralGrid);
  const SpectralField field = SpectralField::from_grid(values, kSpectralGrid);
  const double expected = tests::mean_square_about_mean(values);
  EXPECT_NEAR(variance(field), expected, tests::kRoundingRelative * expected);
  EXPECT_LT(variance(truncate(field, 5)), 0.99 * expected);
}

TEST(SpectralField, what_is_kept_and_what_is_left_add_up_to_the_whole) {
  const std::vector<double> values = rough_values(kSpectralGrid);
  const SpectralField field = SpectralField::from_grid(values, kSpectralGrid);
  double before = 0;
  for (int wavenumber = 1; wavenumber <= 19; ++wavenumber) {
    const SpectralField kept = truncate(field, wavenumber);
    std::vector<double> rest = values;
    const std::vector<double> part = grid_values(kept, kSpectralGrid);
    for (std::size_t p = 0; p < rest.size(); ++p) rest[p] -= part[p];
    EXPECT_NEAR(variance(kept) + tests::mean_square_about_mean(rest), variance(field),
                tests::kRoundingRelative * variance(field));
    EXPECT_GE(variance(kept), before);
    before = variance(kept);
  }
}

TEST(SpectralField, derivatives_are_those_of_the_field) {
  const auto field = SpectralField::from_grid(
      tests::on_torus(kSpectralGrid,
                      [](double x, double y) { return std::sin(kTwoPi * (3 * x - 2 * y) + 1); }),
      kSpectralGrid);
  const auto slope = tests::on_torus(kSpectralGrid, [](double x, double y) {
    return kTwoPi * std::cos(kTwoPi * (3 * x - 2 * y) + 1);
  });
  const auto along_x = grid_values(derivative_x(field), kSpectralGrid);
  const auto along_y = grid_values(derivative_y(field), kSpectralGrid);
  for (std::size_t p = 0; p < slope.size(); ++p) {
    EXPECT_NEAR(along_x[p], 3 * slope[p], 100 * tests::kRoundingRelative);
    EXPECT_NEAR(along_y[p], -2 * slope[p], 100 * tests::kRoundingRelative);
  }
}

TEST(SpectralField, band_limited_field_comes_back_from_its_modes) {
  const SpectralField field = SpectralField::from_grid(rough_values(kSpectralGrid), kSpectralGrid);
  const ModeSet modes = half_plane_modes(15);
  const auto psi_hat = project(field, modes);
  const std::vector<double> omega(modes.size(), 0.0);
  const double mean = field.coefficient(0, 0).real();
  const std::vector<double> values = rough_values(kSpectralGrid);
  for (int i = 0; i < kSpectralGrid; i += 7) {
    for (int j = 0; j < kSpectralGrid; j += 3) {
      const double psi =
          psi_at({modes, psi_hat, omega}, i / double{kSpectralGrid}, j / double{kSpectralGrid}, 0) +
          mean;
      EXPECT_NEAR(psi, values[i * kSpectralGrid + j], tests::kBandLimited);
    }
  }
}

TEST(SpectralField, grid_too_coarse_for_the_field_is_refused) {
  const SpectralField field = SpectralField::from_grid(rough_values(kSpectralGrid), kSpectralGrid);
  EXPECT_THROW(grid_values(field, kSpectralGrid - 2), Error);
}

}  // namespace
}  // namespace lagoon::flow
