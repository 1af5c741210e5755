#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/grid_fields.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/projection/spectral_field.hpp"
#include "flow/streamfunction.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

/// A flow with its storage; every mode counts, the mean one too.
struct SomeFlow {
  explicit SomeFlow(const char* mode_set = "square", int max_wavenumber = 3) {
    LawOptions options;
    options.mode_set = mode_set;
    options.max_wavenumber = max_wavenumber;
    options.mean_mode_std = 0.5;
    law = make_law(options);
    psi_hat = tests::draw_flows(law, 1);
  }

  Flow flow() const { return {law.modes, psi_hat, law.omega}; }

  Law law;
  tests::Coefficients psi_hat;
};

struct Place {
  double x, y, t;
};

const std::vector<Place> kPlaces = {{0.1, 0.9, 0.0}, {0.75, 0.75, 0.03}, {-1.3, 2.2, 0.1}};

using AtPoint = std::function<double(double, double)>;

/// Largest difference of a grid from point values, relative to the largest point value.
double relative_difference(const std::vector<double>& grid, int n, const AtPoint& at_point) {
  double largest = 0, difference = 0;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      const double value = at_point(double(i) / n, double(j) / n);
      largest = std::max(largest, std::abs(value));
      difference =
          std::max(difference, std::abs(value - grid[static_cast<std::size_t>(i * n + j)]));
    }
  }
  return difference / largest;
}

TEST(GridFields, agree_with_the_direct_sum) {
  for (const auto& [mode_set, n] : {std::pair("square", 7), {"square", 32}, {"disk", 33}}) {
    const SomeFlow some(mode_set);
    const Flow flow = some.flow();
    GridFields fields(some.law.modes, n);
    EXPECT_EQ(fields.n(), n);
    const double t = 0.07;
    const auto difference = [&](const std::vector<double>& grid, const AtPoint& at_point) {
      return relative_difference(grid, n, at_point);
    };
    EXPECT_LT(
        difference(fields.psi(flow, t), [&](double x, double y) { return psi_at(flow, x, y, t); }),
        tests::kRoundingRelative);
    EXPECT_LT(difference(fields.velocity_x(flow, t),
                         [&](double x, double y) { return velocity_at(flow, x, y, t)[0]; }),
              tests::kRoundingRelative);
    EXPECT_LT(difference(fields.velocity_y(flow, t),
                         [&](double x, double y) { return velocity_at(flow, x, y, t)[1]; }),
              tests::kRoundingRelative);
    EXPECT_LT(difference(fields.vorticity(flow, t),
                         [&](double x, double y) { return vorticity_at(flow, x, y, t); }),
              tests::kRoundingRelative);
  }
}

TEST(GridFields, refuse_what_they_cannot_hold) {
  const SomeFlow some;
  EXPECT_THROW(GridFields(some.law.modes, 6), Error);
  GridFields fields(square_modes(2), 16);
  EXPECT_THROW(fields.psi(some.flow(), 0), Error);
}

TEST(GridFields, plans_are_made_in_many_threads) {
  const SomeFlow some;
  const std::vector<double> expected = GridFields(some.law.modes, 16).psi(some.flow(), 0.1);
  parallel_for(32, 4, [&](std::size_t) {
    GridFields fields(some.law.modes, 16);
    GridFields moved = std::move(fields);
    require(moved.psi(some.flow(), 0.1) == expected, "a thread saw another field");
  });
}

TEST(Streamfunction, velocity_is_the_turned_gradient_of_psi) {
  const SomeFlow some;
  const Flow flow = some.flow();
  const double h = tests::kDifferenceStep;
  for (const auto& [x, y, t] : kPlaces) {
    const double psi_x = (psi_at(flow, x + h, y, t) - psi_at(flow, x - h, y, t)) / (2 * h);
    const double psi_y = (psi_at(flow, x, y + h, t) - psi_at(flow, x, y - h, t)) / (2 * h);
    const auto [vx, vy] = velocity_at(flow, x, y, t);
    EXPECT_NEAR(vx, -psi_y, tests::kDifferenceError);
    EXPECT_NEAR(vy, psi_x, tests::kDifferenceError);
  }
}

TEST(Streamfunction, gradient_is_that_of_the_velocity) {
  const SomeFlow some;
  const Flow flow = some.flow();
  const double h = tests::kDifferenceStep;
  for (const auto& [x, y, t] : kPlaces) {
    const auto gradient = velocity_gradient_at(flow, x, y, t);
    for (std::size_t component : {0, 1}) {
      const double by_x =
          (velocity_at(flow, x + h, y, t)[component] - velocity_at(flow, x - h, y, t)[component]) /
          (2 * h);
      const double by_y =
          (velocity_at(flow, x, y + h, t)[component] - velocity_at(flow, x, y - h, t)[component]) /
          (2 * h);
      EXPECT_NEAR(gradient[2 * component], by_x, tests::kDifferenceError);
      EXPECT_NEAR(gradient[2 * component + 1], by_y, tests::kDifferenceError);
    }
  }
}

// FFTW's planner is not for several threads: they take turns, grids of fields among them.
TEST(SpectralField, may_be_made_in_several_threads_at_once) {
  constexpr int kGrid = 32;
  const SomeFlow some;
  const std::vector<double> values = GridFields(some.law.modes, kGrid).psi(some.flow(), 0);
  const std::vector<double> expected = grid_values(SpectralField::from_grid(values, kGrid), kGrid);
  parallel_for(64, 4, [&](std::size_t) {
    const auto again = GridFields(some.law.modes, kGrid).psi(some.flow(), 0);
    EXPECT_EQ(grid_values(SpectralField::from_grid(again, kGrid), kGrid), expected);
  });
}

TEST(Streamfunction, velocity_is_divergence_free) {
  const SomeFlow some("square", 8);
  for (const auto& [x, y, t] : kPlaces) {
    const auto [xx, xy, yx, yy] = velocity_gradient_at(some.flow(), x, y, t);
    const double norm = std::hypot(std::hypot(xx, xy), std::hypot(yx, yy));
    EXPECT_GT(norm, 1);
    EXPECT_LT(std::abs(xx + yy), tests::kRoundingRelative * norm);
  }
}

TEST(Streamfunction, vorticity_is_the_curl_of_the_velocity) {
  const SomeFlow some;
  for (const auto& [x, y, t] : kPlaces) {
    const auto [xx, xy, yx, yy] = velocity_gradient_at(some.flow(), x, y, t);
    EXPECT_NEAR(vorticity_at(some.flow(), x, y, t), yx - xy,
                tests::kRoundingRelative * std::hypot(xx, xy, yx));
  }
}

TEST(Streamfunction, psi_is_periodic) {
  const SomeFlow some;
  for (const auto& [x, y, t] : kPlaces) {
    const double psi = psi_at(some.flow(), x, y, t);
    EXPECT_NEAR(psi_at(some.flow(), x + 2, y - 1, t), psi, tests::kRoundingRelative);
    EXPECT_GT(std::abs(psi_at(some.flow(), x + 0.5, y, t) - psi), 0.01);
  }
}

}  // namespace
}  // namespace lagoon::flow
