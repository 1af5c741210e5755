#include <array>
#include <cmath>
#include <numbers>

#include <boost/math/special_functions/beta.hpp>
#include <gtest/gtest.h>

#include "contrastive/diagnostics/sphere_divergence.hpp"
#include "contrastive/diagnostics/sphere_law.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/diagnostics/clouds.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kFewRoundings;
using tests::kFourErrors;
using tests::kTabulatedLaw;
using tests::von_mises_fisher;

/// Share of directions with cosine at most t: on the circle an angle, on the sphere Archimedes'
/// height, in four dimensions sin^2.
TEST(CosineLaw, is_that_of_small_spheres) {
  const CosineLaw circle(2), sphere(3), fourth(4);
  for (double t = -1; t <= 1; t += 0.05) {
    const double angle = std::acos(t);
    EXPECT_NEAR(circle.cdf(t), 1 - angle / std::numbers::pi, kTabulatedLaw);
    EXPECT_NEAR(sphere.cdf(t), 0.5 * (1 + t), kTabulatedLaw);
    EXPECT_NEAR(fourth.cdf(t), 1 - (angle - std::sin(angle) * std::cos(angle)) / std::numbers::pi,
                kTabulatedLaw);
  }
  EXPECT_THROW(CosineLaw(1), Error);
}

TEST(CosineLaw, is_as_exact_in_many_dimensions) {
  for (const std::int64_t dim : {100, 1024, 4096}) {
    const CosineLaw law(dim);
    const double half = 0.5 * static_cast<double>(dim - 1);
    for (double t = -0.2; t <= 0.2; t += 0.0007) {
      ASSERT_NEAR(law.cdf(t), boost::math::ibeta(half, half, 0.5 * (1 + t)), kTabulatedLaw)
          << dim << " " << t;
    }
  }
}

TEST(SphereLaw, normalisers_of_the_circle_and_the_sphere_are_known) {
  for (const double k : {0.0, 0.3, 4.0, 60.0, 600.0}) {
    const double sphere = k == 0 ? 0 : k + std::log(-std::expm1(-2 * k) / (2 * k));
    EXPECT_NEAR(log_mean_exp_on_sphere(3, k), sphere, kFewRoundings * (1 + k));
  }
  EXPECT_NEAR(log_mean_exp_on_sphere(2, 4), std::log(std::cyl_bessel_i(0, 4)), kFewRoundings);
  // Log-ratios of cos = 1 and scale 1: with k = 2 (Lemma 2 of [CE], less its value at cos = -1).
  EXPECT_NEAR(log_mean_exp_on_sphere(8, 2), .244075, 1e-6);
  EXPECT_NEAR(log_mean_exp_on_sphere(32, 20), 5.43686, 1e-5);
}

TEST(SphereLaw, divergence_of_a_von_mises_fisher_law_is_known_on_the_sphere) {
  for (const double k : {0.5, 3.0, 40.0}) {
    const double mean_cosine = 1 / std::tanh(k) - 1 / k;
    EXPECT_NEAR(divergence_of_von_mises_fisher(3, k), k * mean_cosine - std::log(std::sinh(k) / k),
                kFewRoundings * k);
  }
}

TEST(SphereLaw, caps_are_those_of_small_spheres) {
  for (double angle = 0.01; angle < 3.14; angle += 0.1) {
    EXPECT_NEAR(std::exp(log_cap_share(2, angle)), angle / std::numbers::pi, kFewRoundings);
    EXPECT_NEAR(std::exp(log_cap_share(3, angle)), 0.5 * (1 - std::cos(angle)), kFewRoundings);
    // The cap and its complement.
    EXPECT_NEAR(
        std::exp(log_cap_share(9, angle)) + std::exp(log_cap_share(9, std::numbers::pi - angle)), 1,
        kFewRoundings);
  }
  // Far below the smallest double: a cap is nearly a ball, angle^(d-1) up to a factor.
  EXPECT_NEAR(log_cap_share(512, 1e-3) - log_cap_share(512, 1e-4), 511 * std::log(10), 1e-3);
}

TEST(SphereDivergence, is_nothing_of_uniform_directions) {
  for (const std::int64_t dim : {2, 8, 64}) {
    const auto found = divergence_from_uniform(draw_directions(2000, dim, 3));
    EXPECT_NEAR(found.value, 0, kFourErrors * found.standard_error) << dim;
  }
}

TEST(SphereDivergence, finds_that_of_a_von_mises_fisher_law) {
  for (const auto& [dim, k] : {std::pair{3, 20.0}, {5, 5.0}, {8, 10.0}}) {
    const auto found = divergence_from_uniform(von_mises_fisher(4000, dim, k, 5));
    EXPECT_NEAR(found.value, divergence_of_von_mises_fisher(dim, k),
                kFourErrors * found.standard_error + 0.03)
        << dim << " " << k;
  }
}

TEST(SphereDivergence, says_how_far_chance_moves_it) {
  constexpr int kSets = 60;
  double sum = 0, squares = 0, said = 0;
  for (int s = 0; s < kSets; ++s) {
    const auto found = divergence_from_uniform(von_mises_fisher(300, 4, 3, 100 + 2 * s));
    sum += found.value / kSets;
    squares += found.value * found.value / kSets;
    said += found.standard_error / kSets;
  }
  EXPECT_NEAR(said / std::sqrt(squares - sum * sum), 1, tests::kErrorOfAnError);
}

TEST(SphereDivergence, copies_have_no_density) {
  Embeddings copies = draw_directions(20, 3, 1);
  for (std::int64_t i = 1; i < 10; ++i)
    for (int j = 0; j < 3; ++j) copies.values[3 * i + j] = copies.values[j];
  EXPECT_THROW(divergence_from_uniform(copies), Error);
}

}  // namespace
}  // namespace lagoon::contrastive
