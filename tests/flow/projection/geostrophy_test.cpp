#include "flow/projection/geostrophy.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

constexpr int kX = 24, kY = 19;

double smooth_height(int i, int j) {
  return std::sin(0.4 * i) * std::cos(0.3 * j) + 0.02 * i * j;
}

struct Differences {
  std::vector<double> along_x, along_y;
};

std::size_t at(int i, int j) {
  return static_cast<std::size_t>(i) * kY + j;
}

// Centred differences of a height; unknown at the edges, and where `land` says so.
template <class Land>
Differences differences_of(Land&& land) {
  Differences differences{std::vector<double>(kX * kY, NAN), std::vector<double>(kX * kY, NAN)};
  for (int i = 0; i < kX; ++i) {
    for (int j = 0; j < kY; ++j) {
      if (land(i, j)) continue;
      if (i > 0 && i + 1 < kX) {
        differences.along_x[at(i, j)] = smooth_height(i + 1, j) - smooth_height(i - 1, j);
      }
      if (j > 0 && j + 1 < kY) {
        differences.along_y[at(i, j)] = smooth_height(i, j + 1) - smooth_height(i, j - 1);
      }
    }
  }
  return differences;
}

bool open_sea(int, int) {
  return false;
}
bool island(int i, int j) {
  return i > 8 && i < 15 && j > 5 && j < 11;
}

RecoveredHeight recover(const Differences& d) {
  return integrate_centred_differences(d.along_x, d.along_y, kX, kY);
}

TEST(RecoveredHeight, differences_of_the_height_are_those_it_came_from) {
  for (const auto land : {open_sea, island}) {
    const Differences given = differences_of(land);
    const RecoveredHeight recovered = recover(given);
    EXPECT_LT(recovered.largest_inconsistency, tests::kHeightRoundings);
    const auto height = [&](int i, int j) { return recovered.height[at(i, j)]; };
    for (int i = 1; i + 1 < kX; ++i) {
      for (int j = 1; j + 1 < kY; ++j) {
        if (land(i, j)) continue;
        EXPECT_NEAR(height(i + 1, j) - height(i - 1, j), given.along_x[at(i, j)],
                    tests::kHeightRoundings);
        EXPECT_NEAR(height(i, j + 1) - height(i, j - 1), given.along_y[at(i, j)],
                    tests::kHeightRoundings);
      }
    }
  }
}

TEST(RecoveredHeight, each_parity_is_exact_up_to_a_small_constant) {
  const RecoveredHeight recovered = recover(differences_of(open_sea));
  const double shift = recovered.height[at(4, 4)] - smooth_height(4, 4);
  double largest = 0;
  for (int i = 0; i < kX; ++i) {
    for (int j = 0; j < kY; ++j) {
      const double error = recovered.height[at(i, j)] - smooth_height(i, j) - shift;
      const double of_parity =
          recovered.height[at(i % 2, j % 2)] - smooth_height(i % 2, j % 2) - shift;
      EXPECT_NEAR(error, of_parity, tests::kHeightRoundings);
      largest = std::max(largest, std::abs(error));
    }
  }
  EXPECT_LT(largest, tests::kParityConstants);
}

TEST(RecoveredHeight, velocity_that_is_no_height_s_is_told) {
  Differences differences = differences_of(open_sea);
  differences.along_x[at(10, 9)] += 0.5;
  EXPECT_NEAR(recover(differences).largest_inconsistency, 0.5, tests::kHeightRoundings);
}

TEST(RecoveredHeight, inner_land_is_unknown_and_sea_without_a_link_too) {
  const RecoveredHeight recovered = recover(differences_of(island));
  EXPECT_TRUE(std::isnan(recovered.height[at(11, 8)]));
  EXPECT_FALSE(std::isnan(recovered.height[at(3, 3)]));
  EXPECT_FALSE(std::isnan(recovered.height[at(20, 17)]));
  const std::vector<double> unknown(kX * kY, NAN);
  EXPECT_THROW(integrate_centred_differences(unknown, unknown, kX, kY), Error);
}

TEST(LocalPlane, lengths_are_those_of_the_sphere_at_its_centre) {
  const LocalPlane place{20, -35};
  EXPECT_NEAR(place.y(-34), 111'194.9, 0.1);
  EXPECT_NEAR(place.x(21), 111'194.9 * std::cos(35 * M_PI / 180), 0.1);
  EXPECT_NEAR(place.coriolis(), -8.365e-5, 1e-8);
  // beta is the slope of f.
  const LocalPlane north{20, -34.9}, south{20, -35.1};
  const double slope =
      (north.coriolis() - south.coriolis()) / (0.2 * place.metres_per_degree_north());
  EXPECT_NEAR(place.coriolis_gradient(), slope, 1e-6 * slope);
}

// Velocity (-d psi/dy, d psi/dx) against (-g/f d h/dy, g/f d h/dx) by differences.
TEST(GeostrophicPsi, velocity_on_an_f_plane_is_geostrophic) {
  const LocalPlane place{20, -35};
  const double step = 1000, low = 0.4, high = 0.4 + 1e-2;
  const double speed = (geostrophic_psi(high, 0, place, CoriolisPlane::f_plane) -
                        geostrophic_psi(low, 0, place, CoriolisPlane::f_plane)) /
                       step;
  EXPECT_NEAR(speed, kGravity / place.coriolis() * (high - low) / step, 1e-9);
  EXPECT_LT(speed, 0);  // south of the equator high pressure lies on the left of the flow
  EXPECT_EQ(geostrophic_psi(0.4, 2e5, place, CoriolisPlane::f_plane),
            geostrophic_psi(0.4, -2e5, place, CoriolisPlane::f_plane));
}

TEST(GeostrophicPsi, beta_plane_takes_the_local_rotation) {
  const LocalPlane place{20, -35}, north{20, -33};
  EXPECT_NEAR(geostrophic_psi(0.4, place.y(-33), place, CoriolisPlane::beta_plane),
              geostrophic_psi(0.4, 0, north, CoriolisPlane::f_plane),
              1e-3 * std::abs(geostrophic_psi(0.4, 0, north, CoriolisPlane::f_plane)));
}

TEST(GeostrophicPsi, equator_is_refused) {
  EXPECT_THROW(geostrophic_psi(0.4, 0, {20, 1}, CoriolisPlane::f_plane), Error);
  EXPECT_THROW(geostrophic_psi(0.4, -6e5, {20, 4}, CoriolisPlane::beta_plane), Error);
}

}  // namespace
}  // namespace lagoon::flow
