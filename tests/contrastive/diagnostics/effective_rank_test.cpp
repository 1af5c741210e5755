#include "contrastive/diagnostics/effective_rank.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/contrastive/diagnostics/clouds.hpp"

namespace lagoon::contrastive {
namespace {

using tests::normal_cloud;

/// The corners of a cross polytope: the same variance along every axis, to the bit.
Embeddings cross(std::int64_t dim, std::int64_t filled) {
  Embeddings rows{10 * 2 * filled, dim, {}};
  rows.values.resize(static_cast<std::size_t>(rows.n * dim));
  for (std::int64_t i = 0; i < rows.n; ++i) {
    const std::int64_t axis = i % (2 * filled) / 2;
    rows.values[i * dim + axis] = i % 2 == 0 ? 1.0F : -1.0F;
  }
  return rows;
}

TEST(EffectiveRank, is_the_number_of_equal_directions) {
  for (const std::int64_t filled : {1, 3, 8}) {
    const auto rank = effective_rank(cross(8, filled));
    EXPECT_NEAR(rank.entropy.value, static_cast<double>(filled), 1e-6);
    EXPECT_NEAR(rank.participation.value, static_cast<double>(filled), 1e-6);
  }
}

TEST(EffectiveRank, of_two_unequal_directions_is_known) {
  Embeddings rows = cross(2, 2);
  for (std::int64_t i = 0; i < rows.n; ++i) rows.values[2 * i] *= 3;  // sigma 3 : 1
  const auto rank = effective_rank(rows);
  EXPECT_NEAR(rank.entropy.value, std::exp(-.75 * std::log(.75) - .25 * std::log(.25)), 1e-6);
  EXPECT_NEAR(rank.participation.value, 100.0 / 82, 1e-6);
}

TEST(EffectiveRank, a_common_shift_is_no_direction_and_errors_are_those_of_chance) {
  Embeddings rows = normal_cloud(500, 6, 1);
  const auto before = effective_rank(rows);
  for (float& value : rows.values) value += 10;
  EXPECT_NEAR(effective_rank(rows).entropy.value, before.entropy.value, 1e-3);
  EXPECT_GT(before.participation.value, 5.8);
  constexpr int kSets = 40;
  double sum = 0, squares = 0, said = 0;
  for (int s = 0; s < kSets; ++s) {
    Embeddings cloud = normal_cloud(300, 2, 40 + s);
    for (std::int64_t i = 0; i < cloud.n; ++i) cloud.values[2 * i] *= 3;
    const auto found = effective_rank(cloud).participation;
    sum += found.value / kSets;
    squares += found.value * found.value / kSets;
    said += found.standard_error / kSets;
  }
  // A scatter of 40 sets is known within a ninth, and a jackknife of ten groups within a quarter.
  EXPECT_NEAR(said / std::sqrt(squares - sum * sum), 1, 0.4);
}

TEST(EffectiveRank, nothing_fills_nothing) {
  Embeddings rows{30, 2, std::vector<float>(60, 1.0F)};
  EXPECT_EQ(effective_rank(rows).entropy.value, 0);
}

}  // namespace
}  // namespace lagoon::contrastive
