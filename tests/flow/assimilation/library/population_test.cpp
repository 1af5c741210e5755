// Posteriors where a sample of the prior is far too small, against the closed form.
#include "flow/assimilation/population.hpp"

#include <cmath>

#include <Eigen/LU>
#include <gtest/gtest.h>

#include "flow/assimilation/library/weights.hpp"
#include "flow/scores/moments.hpp"

namespace lagoon::flow {
namespace {

Eigen::MatrixXd normals(Eigen::Index rows, Eigen::Index cols, std::uint64_t sample) {
  Eigen::MatrixXd values(rows, cols);
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    values.data()[i] =
        normal_pair(9, Purpose::library_draw, sample, static_cast<std::uint32_t>(i))[0];
  }
  return values;
}

TEST(Population, finds_a_linear_posterior_that_few_members_of_the_prior_are_near) {
  const Eigen::Index n = 6;
  const Eigen::MatrixXd library = normals(n, 5000, 0), map = normals(n + 4, n, 1);
  const double noise = 0.5;
  const Eigen::VectorXd seen = map * normals(n, 1, 2) + noise * normals(n + 4, 1, 3);
  const auto log_likelihood = [&](const Eigen::MatrixXd& controls) -> Eigen::VectorXd {
    return -((map * controls).colwise() - seen).colwise().squaredNorm().transpose() /
           (2 * noise * noise);
  };
  const Eigen::VectorXd of_library = log_likelihood(library);
  ASSERT_LT(effective_sample_size(importance_weights(of_library)), 20);
  const auto found = sample_population(tempered_moments(library, of_library, 100), log_likelihood,
                                       {4, Purpose::conditional_draw, 7});
  EXPECT_GE(effective_sample_size(found.weights), 400);

  const Eigen::MatrixXd precision =
      Eigen::MatrixXd::Identity(n, n) + map.transpose() * map / (noise * noise);
  const Eigen::MatrixXd covariance = precision.inverse();
  const Eigen::VectorXd mean = covariance * (map.transpose() * seen) / (noise * noise);
  const auto moments = weighted_moments(found.members, found.weights);
  const double error = 5 / std::sqrt(effective_sample_size(found.weights));
  for (Eigen::Index i = 0; i < n; ++i) {
    const double spread = std::sqrt(covariance(i, i));
    EXPECT_NEAR(moments.mean(i), mean(i), error * spread);
    EXPECT_NEAR(moments.spread(i), spread, error * spread);
  }
}

TEST(Population, is_the_prior_where_nothing_was_seen) {
  const auto nothing = [](const Eigen::MatrixXd& controls) -> Eigen::VectorXd {
    return Eigen::VectorXd::Zero(controls.cols());
  };
  const auto found =
      sample_population(tempered_moments(normals(2, 4000, 0), Eigen::VectorXd::Zero(4000), 2000),
                        nothing, {4, Purpose::conditional_draw, 8});
  const auto moments = weighted_moments(found.members, found.weights);
  EXPECT_LT(moments.mean.norm(), 0.15);
  EXPECT_NEAR(moments.spread(0), 1, 0.1);
  EXPECT_NEAR(moments.spread(1), 1, 0.1);
  // Of no round the first is drawn all the same.
  const auto of_none = sample_population(
      {Eigen::VectorXd::Zero(2), Eigen::MatrixXd::Identity(2, 2)}, nothing,
      {4, Purpose::conditional_draw, 9}, {.draws = 10, .share = 2, .most_rounds = 0});
  EXPECT_EQ(of_none.members.cols(), 10);
}

}  // namespace
}  // namespace lagoon::flow
