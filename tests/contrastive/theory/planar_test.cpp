// The table of [BST] 5.4's example, C = [[1.5, 1], [1, 1.5]]: every entry.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "contrastive/theory/divergence.hpp"
#include "contrastive/theory/optimal_tilts.hpp"
#include "contrastive/theory/population_loss.hpp"
#include "tests/contrastive/theory/random_pair.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kSixDigits;

struct Row {
  Optimum optimum;
  int rank;
  double A, B, C;
  double u_coefficient, u_variance, v_coefficient, v_variance;
  double marginal_u, marginal_v, covariance, kl_joint, j_cond;
};

const std::vector<Row> kTable = {
    {Optimum::cosine_conditional, 0, 0, 0, 0, 0, 1.5, 0, 1.5, 1.5, 1.5, 0, .293893, .293893},
    {Optimum::cosine_conditional, 1, .444444, 0, 0, .666667, 1.5, .666667, 1.5, 2.7, 2.7, 1.8,
     .143342, .071671},
    {Optimum::quadratic_one_sided, 1, .8, .533333, 1.2, .666667, .833333, .428571, .535714,
     1.166667, .75, .5, .153426, .068113},
    {Optimum::cosine_joint, 1, .333333, 0, 0, .5, 1.5, .5, 1.5, 2.0, 2.0, 1.0, .104401, .085560},
    {Optimum::quadratic_two_sided, 1, .790760, .790760, .790760, .542573, .686141, .542573, .686141,
     .972401, .972401, .527599, .081479, .026918},
    {Optimum::quadratic_joint, 1, .666667, .666667, .666667, .5, .75, .5, .75, 1.0, 1.0, .5,
     .077921, .030653}};

TEST(Planar, every_entry_of_the_table) {
  const GaussianPair pair = planar_pair();
  for (const Row& row : kTable) {
    SCOPED_TRACE(to_string(row.optimum) + " rank " + std::to_string(row.rank));
    const Tilt tilt = optimal_tilt(row.optimum, pair, row.rank);
    const GaussianPair nu = tilted(pair, tilt);
    const auto u = u_given_v(pair, tilt), v = v_given_u(pair, tilt);
    EXPECT_NEAR(tilt.A(0), row.A, kSixDigits);
    EXPECT_NEAR(tilt.B(0), row.B, kSixDigits);
    EXPECT_NEAR(tilt.C(0), row.C, kSixDigits);
    EXPECT_NEAR(u.coefficient(0), row.u_coefficient, kSixDigits);
    EXPECT_NEAR(u.covariance(0), row.u_variance, kSixDigits);
    EXPECT_NEAR(v.coefficient(0), row.v_coefficient, kSixDigits);
    EXPECT_NEAR(v.covariance(0), row.v_variance, kSixDigits);
    EXPECT_NEAR(nu.cov_uu(0), row.marginal_u, kSixDigits);
    EXPECT_NEAR(nu.cov_vv(0), row.marginal_v, kSixDigits);
    EXPECT_NEAR(nu.cov_uv(0), row.covariance, kSixDigits);
    EXPECT_NEAR(kl_joint(pair, nu), row.kl_joint, kSixDigits);
    EXPECT_NEAR(j_cond(pair, tilt), row.j_cond, kSixDigits);
  }
}

TEST(Planar, the_data_themselves) {
  const GaussianPair pair = planar_pair();
  EXPECT_NEAR(canonical(pair).s(0), 2.0 / 3, tests::kFewRoundings);
  EXPECT_NEAR(mutual_information(pair), .293893, kSixDigits);
  EXPECT_NEAR(u_given_v(pair).covariance(0), .833333, kSixDigits);
}

TEST(Planar, the_one_sided_model_pays_on_the_other_side_only) {
  const GaussianPair pair = planar_pair();
  const Tilt tilt = quadratic_one_sided(pair, 1);
  EXPECT_NEAR(j_cond(pair, tilt, 2, 0), 0, tests::kFewRoundings);
  EXPECT_NEAR(j_cond(pair, tilt, 0, 2), .136226, kSixDigits);
}

TEST(Planar, losses_and_the_chain_of_theorem_3_10) {
  const GaussianPair pair = planar_pair();
  const Tilt conditional = cosine_conditional(pair, 1), by_joint = cosine_joint(pair, 1);
  EXPECT_NEAR(l_cond(pair, conditional), -.222222, kSixDigits);
  EXPECT_NEAR(l_cond(pair, by_joint), -.208333, kSixDigits);
  EXPECT_NEAR(l_joint(pair, by_joint), -.189493, kSixDigits);
  EXPECT_NEAR(l_joint(pair, conditional), -.150551, kSixDigits);
}

TEST(Planar, more_rows_of_the_encoders_change_no_quadratic_optimum) {
  const GaussianPair pair = planar_pair();
  for (const Optimum optimum : {Optimum::quadratic_two_sided, Optimum::quadratic_joint}) {
    const auto encoders = optimal_encoders(optimum, pair, 2);
    EXPECT_NEAR(quadratic_tilt(encoders, pair).A(0), optimal_tilt(optimum, pair, 1).A(0),
                tests::kFewRoundings);
  }
}

}  // namespace
}  // namespace lagoon::contrastive
