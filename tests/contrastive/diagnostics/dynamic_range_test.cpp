#include "contrastive/diagnostics/dynamic_range.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "contrastive/diagnostics/sphere_law.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/diagnostics/clouds.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kFourErrors;

TEST(DynamicRange, of_pairs_that_coincide_is_the_ceiling) {
  const Embeddings x = draw_directions(3000, 6, 1);
  const auto range = measure_dynamic_range(x, x, 4, true);
  EXPECT_EQ(range.reach, 8);
  EXPECT_EQ(range.share_at_ceiling, 1);
  EXPECT_NEAR(range.ceiling, 4 - log_mean_exp_on_sphere(6, 4), 1e-12);
  EXPECT_NEAR(range.information.value, range.ceiling, 0.02);
  EXPECT_LE(range.used, range.reach + 1e-5);
  EXPECT_FALSE(range.is_enough());  // log(99 * 2999) = 12.6
  EXPECT_TRUE(measure_dynamic_range(x, x, 7, true).is_enough());
}

/// Partners about their queries as the critic says, v ~ exp(k <u, v>): the information is then the
/// divergence of a von Mises-Fisher law from the uniform.
TEST(DynamicRange, information_of_partners_drawn_by_the_critic_is_known) {
  const double k = 5;
  const Embeddings u = draw_directions(2000, 3, 3);
  Embeddings v = tests::von_mises_fisher(2000, 3, k, 7);
  for (std::int64_t i = 0; i < u.n; ++i) {
    // The reflection that takes e_1 to u_i.
    const auto to = u.row(i);
    float* row = v.values.data() + 3 * i;
    const double normal[] = {1 - to[0], -to[1], -to[2]};
    const double square = 2 * (1 - to[0]);
    const double along = (normal[0] * row[0] + normal[1] * row[1] + normal[2] * row[2]) / square;
    for (int j = 0; j < 3; ++j) row[j] -= static_cast<float>(2 * along * normal[j]);
  }
  const auto range = measure_dynamic_range(u, v, k, true);
  EXPECT_NEAR(range.information.value, divergence_of_von_mises_fisher(3, k),
              kFourErrors * range.information.standard_error);
  EXPECT_NEAR(measure_dynamic_range(u, v, 0, true).information.value, 0, 1e-12);
}

TEST(DynamicRange, information_is_at_most_log_n_and_unbounded_critics_reach_all) {
  Embeddings far{10, 10, std::vector<float>(100)};
  for (int i = 0; i < 10; ++i) far.values[11 * i] = 100;
  const auto range = measure_dynamic_range(far, far, 1, false);
  EXPECT_NEAR(range.information.value, std::log(10), 1e-9);
  EXPECT_TRUE(std::isinf(range.reach));
  EXPECT_TRUE(range.is_enough());
  EXPECT_THROW(measure_dynamic_range(far, draw_directions(10, 3, 1), 1, false), Error);
}

}  // namespace
}  // namespace lagoon::contrastive
