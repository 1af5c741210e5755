#include "contrastive/theory/gaussian_pair.hpp"

#include <gtest/gtest.h>

#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kFewRoundings;

TEST(GaussianPair, ConditionalsOfTheTextbook) {
  GaussianPair pair;
  pair.mean_u = Eigen::VectorXd::Constant(1, 2);
  pair.mean_v = Eigen::VectorXd::Constant(1, -1);
  pair.cov_uu = pair.cov_vv = Eigen::MatrixXd::Constant(1, 1, 1.5);
  pair.cov_uv = Eigen::MatrixXd::Constant(1, 1, 1);
  const auto conditional = u_given_v(pair);
  EXPECT_NEAR(conditional.coefficient(0), 2.0 / 3, kFewRoundings);
  EXPECT_NEAR(conditional.offset(0), 2 + 2.0 / 3, 4 * kFewRoundings);
  EXPECT_NEAR(conditional.covariance(0), 5.0 / 6, kFewRoundings);
  EXPECT_NEAR(v_given_u(pair).offset(0), -1 - 4.0 / 3, 4 * kFewRoundings);
}

}  // namespace
}  // namespace lagoon::contrastive
