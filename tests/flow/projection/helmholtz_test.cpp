#include "flow/projection/helmholtz.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/flow/projection/made_fields.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

constexpr int kHelmholtzGrid = 32;

double wave(double x, double y) {
  return std::sin(kTwoPi * (2 * x + 3 * y)) / kTwoPi;
}
double wave_slope(double x, double y) {  // d/dx is 2 of these, d/dy is 3
  return std::cos(kTwoPi * (2 * x + 3 * y));
}

// Velocity a J grad wave + b grad wave + mean.
PeriodicRotation split_mixture(double a, double b) {
  const auto x = tests::on_torus(kHelmholtzGrid, [=](double p, double q) {
    return (-3 * a + 2 * b) * wave_slope(p, q) + 0.7;
  });
  const auto y = tests::on_torus(
      kHelmholtzGrid, [=](double p, double q) { return (2 * a + 3 * b) * wave_slope(p, q) - 0.4; });
  return rotational_part(x, y, kHelmholtzGrid);
}

TEST(Helmholtz, rotational_flow_has_its_streamfunction_and_no_more) {
  const PeriodicRotation rotation = split_mixture(1, 0);
  const std::vector<double> psi = grid_values(rotation.psi, kHelmholtzGrid);
  const std::vector<double> expected = tests::on_torus(kHelmholtzGrid, wave);
  for (std::size_t p = 0; p < psi.size(); ++p) {
    EXPECT_NEAR(psi[p], expected[p], tests::kRoundingRelative);
  }
  EXPECT_NEAR(rotation.unexplained, 0, tests::kRoundingRelative);
  EXPECT_NEAR(rotation.mean_x, 0.7, tests::kRoundingRelative);
  EXPECT_NEAR(rotation.mean_y, -0.4, tests::kRoundingRelative);
}

TEST(Helmholtz, divergent_flow_has_no_streamfunction) {
  const PeriodicRotation rotation = split_mixture(0, 1);
  EXPECT_NEAR(rotation.unexplained, 1, tests::kRoundingRelative);
  EXPECT_LT(variance(rotation.psi), tests::kRoundingRelative);
}

TEST(Helmholtz, shares_of_a_mixture_are_those_of_its_squares) {
  EXPECT_NEAR(split_mixture(3, 1).unexplained, 0.1, tests::kRoundingRelative);
}

// In a box, of no period: psi = exp(x) (1 + y)^2 and its velocity (-d psi/dy, d psi/dx).
double growing(double x, double y) {
  return std::exp(x) * (1 + y) * (1 + y);
}

struct BoxError {
  double psi, unexplained;
};

BoxError box_error(int n) {
  const BoxRotation rotation = rotational_part_of_box(
      tests::on_box(n, [](double x, double y) { return -2 * std::exp(x) * (1 + y); }),
      tests::on_box(n, growing), n);
  std::vector<double> difference = rotation.psi;
  const std::vector<double> expected = tests::on_box(n, growing);
  for (std::size_t p = 0; p < difference.size(); ++p) difference[p] -= expected[p];
  return {tests::mean_square_about_mean(difference) / tests::mean_square_about_mean(expected),
          rotation.unexplained};
}

TEST(Helmholtz, streamfunction_of_a_box_is_recovered_the_better_the_finer_the_grid) {
  const BoxError coarse = box_error(20), fine = box_error(40);
  EXPECT_LT(coarse.psi, tests::kMirroredBoxShare);
  EXPECT_LT(coarse.unexplained, tests::kMirroredBoxShare);
  EXPECT_LT(fine.psi, coarse.psi / 2);
  EXPECT_LT(fine.unexplained, coarse.unexplained);
}

TEST(Helmholtz, mean_flow_of_a_box_is_the_plane_of_its_psi) {
  const std::vector<double> x(21 * 21, 2.0), y(21 * 21, -3.0);
  const BoxRotation rotation = rotational_part_of_box(x, y, 20);
  EXPECT_EQ(rotation.mean_x, 2);
  for (int i = 0; i <= 20; ++i) {
    EXPECT_NEAR(rotation.psi[i * 21 + 7], -3 * i / 20.0 - 2 * 7 / 20.0, tests::kRoundingRelative);
  }
}

TEST(Helmholtz, flow_out_of_a_source_in_a_box_is_unexplained) {
  const auto toward = [](double along, double across) {
    const double square = along * along + across * across;
    return along * std::exp(-20 * square);
  };
  const BoxRotation rotation = rotational_part_of_box(
      tests::on_box(40, [&](double x, double y) { return toward(x - 0.5, y - 0.5); }),
      tests::on_box(40, [&](double x, double y) { return toward(y - 0.5, x - 0.5); }), 40);
  EXPECT_GT(rotation.unexplained, 1 - tests::kMirroredBoxShare);
}

TEST(Helmholtz, velocities_of_another_box_are_refused) {
  EXPECT_THROW(rotational_part_of_box(std::vector<double>(9), std::vector<double>(9), 4), Error);
}

}  // namespace
}  // namespace lagoon::flow
