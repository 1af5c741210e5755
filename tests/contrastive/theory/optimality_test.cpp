// The closed forms are optimal over all encoders.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "contrastive/theory/optimal_tilts.hpp"
#include "contrastive/theory/population_loss.hpp"
#include "tests/contrastive/theory/free_encoders.hpp"
#include "tests/contrastive/theory/random_pair.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using tests::kClosedForm;
using tests::kSmallMatrices;

TEST(Optimality, one_sided_divergence_is_what_the_left_out_modes_hold) {
  for (const GaussianPair& pair : twenty_pairs()) {
    const Eigen::VectorXd s = canonical(pair).s;
    for (int rank = 0; rank <= modes_of(pair); ++rank)
      EXPECT_NEAR(j_cond(pair, quadratic_one_sided(pair, rank), 2, 0),
                  -0.5 * (-s.tail(s.size() - rank).array().square()).log1p().sum(), kClosedForm);
  }
}

// The closed form's loss is never above what 20 descents over free G and H find, and the best of
// them finds it.
void expect_best(Optimum optimum, const GaussianPair& pair, int rank, std::uint64_t n_starts) {
  const FreeEncoders free(optimum, pair, rank);
  const double closed = free.value(free.weights_of(optimal_encoders(optimum, pair, rank)));
  double best = 0;
  for (std::uint64_t start = 0; start < n_starts; ++start)
    best = std::min(best, free.descend(1000 + start));
  EXPECT_LE(closed, best + kClosedForm) << to_string(optimum) << " rank " << rank;
  EXPECT_GE(closed, best - kClosedForm) << to_string(optimum) << " rank " << rank;
}

#ifdef LAGOON_SANITIZED
constexpr std::uint64_t kStarts = 2;  // ten times slower there
#else
constexpr std::uint64_t kStarts = 20;
#endif

TEST(Optimality, no_descent_from_twenty_starts_beats_the_one_sided_optimum) {
  int i = 0;
  for (const GaussianPair& pair : twenty_pairs())
    expect_best(Optimum::quadratic_one_sided, pair, 1 + i++ % modes_of(pair), kStarts);
}

TEST(Optimality, no_descent_beats_any_optimum_at_any_rank) {
  for (const Optimum optimum : kOptima)
    for (const auto& [n_u, n_v] : {std::pair{4, 6}, {6, 4}, {5, 5}}) {
      const GaussianPair pair = random_pair(n_u, n_v, 55);
      for (int rank = 1; rank <= modes_of(pair); ++rank) expect_best(optimum, pair, rank, 4);
    }
}

TEST(Optimality, more_rows_than_modes_gain_nothing) {
  const GaussianPair pair = random_pair(4, 2, 5);
  for (const Optimum optimum : kOptima) expect_best(optimum, pair, 4, 4);
}

TEST(Optimality, gradients_over_the_encoders_vanish) {
  for (const GaussianPair& pair : twenty_pairs())
    for (const Optimum optimum : kOptima)
      for (int rank = 1; rank <= modes_of(pair) + 1; ++rank) {
        const FreeEncoders free(optimum, pair, rank);
        Eigen::VectorXd gradient(free.size());
        free.value(free.weights_of(optimal_encoders(optimum, pair, rank)), &gradient);
        EXPECT_LE(gradient.norm(), kSmallMatrices) << to_string(optimum);
      }
}

}  // namespace
}  // namespace lagoon::contrastive
