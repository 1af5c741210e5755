#include "contrastive/theory/bridging/closed_forms.hpp"

#include <cmath>
#include <limits>

#include <boost/math/special_functions/bessel.hpp>
#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kRoundingRelative;
using tests::kSixDigits;

TEST(BridgeClosedForms, lemma_2_has_the_known_values) {
  struct Known {
    std::int64_t dim;
    double scale;
    double values[5];  // at cosines -1, -1/2, 0, 1/2, 1
  };
  const Known all[] = {{3, 1, {0, .161439, .313568, .457796, .595220}},
                       {8, 1, {0, .062115, .123479, .184124, .244075}},
                       {32, 1, {0, .015618, .031221, .046811, .062386}},
                       {8, 10, {0, 4.43559, 7.50258, 10.03154, 12.24315}},
                       {32, 10, {0, 1.49790, 2.88892, 4.19668, 5.43686}}};
  for (const auto& [dim, scale, values] : all) {
    for (int i = 0; i < 5; ++i) {
      EXPECT_NEAR(log_mean_on_sphere(dim, scale, scale, -1 + i / 2.), values[i],
                  scale == 1 ? kSixDigits : 10 * kSixDigits)
          << dim << ", " << scale << ", " << i;
    }
  }
}

TEST(BridgeClosedForms, lemma_2_is_the_bessel_function_for_any_scales) {
  for (const double s1 : {0.3, 4.0, 60.0}) {
    for (const double s2 : {-2.0, 7.0}) {
      for (const std::int64_t dim : {2, 5, 40}) {
        const double k = std::sqrt(s1 * s1 + s2 * s2 + 2 * s1 * s2 * 0.4);
        const double nu = static_cast<double>(dim) / 2 - 1;
        const double expected =
            std::lgamma(nu + 1) + nu * std::log(2 / k) + std::log(boost::math::cyl_bessel_i(nu, k));
        EXPECT_NEAR(log_mean_on_sphere(dim, s1, s2, 0.4) / expected, 1, kRoundingRelative);
      }
    }
  }
}

/// Where I_nu(k) is beyond doubles: asymptotes k - (d-1)/2 log k + ... and k^2 / (2 d).
TEST(BridgeClosedForms, lemma_2_keeps_to_its_asymptotes) {
  const double k = 2e4;
  EXPECT_NEAR(log_mean_on_sphere(3, k / 2, k / 2, 1), k - std::log(2 * k), kSixDigits);
  EXPECT_NEAR(log_mean_on_sphere(1024, 0.5, 0.5, 1), 1. / 2048, 1e-8);
}

TEST(BridgeClosedForms, lemma_2_needs_finite_scales) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(log_mean_on_sphere(3, infinity, 1, 0), Error);
  EXPECT_THROW(log_mean_on_sphere(3, 1, std::nan(""), 0), Error);
}

TEST(BridgeClosedForms, lemma_3_has_the_known_values) {
  const Eigen::Vector3d e1(1, 0, 0), e2(0, 1, 0);
  EXPECT_NEAR(log_mean_of_gaussian(e1, e1, 1, 1, 1), -1.981252, kSixDigits);
  EXPECT_NEAR(log_mean_of_gaussian(e1, e2, 1, 1, 1), -2.314585, kSixDigits);
  EXPECT_NEAR(log_mean_of_gaussian(e1, -e1, 1, 1, 1), -2.647918, kSixDigits);
}

/// The printed form: -(k/2) log(2c+1) - gamma (|a - c'|^2 + delta a.c').
TEST(BridgeClosedForms, lemma_3_is_the_printed_form_at_scale_1) {
  const Eigen::Vector3d a(0.3, -1, 2), c(1.5, 0.2, -0.4);
  for (const double v : {0.2, 1.0, 9.0}) {
    const double gamma = (v + 1) / (4 * v + 2), delta = 2 / (v + 1);
    EXPECT_NEAR(log_mean_of_gaussian(a, c, v, 1, 1),
                -1.5 * std::log(2 * v + 1) - gamma * ((a - c).squaredNorm() + delta * a.dot(c)),
                kRoundingRelative);
  }
}

TEST(BridgeClosedForms, samples_needed_follow_from_both_log_means) {
  const auto needed = [](double scale) {
    return samples_needed(log_mean_on_sphere(3, scale, scale, 1),
                          log_mean_on_sphere(3, 2 * scale, 2 * scale, 1), 0.1);
  };
  // In three dimensions E w = sinh(k) / k with k = 2 scale, and E w^2 / (E w)^2 tends to k.
  EXPECT_NEAR(needed(50) * 0.01 + 1, 100, kSixDigits);
  EXPECT_NEAR(needed(0), 0, kRoundingRelative);
}

TEST(BridgeClosedForms, what_cannot_be_is_refused) {
  EXPECT_THROW(log_mean_on_sphere(1, 1, 1, 0), Error);
  EXPECT_THROW(log_mean_on_sphere(3, 1, 1, 1.5), Error);
  EXPECT_THROW(log_mean_of_gaussian(Eigen::Vector2d(0, 0), Eigen::Vector3d(0, 0, 0), 1, 1, 1),
               Error);
  EXPECT_THROW(log_mean_of_gaussian(Eigen::Vector2d(0, 0), Eigen::Vector2d(0, 0), 1, -1, -1),
               Error);
}

}  // namespace
}  // namespace lagoon::contrastive
