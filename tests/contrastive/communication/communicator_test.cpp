#include "contrastive/communication/communicator.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "contrastive/communication/ranks.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/communication/thread_ranks.hpp"

namespace lagoon::contrastive::tests {
namespace {

/// Everything that a communicator promises, whatever is behind it.
void expect_promises_kept(Communicator& ranks) {
  const int rank = ranks.rank(), size = ranks.size();
  const at::Tensor numbers = at::full({1000}, rank + 1, at::kFloat);
  const at::Tensor more = at::full({3}, rank, at::kDouble);
  auto first = ranks.start_sum(numbers), second = ranks.start_sum(more);
  second.wait();
  first.wait();
  EXPECT_TRUE(at::equal(numbers, at::full({1000}, size * (size + 1) / 2, at::kFloat)));
  EXPECT_TRUE(at::equal(more, at::full({3}, size * (size - 1) / 2, at::kDouble)));
  for (const std::int64_t n : {size, size + 1, 7, 11}) {
    const at::Tensor all = at::arange(n * 2, at::kFloat).view({n, 2});
    const at::Tensor own = all.narrow(0, ranks.first_row(n), ranks.n_rows(n));
    EXPECT_TRUE(at::equal(ranks.gather_rows(own, n), all)) << n;
  }
  EXPECT_EQ(ranks.maximum(rank - 10.5), size - 11.5);
  EXPECT_TRUE(ranks.any(rank == size - 1));
  EXPECT_FALSE(ranks.any(false));
  const at::Tensor of_first = at::full({2}, 5 + rank, at::kLong);
  ranks.broadcast(of_first);
  EXPECT_TRUE(at::equal(of_first, at::full({2}, 5, at::kLong)));
  ranks.barrier();
}

TEST(Communicator, alone_has_all_there_is) {
  Communicator ranks;
  expect_promises_kept(ranks);
  EXPECT_EQ(ranks.transport_name(), "");
}

TEST(Communicator, keeps_its_promises_between_threads) {
  for (const int size : {2, 3, 4}) run_ranks(size, expect_promises_kept);
}

TEST(Communicator, keeps_its_promises_through_gloo) {
  if (!has_transport("gloo")) GTEST_SKIP() << "this LibTorch has no headers of Gloo";
  for (const int size : {2, 3}) run_gloo_ranks(size, expect_promises_kept);
}

TEST(Communicator, shares_are_whole_and_even) {
  for (const int size : {1, 2, 3, 4, 7}) {
    run_ranks(size, [&](Communicator& ranks) {
      for (std::int64_t n = size; n < 3 * size; ++n) {
        EXPECT_EQ(ranks.first_row(n, 0), 0);
        EXPECT_EQ(ranks.first_row(n, size), n);
        EXPECT_LE(n / size, ranks.n_rows(n));
        EXPECT_LE(ranks.n_rows(n), (n + size - 1) / size);
      }
    });
  }
}

TEST(Communicator, a_rank_that_leaves_is_an_error_for_the_others_with_the_remedy) {
  if (!has_transport("gloo")) GTEST_SKIP() << "this LibTorch has no headers of Gloo";
  const auto leave_or_wait = [](Communicator& ranks) {
    if (ranks.rank() == 1) return;
    const at::Tensor numbers = at::zeros({4});
    ranks.sum(numbers);
  };
  try {
    run_gloo_ranks(2, leave_or_wait);
    FAIL() << "nobody noticed";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with("rank 0 of 2: another rank died")) << text;
    EXPECT_NE(text.find("--resume"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
