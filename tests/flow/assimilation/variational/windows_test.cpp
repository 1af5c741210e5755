#include <cmath>

#include <gtest/gtest.h>

#include "flow/assimilation/observed_window.hpp"
#include "flow/assimilation/variational/variational.hpp"
#include "tests/flow/assimilation/variational/traced_flow.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

// A search that begins with the first half of the time, or with its first quarter, ends where one
// from regression does, and one that need not be lengthened is that one.
TEST(Variational, lengthening_windows_lead_to_the_same_optimum) {
  const tests::TracedFlow twin({.n_drifters = 16, .noise_percent = 5}, 0);
  const ControlSpace space(twin.law);
  VariationalOptions options;
  const double cost = assimilate_variational(twin.law, space, twin.tracks(), options).cost;
  for (const double from : {0.03, 0.06}) {
    options.lengthened_from = from;
    EXPECT_NEAR(assimilate_variational(twin.law, space, twin.tracks(), options).cost, cost,
                tests::kSameOptimum);
  }
  // Two searches, and both count.
  const ObservedWindow half(twin.law, twin.tracks(), twin.law.times.back() / 2);
  const auto first = assimilate_variational(twin.law, space, half.tracks());
  VariationalOptions second;
  second.start = VariationalStart::given;
  second.given = first.posterior.mean;
  EXPECT_EQ(
      assimilate_variational(twin.law, space, twin.tracks(), options).iterations,
      first.iterations + assimilate_variational(twin.law, space, twin.tracks(), second).iterations);
  options.lengthened_from = 1;
  EXPECT_EQ(assimilate_variational(twin.law, space, twin.tracks(), options).cost, cost);
}

// A drifter seen in the first half of the time at its own release alone tells nothing of the flow
// there: the search begins at rest, as if it had not been seen.
TEST(Variational, a_release_that_is_seen_is_no_observation) {
  tests::TracedFlow twin(
      {.n_drifters = 2, .n_times = 10, .noise_percent = 5, .release_interval = 0.02}, 10);
  constexpr std::size_t kAtRelease = 10 + 1, kLast = 10 + 9;  // drifter 1 at 0.02 and at 0.1
  for (auto* positions : {&twin.paths.x, &twin.paths.y}) {
    for (std::size_t i = 0; i < positions->size(); ++i) {
      if (i != kAtRelease && i != kLast) (*positions)[i] = std::nan("");
    }
  }
  const ControlSpace space(twin.law);
  const ObservedWindow half(twin.law, twin.tracks(), 0.05);
  EXPECT_FALSE(is_observed_after_release(twin.law, half.tracks()));
  EXPECT_TRUE(is_observed_after_release(twin.law, twin.tracks()));
  VariationalOptions options;
  options.lengthened_from = 0.03;
  const auto lengthened = assimilate_variational(twin.law, space, twin.tracks(), options);
  options.lengthened_from = 0;
  options.start = VariationalStart::zero;
  const auto from_rest = assimilate_variational(twin.law, space, twin.tracks(), options);
  EXPECT_EQ(lengthened.posterior.mean, from_rest.posterior.mean);
}

}  // namespace
}  // namespace lagoon::flow
