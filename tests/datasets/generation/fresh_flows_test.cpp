#include "datasets/generation/fresh_flows.hpp"

#include <gtest/gtest.h>

#include "datasets/generation/blocks.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

constexpr std::int64_t kFirst = 1000, kCount = 6;

SampleBlock drawn(const FreshFlows& flows, Split split, int threads = 1) {
  SampleBlock block;
  flows.draw(split, kFirst, kCount, threads, block);
  return block;
}

TEST(FreshFlows, are_the_samples_of_a_dataset_all_of_whose_flows_are_of_the_split) {
  Description description = rich_description(10);
  const FreshFlows flows(description);
  description.n_flows = kFirst + kCount;
  description.eulerian = {};  // of flows that are drawn anew, stations and fields are not kept
  for (const auto& [split, fractions] : {std::pair{Split::train, SplitFractions{0, 0}},
                                         std::pair{Split::validation, SplitFractions{1, 0}},
                                         {Split::test, SplitFractions{0, 1}}}) {
    description.fractions = fractions;
    SampleBlock expected;
    generate_block(description, kFirst, kCount, 1, expected);
    EXPECT_EQ(text_of(drawn(flows, split, 3)), text_of(expected)) << to_string(split);
  }
}

TEST(FreshFlows, of_different_splits_share_no_draw) {
  const FreshFlows flows(small_description(10));
  const auto train = drawn(flows, Split::train), validation = drawn(flows, Split::validation),
             test = drawn(flows, Split::test);
  for (std::size_t i = 0; i < train.psi_hat.size(); ++i) {
    EXPECT_NE(train.psi_hat[i], validation.psi_hat[i]);
    EXPECT_NE(train.psi_hat[i], test.psi_hat[i]);
    EXPECT_NE(validation.psi_hat[i], test.psi_hat[i]);
  }
}

TEST(FreshFlows, are_told_apart_by_what_decides_their_bits_alone) {
  const auto hash_after = [](auto&& change) {
    Description description = small_description(10);
    change(description);
    return FreshFlows(description).hash();
  };
  const std::uint64_t hash = hash_after([](Description&) {});
  EXPECT_EQ(hash_after([](Description& d) { d.n_flows = 11; }), hash);
  EXPECT_EQ(hash_after([](Description& d) { d.title = "Another"; }), hash);
  EXPECT_EQ(hash_after([](Description& d) { d.fractions = {0, 0}; }), hash);
  EXPECT_NE(hash_after([](Description& d) { d.seed = 3; }), hash);
  EXPECT_NE(hash_after([](Description& d) { d.steps_per_interval = 4; }), hash);
  EXPECT_NE(hash_after([](Description& d) { d.precision = "float32"; }), hash);
  EXPECT_NE(hash_after([](Description& d) { d.law.omega[0] += 1; }), hash);
}

TEST(FreshFlows, without_chosen_steps_are_refused) {
  Description description = small_description(10);
  description.steps_per_interval = 0;
  const auto message = error_of([&] { const FreshFlows flows(description); });
  EXPECT_NE(message.find("give steps or a tolerance"), std::string::npos) << message;
}

}  // namespace
}  // namespace lagoon::datasets::tests
