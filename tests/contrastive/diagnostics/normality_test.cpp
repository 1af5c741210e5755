#include "contrastive/diagnostics/normality.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "contrastive/diagnostics/sphere_law.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/diagnostics/clouds.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::normal_cloud;

/// Fisher's fifty flowers of Iris setosa (as R has them): sepal length and width, petal length and
/// width in cm. The R package MVN prints the tests of them.
const Embeddings kSetosa{
    50,
    4,
    {5.1F, 3.5F, 1.4F, .2F, 4.9F, 3.0F, 1.4F, .2F, 4.7F, 3.2F, 1.3F, .2F, 4.6F, 3.1F, 1.5F, .2F,
     5.0F, 3.6F, 1.4F, .2F, 5.4F, 3.9F, 1.7F, .4F, 4.6F, 3.4F, 1.4F, .3F, 5.0F, 3.4F, 1.5F, .2F,
     4.4F, 2.9F, 1.4F, .2F, 4.9F, 3.1F, 1.5F, .1F, 5.4F, 3.7F, 1.5F, .2F, 4.8F, 3.4F, 1.6F, .2F,
     4.8F, 3.0F, 1.4F, .1F, 4.3F, 3.0F, 1.1F, .1F, 5.8F, 4.0F, 1.2F, .2F, 5.7F, 4.4F, 1.5F, .4F,
     5.4F, 3.9F, 1.3F, .4F, 5.1F, 3.5F, 1.4F, .3F, 5.7F, 3.8F, 1.7F, .3F, 5.1F, 3.8F, 1.5F, .3F,
     5.4F, 3.4F, 1.7F, .2F, 5.1F, 3.7F, 1.5F, .4F, 4.6F, 3.6F, 1.0F, .2F, 5.1F, 3.3F, 1.7F, .5F,
     4.8F, 3.4F, 1.9F, .2F, 5.0F, 3.0F, 1.6F, .2F, 5.0F, 3.4F, 1.6F, .4F, 5.2F, 3.5F, 1.5F, .2F,
     5.2F, 3.4F, 1.4F, .2F, 4.7F, 3.2F, 1.6F, .2F, 4.8F, 3.1F, 1.6F, .2F, 5.4F, 3.4F, 1.5F, .4F,
     5.2F, 4.1F, 1.5F, .1F, 5.5F, 4.2F, 1.4F, .2F, 4.9F, 3.1F, 1.5F, .2F, 5.0F, 3.2F, 1.2F, .2F,
     5.5F, 3.5F, 1.3F, .2F, 4.9F, 3.6F, 1.4F, .1F, 4.4F, 3.0F, 1.3F, .2F, 5.1F, 3.4F, 1.5F, .2F,
     5.0F, 3.5F, 1.3F, .3F, 4.5F, 2.3F, 1.3F, .3F, 4.4F, 3.2F, 1.3F, .2F, 5.0F, 3.5F, 1.6F, .6F,
     5.1F, 3.8F, 1.9F, .4F, 4.8F, 3.0F, 1.4F, .3F, 5.1F, 3.8F, 1.6F, .2F, 4.6F, 3.2F, 1.4F, .2F,
     5.3F, 3.7F, 1.5F, .2F, 5.0F, 3.3F, 1.4F, .2F}};

TEST(Normality, of_fishers_flowers_is_what_is_printed_elsewhere) {
  const auto henze_zirkler = test_henze_zirkler(kSetosa);
  EXPECT_NEAR(henze_zirkler.statistic, 0.9488453, tests::kPrintedStatistic);
  EXPECT_NEAR(henze_zirkler.p_value, 0.04995356, tests::kPrintedStatistic);
  const auto mardia = test_mardia(kSetosa);
  EXPECT_NEAR(mardia.skewness.statistic, 25.66434, tests::kPrintedStatistic * 25);
  EXPECT_NEAR(mardia.skewness.p_value, 0.1771859, tests::kPrintedStatistic);
  EXPECT_NEAR(mardia.kurtosis.statistic, 1.294992, tests::kPrintedStatistic);
  EXPECT_NEAR(mardia.kurtosis.p_value, 0.1953229, tests::kPrintedStatistic);
}

TEST(Normality, rejects_normal_rows_as_often_as_it_says) {
  constexpr int kSets = 200;
  int henze_zirkler = 0, skewness = 0, kurtosis = 0;
  for (int s = 0; s < kSets; ++s) {
    const Embeddings cloud = normal_cloud(200, 5, 300 + s);
    henze_zirkler += test_henze_zirkler(cloud).p_value <= 0.1;
    skewness += test_mardia(cloud).skewness.p_value <= 0.1;
    kurtosis += test_mardia(cloud).kurtosis.p_value <= 0.1;
  }
  for (const int rejected : {henze_zirkler, skewness, kurtosis})
    EXPECT_NEAR(rejected / double{kSets}, 0.1, 4 * std::sqrt(0.1 * 0.9 / kSets));
}

TEST(Normality, finds_a_sphere_and_invertible_maps_change_nothing) {
  const Embeddings sphere = draw_directions(300, 4, 2);
  EXPECT_LE(test_henze_zirkler(sphere).p_value, 1e-3);
  EXPECT_LE(test_mardia(sphere).kurtosis.p_value, 1e-3);
  EXPECT_LT(test_mardia(sphere).kurtosis.statistic, 0);
  Embeddings mapped = sphere;
  for (std::int64_t i = 0; i < mapped.n; ++i) {
    float* row = mapped.values.data() + 4 * i;
    row[0] = 5 * row[0] + row[3] + 7;
    row[1] -= 2 * row[2];
  }
  EXPECT_NEAR(test_henze_zirkler(mapped).statistic, test_henze_zirkler(sphere).statistic, 1e-3);
}

/// At n = 1024 the statistic's standard deviation is 7e-3 in 10 coordinates and 2e-17 in 128; in 30
/// its excess kurtosis is above 2.
TEST(Normality, is_not_told_of_a_few_near_pairs_in_many_coordinates) {
  EXPECT_GT(test_henze_zirkler(normal_cloud(1024, 10, 1)).p_value, 1e-3);
  EXPECT_LE(test_henze_zirkler(draw_directions(1024, 10, 1)).p_value, 1e-3);
  EXPECT_NO_THROW(test_henze_zirkler(normal_cloud(1024, 24, 1)));
  EXPECT_THROW(test_henze_zirkler(normal_cloud(1024, 30, 1)), Error);
  EXPECT_THROW(test_henze_zirkler(normal_cloud(1024, 128, 1)), Error);
  EXPECT_THROW(test_henze_zirkler(draw_directions(1024, 128, 1)), Error);
}

TEST(Normality, needs_rows_that_span_their_coordinates) {
  EXPECT_THROW(test_henze_zirkler(normal_cloud(4, 4, 1)), Error);
  Embeddings flat = normal_cloud(50, 3, 1);
  for (std::int64_t i = 0; i < flat.n; ++i) flat.values[3 * i] = flat.values[3 * i + 1];
  EXPECT_THROW(test_mardia(flat), Error);
}

}  // namespace
}  // namespace lagoon::contrastive
