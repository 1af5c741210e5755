#include <array>
#include <cstdint>
#include <cstdio>

#include <gtest/gtest.h>

#include "flow/assimilation/conditional_gaussian/torus_twin.hpp"
#include "tests/support/tolerances.hpp"

// The published table of the conditional-Gaussian filter.
namespace lagoon::flow {
namespace {

constexpr int kDrifters[] = {2, 5, 10, 20, 50};

/// Over ten seeds.
TorusScore mean_score(int n_drifters, TorusModes modes) {
  constexpr int kSeeds = 10;
  TorusScore mean;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const TorusScore score =
        run_torus_twin({.n_drifters = n_drifters, .seed = seed, .modes = modes});
    mean.velocity_error += score.velocity_error / kSeeds;
    mean.dispersion += score.dispersion / kSeeds;
    mean.signal += score.signal / kSeeds;
  }
  return mean;
}

void expect_errors(TorusModes modes, const std::array<double, 5>& errors) {
  std::array<double, 5> dispersion;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const TorusScore score = mean_score(kDrifters[i], modes);
    std::printf("%2d drifters: velocity error %.4f, dispersion %.2f, signal %.2f nats\n",
                kDrifters[i], score.velocity_error, score.dispersion, score.signal);
    const double width = kDrifters[i] <= 5 ? tests::kTorusFewDrifters : tests::kTorusDrifters;
    EXPECT_NEAR(score.velocity_error / errors[i], 1, width) << kDrifters[i] << " drifters";
    dispersion[i] = score.dispersion;
  }
  // The barrier of many drifters: 24 unknowns with a memory gain 24 / 4 ln L, 5.5 nats from 20 on.
  EXPECT_GT(dispersion[4] - dispersion[3], 5.5);
  EXPECT_LT(dispersion[4] - dispersion[3], 8);
}

/// The figures asked for.
TEST(TorusStudy, errors_are_those_of_the_table) {
  expect_errors(TorusModes::unit, {0.78, 0.60, 0.24, 0.084, 0.055});
}

/// Those of a prototype in Python over three seeds.
TEST(TorusStudy, errors_of_geostrophic_modes_are_the_prototypes) {
  expect_errors(TorusModes::geostrophic, {0.79, 0.56, 0.24, 0.090, 0.066});
}

}  // namespace
}  // namespace lagoon::flow
