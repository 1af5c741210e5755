// A box that is not periodic: filled, resampled, made a torus.
#include <cmath>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/projection/edges.hpp"
#include "flow/projection/patch.hpp"
#include "flow/projection/resampling.hpp"
#include "tests/flow/projection/made_fields.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

Patch linear_patch() {
  Patch patch;
  for (int i = 0; i < 12; ++i) patch.x.push_back(i);
  for (int j = 0; j < 9; ++j) patch.y.push_back(j);
  for (const double x : patch.x) {
    for (const double y : patch.y) patch.values.push_back(1 + 2 * x - 3 * y);
  }
  return patch;
}

TEST(Patch, hole_in_a_linear_field_is_filled_with_it) {
  const Patch whole = linear_patch();
  Patch patch = whole;
  for (std::size_t i = 3; i < 8; ++i) {
    for (std::size_t j = 2; j < 6; ++j) patch.values[patch.position(i, j)] = NAN;
  }
  EXPECT_NEAR(missing_fraction(patch), 20.0 / 108, tests::kFewRoundings);
  fill_missing(patch);
  for (std::size_t p = 0; p < whole.values.size(); ++p) {
    EXPECT_NEAR(patch.values[p], whole.values[p], tests::kHarmonicFill);
  }
}

TEST(Patch, filled_points_stay_within_the_known_ones) {
  Patch patch = linear_patch();
  for (std::size_t i = 0; i < 6; ++i) {  // a corner: land at the edge of the box
    for (std::size_t j = 0; j < 6; ++j) patch.values[patch.position(i, j)] = NAN;
  }
  const double highest = patch.values[patch.position(11, 0)];
  const double lowest = patch.values[patch.position(0, 8)];
  fill_missing(patch);
  for (const double value : patch.values) {
    EXPECT_LE(value, highest);
    EXPECT_GE(value, lowest);
  }
}

// 1,200 points in a row need some 500,000 sweeps.
TEST(Patch, fill_that_did_not_settle_is_told) {
  Patch patch = linear_patch();
  patch.values[patch.position(5, 5)] = NAN;
  EXPECT_TRUE(fill_missing(patch));
  Patch strait{{0}, {}, {}};
  for (int j = 0; j < 1202; ++j) {
    strait.y.push_back(j);
    strait.values.push_back(j == 0 ? 0 : j == 1201 ? 1 : NAN);
  }
  EXPECT_FALSE(fill_missing(strait));
}

TEST(Patch, field_without_a_known_point_is_refused) {
  Patch patch = linear_patch();
  for (double& value : patch.values) value = NAN;
  EXPECT_THROW(fill_missing(patch), Error);
}

std::vector<double> points(double low, double high, int n) {
  std::vector<double> result;
  for (int i = 0; i < n; ++i) result.push_back(low + (high - low) * i / (n - 1));
  return result;
}

double largest_spline_error(int n) {
  std::vector<double> x = points(-1, 2, n), values;
  for (double& at : x) at += 0.02 * std::sin(9 * at);  // uneven
  for (const double at : x) values.push_back(std::sin(4 * at));
  const std::vector<double> to = points(0, 1, 77);
  const std::vector<double> found = spline(x, values, to);
  double largest = 0;
  for (std::size_t i = 0; i < to.size(); ++i) {
    largest = std::max(largest, std::abs(found[i] - std::sin(4 * to[i])));
  }
  return largest;
}

TEST(Resampling, spline_is_of_fourth_order_away_from_its_ends) {
  const double order = std::log2(largest_spline_error(60) / largest_spline_error(119));
  EXPECT_NEAR(order, 4, tests::kOrderFit);
}

TEST(Resampling, linear_field_and_the_points_themselves_are_exact) {
  const Patch patch = linear_patch();
  const std::vector<double> x = {0, 0.25, 3, 10.5, 11}, y = {0, 4.75, 8};
  const std::vector<double> found = resample(patch, x, y);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < y.size(); ++j) {
      EXPECT_NEAR(found[i * y.size() + j], 1 + 2 * x[i] - 3 * y[j], 100 * tests::kFewRoundings);
    }
  }
}

TEST(Resampling, point_outside_is_refused) {
  EXPECT_THROW(resample(linear_patch(), std::vector{11.5}, std::vector{1.0}), Error);
}

constexpr int kBox = 20;

TEST(Edges, plane_is_recovered_and_removed) {
  std::vector<double> box =
      tests::on_box(kBox, [](double x, double y) { return 7 + 3 * (x - 0.5) - 2 * (y - 0.5); });
  const Plane plane = fit_plane(box, kBox);
  EXPECT_NEAR(plane.mean, 7, 10 * tests::kRoundingRelative);
  EXPECT_NEAR(plane.slope_x, 3, 10 * tests::kRoundingRelative);
  EXPECT_NEAR(plane.slope_y, -2, 10 * tests::kRoundingRelative);
  remove_plane(box, kBox, plane);
  for (const double value : box) EXPECT_NEAR(value, 0, 10 * tests::kRoundingRelative);
}

TEST(Edges, window_is_one_within_and_falls_to_zero_at_both_ends) {
  const std::vector<double> window = tukey_window(kBox, 0.4);
  ASSERT_EQ(window.size(), kBox + 1u);
  for (int i = 0; i <= kBox; ++i) {
    EXPECT_NEAR(window[i], window[kBox - i], tests::kFewRoundings);
    if (i >= 4 && i <= 16) {
      EXPECT_EQ(window[i], 1);
    } else {
      EXPECT_LT(window[i], 1);
    }
  }
  EXPECT_EQ(window.front(), 0);
  EXPECT_NEAR(window[2], 0.5, tests::kFewRoundings);  // halfway down a taper of 4 spacings
  EXPECT_THROW(tukey_window(kBox, 1.5), Error);
}

double slope(double x, double y) {
  return std::exp(x) * (1 + y);
}

TEST(Edges, tapered_box_is_the_field_within_and_zero_at_the_edge) {
  const std::vector<double> torus = tapered(tests::on_box(kBox, slope), kBox, 0.4);
  ASSERT_EQ(torus.size(), static_cast<std::size_t>(kBox * kBox));
  EXPECT_EQ(torus[10 * kBox + 10], slope(0.5, 0.5));
  EXPECT_EQ(torus[4 * kBox + 16], slope(0.2, 0.8));
  for (int i = 0; i < kBox; ++i) {
    EXPECT_EQ(torus[i], 0);
    EXPECT_EQ(torus[i * kBox], 0);
  }
}

TEST(Edges, closed_torus_ends_as_it_begins) {
  const std::vector<double> torus = tests::on_torus(kBox, slope);
  const std::vector<double> whole = closed(torus, kBox);
  ASSERT_EQ(whole.size(), (kBox + 1u) * (kBox + 1u));
  EXPECT_EQ(whole[3 * (kBox + 1) + 5], torus[3 * kBox + 5]);
  EXPECT_EQ(whole[kBox * (kBox + 1) + 5], torus[5]);
  EXPECT_EQ(whole[3 * (kBox + 1) + kBox], torus[3 * kBox]);
}

TEST(Edges, extended_box_is_the_field_and_even_about_its_edges) {
  const std::vector<double> torus = extended(tests::on_box(kBox, slope), kBox);
  const int row = 2 * kBox;
  const auto at = [&](int i, int j) { return torus[(i + row) % row * row + (j + row) % row]; };
  for (int i = 0; i <= kBox; ++i) {
    EXPECT_EQ(at(i, 3), slope(i / double{kBox}, 3 / double{kBox}));
    EXPECT_EQ(at(i, 3), at(-i, 3));
    EXPECT_EQ(at(3, i), at(3, -i));
    EXPECT_EQ(at(kBox - i, 3), at(kBox + i, 3));
  }
}

}  // namespace
}  // namespace lagoon::flow
