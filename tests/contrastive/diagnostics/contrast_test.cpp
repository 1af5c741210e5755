#include "contrastive/diagnostics/contrast.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "contrastive/diagnostics/sphere_law.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/diagnostics/clouds.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kFewRoundings;
using tests::kFourErrors;
using tests::normal_cloud;

TEST(Alignment, of_equal_opposite_and_independent_directions) {
  const Embeddings x = normal_cloud(500, 8, 1);
  Embeddings opposite = x;
  for (float& value : opposite.values) value *= -3;
  EXPECT_EQ(alignment(x, x).value, 0);
  EXPECT_NEAR(alignment(x, opposite).value, 4, 1e-5);
  const auto independent = alignment(x, normal_cloud(500, 8, 2));
  EXPECT_NEAR(independent.value, 2, kFourErrors * independent.standard_error);
  // Cosines have variance 1 / d.
  EXPECT_NEAR(independent.standard_error, 2 / std::sqrt(8 * 500.0), 0.004);
  EXPECT_THROW(alignment(x, normal_cloud(499, 8, 2)), Error);
}

TEST(Uniformity, of_the_sphere_and_of_one_point) {
  for (const std::int64_t dim : {2, 3, 16}) {
    const auto found = uniformity(draw_directions(1500, dim, 4));
    EXPECT_NEAR(found.value, uniformity_of_sphere(dim), 0.01) << dim;
  }
  EXPECT_NEAR(uniformity_of_sphere(3), -4 + std::log(std::sinh(4.0) / 4), kFewRoundings);
  EXPECT_NEAR(uniformity_of_sphere(100000), -4, 1e-3);
  Embeddings one{5, 2, {1, 0, 2, 0, 3, 0, 4, 0, 5, 0}};
  EXPECT_NEAR(uniformity(one).value, 0, 1e-6);
}

/// All pairs one by one.
TEST(Uniformity, is_the_mean_over_distinct_pairs) {
  const Embeddings x = tests::von_mises_fisher(40, 4, 2, 3);
  double sum = 0;
  for (std::int64_t i = 0; i < x.n; ++i)
    for (std::int64_t j = 0; j < x.n; ++j)
      if (i != j) sum += std::exp(-4 + 4 * inner_product(x.row(i), x.row(j)));
  EXPECT_NEAR(uniformity(x).value, std::log(sum / (40 * 39)), 1e-5);
}

TEST(Uniformity, says_how_far_chance_moves_it) {
  constexpr int kSets = 60;
  double sum = 0, squares = 0, said = 0;
  for (int s = 0; s < kSets; ++s) {
    const auto found = uniformity(tests::von_mises_fisher(200, 6, 6, 10 + 2 * s));
    sum += found.value / kSets;
    squares += found.value * found.value / kSets;
    said += found.standard_error / kSets;
  }
  EXPECT_NEAR(said / std::sqrt(squares - sum * sum), 1, tests::kErrorOfAnError);
}

TEST(ModalityGap, is_the_distance_of_the_means) {
  const Embeddings right{2, 2, {1, 0, 5, 0}}, up{1, 2, {0, 2}};
  EXPECT_NEAR(modality_gap(right, up), std::sqrt(2.0), 1e-6);
}

}  // namespace
}  // namespace lagoon::contrastive
