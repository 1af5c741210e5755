// The planar study's numbers and lines, against the published table and against the densities.
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "pipelines/gaussian/planar/planar_report.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using datasets::tests::error_of;
using lagoon::tests::kFewRoundings;
using lagoon::tests::kSixDigits;

PlanarStudy closed_forms(double var_u = 1.5, double var_v = 1.5, double cov_uv = 1) {
  PlanarOptions options;
  options.var_u = var_u;
  options.var_v = var_v;
  options.cov_uv = cov_uv;
  options.train = false;
  return study_planar(options, 0, 1);
}

/// Coefficient and variance of u|v and v|u, variances of u and v, covariance, KL, J_cond.
using Figures = std::array<double, 9>;

Figures figures_of(const nlohmann::json& model) {
  Figures figures;
  std::size_t i = 0;
  for (const char* side : {"u_given_v", "v_given_u"}) {
    for (const char* what : {"coefficient", "variance"}) figures.at(i++) = model[side][what];
  }
  for (const char* what : {"marginal_u", "marginal_v", "covariance", "kl_joint", "j_cond"}) {
    figures.at(i++) = model[what];
  }
  return figures;
}

void expect_figures(const nlohmann::json& model, const Figures& expected) {
  const Figures figures = figures_of(model);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    EXPECT_NEAR(figures.at(i), expected.at(i), kSixDigits) << i << " of " << model;
  }
}

TEST(Planar, closed_forms_are_the_published_figures) {
  const auto json = to_json(closed_forms());
  const auto& models = json["models"];
  EXPECT_NEAR(json["mutual_information"], .293893, kSixDigits);
  expect_figures(json["reference"], {0, 1.5, 0, 1.5, 1.5, 1.5, 0, .293893, .293893});
  expect_figures(models["cosine_conditional"],
                 {.666667, 1.5, .666667, 1.5, 2.7, 2.7, 1.8, .143342, .071671});
  expect_figures(models["quadratic_one_sided"],
                 {.666667, .833333, .428571, .535714, 1.166667, .75, .5, .153426, .068113});
  expect_figures(models["cosine_joint"], {.5, 1.5, .5, 1.5, 2, 2, 1, .104401, .085560});
  expect_figures(models["quadratic_two_sided"],
                 {.542573, .686141, .542573, .686141, .972401, .972401, .527599, .081479, .026918});
  expect_figures(models["quadratic_joint"], {.5, .75, .5, .75, 1, 1, .5, .077921, .030653});
  const auto& normalized = models["normalized"];
  expect_figures(normalized,
                 {.453969, 1.293912, .453969, 1.293912, 1.5, 1.5, .443621, .181725, .181725});
  EXPECT_NEAR(normalized["temperature"], 1.987639, kSixDigits);
  expect_figures(normalized["unit_temperature"],
                 {.744234, .946116, .744234, .946116, 1.5, 1.5, .727269, .263115, .263115});
  EXPECT_FALSE(json.contains("trained"));
}

TEST(Planar, joint_loss_has_the_data_s_covariance_whatever_the_law) {
  for (const double cov_uv : {-1.2, -0.1, 0.4, 1.7}) {
    const auto study = closed_forms(2, 3, cov_uv);
    EXPECT_NEAR(study.model("cosine_joint").closed.moments.covariance, cov_uv, kFewRoundings);
    const auto& one_sided = study.model("quadratic_one_sided").closed.moments;
    EXPECT_NEAR(one_sided.u_given_v.coefficient, cov_uv / 3, kFewRoundings);
    EXPECT_NEAR(one_sided.u_given_v.variance, 2 - cov_uv * cov_uv / 3, kFewRoundings);
    // Signs that fit the correlation's.
    EXPECT_GT(study.model("normalized").closed.moments.covariance * cov_uv, 0);
  }
}

TEST(Planar, level_lines_lie_on_their_level_or_at_a_jump) {
  const auto study = closed_forms(1.5, 1, -0.8);
  for (const auto& model : study.models) {
    const auto& law = model.closed;
    const auto line = level_line(law, 0.02);
    ASSERT_GT(line.size(), 100U);
    for (const auto& [u, v] : line) {
      if (u == 0 && v == 0) continue;
      EXPECT_NEAR(law.density(u, v), 0.02, lagoon::tests::kSixDigits)
          << model.key << " " << u << " " << v;
    }
    EXPECT_EQ(line.front().u, line.back().u);
    EXPECT_TRUE(level_line(law, 10).empty());
  }
}

TEST(Planar, densities_integrate_to_one_and_to_the_moments) {
  const auto study = closed_forms();
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(40001, -20, 20);
  const double step = x(1) - x(0);
  for (const auto& model : study.models) {
    const auto& law = model.closed;
    const Eigen::ArrayXd u = law.u_given_one(x).array() * step;
    const auto& moments = law.moments.u_given_v;
    EXPECT_NEAR(u.sum(), 1, lagoon::tests::kJumpInGrid) << model.key;
    EXPECT_NEAR((u * x.array()).sum(), moments.coefficient, lagoon::tests::kJumpInGrid);
    const double square = (u * x.array().square()).sum();
    EXPECT_NEAR(square - moments.coefficient * moments.coefficient, moments.variance,
                lagoon::tests::kJumpInGrid);
    EXPECT_NEAR((law.marginal_v(x).array() * x.array().square()).sum() * step,
                law.moments.marginal_v, lagoon::tests::kJumpInGrid);
  }
}

TEST(Planar, what_is_no_covariance_is_refused) {
  PlanarOptions options;
  options.cov_uv = 1.5;
  EXPECT_NE(error_of([&] { require_valid(options); }).find("not positive definite"),
            std::string::npos);
  options.cov_uv = 0;
  EXPECT_NE(error_of([&] { require_valid(options); }).find("nothing to learn"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
