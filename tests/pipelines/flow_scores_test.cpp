#include "pipelines/retrieval/flow_scores.hpp"

#include <gtest/gtest.h>

#include "flow/law/law_options.hpp"
#include "flow/prior.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines {
namespace {

using Coefficients = std::vector<std::complex<double>>;

flow::Law steady_law() {
  flow::LawOptions options;
  options.omega_std = 0;
  options.n_times = 10;
  options.release = "grid";
  options.n_drifters = 16;
  return flow::make_law(options);
}

// A flow of the law, and scores of `factor` times that flow against it and its own tracks.
FlowScores scores_of_scaled(double factor) {
  const flow::Law law = steady_law();
  Coefficients truth(law.n_modes());
  flow::draw_psi_hat(law, {1, flow::Purpose::test, 0}, truth);
  Coefficients answer = truth;
  for (auto& value : answer) value *= factor;
  return score_flow(law, answer, truth, integrate_paths(law, truth));
}

TEST(FlowScores, true_flow_explains_everything) {
  const FlowScores scores = scores_of_scaled(1);
  EXPECT_NEAR(scores.psi_correlation, 1, lagoon::tests::kRoundingRelative);
  EXPECT_EQ(scores.velocity_r_squared, 1);
  EXPECT_EQ(scores.track_r_squared, 1);
}

TEST(FlowScores, flow_at_rest_explains_nothing) {
  const FlowScores scores = scores_of_scaled(0);
  EXPECT_EQ(scores.psi_correlation, 0);
  EXPECT_NEAR(scores.velocity_r_squared, 0, lagoon::tests::kRoundingRelative);
  EXPECT_NEAR(scores.track_r_squared, 0, lagoon::tests::kRoundingRelative);
}

TEST(FlowScores, reversed_flow_is_worse_than_none) {
  const FlowScores scores = scores_of_scaled(-1);
  EXPECT_NEAR(scores.psi_correlation, -1, lagoon::tests::kRoundingRelative);
  EXPECT_NEAR(scores.velocity_r_squared, -3, lagoon::tests::kRoundingRelative * 10);  // 1 - 2^2
  EXPECT_LT(scores.track_r_squared, 0);
}

}  // namespace
}  // namespace lagoon::pipelines
