#include <algorithm>
#include <atomic>
#include <mutex>

#include <gtest/gtest.h>

#include "contrastive/objective/streaming/chosen_kernel.hpp"
#include "contrastive/objective/streaming/kernel_sums.hpp"
#include "contrastive/objective/streaming/sweep.hpp"
#include "contrastive/objective/streaming/tile_sums.hpp"
#include "contrastive/threads.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/contrastive/objective/streaming/problems.hpp"
#include "tests/support/tolerances.hpp"

// The bits of the streaming sums depend neither on the number of threads nor on the instruction
// set.
namespace lagoon::contrastive::tests {
namespace {

using streaming::PairSums;

/// All that a PairSums gives.
std::vector<torch::Tensor> all_of(const PairSums& sums, const Problem& problem) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor of_rows = normals({problem.u.size(0)}, 51).to(at::kFloat);
  const torch::Tensor of_columns = normals({problem.v.size(0)}, 52).to(at::kFloat);
  const torch::Tensor bias = at::full({}, -3.5F), weight = at::full({}, 0.01F);
  const PairSums::Both exps = sums.exps({});
  const Factors both = sums.exp_gradients(exps, of_rows, of_columns, {});
  const Factors one = sums.exp_gradients(exps, of_rows, {}, {.u = false});
  const PairSums::SoftplusGradients softplus = sums.softplus_gradients(bias, weight, {});
  return {exps.rows.maximum,
          exps.rows.sum,
          exps.columns.maximum,
          exps.columns.sum,
          both.u,
          both.v,
          one.v,
          sums.softplus_sum(bias),
          softplus.factors.u,
          softplus.factors.v,
          softplus.bias};
}

void expect_same_bits(const std::vector<torch::Tensor>& a, const std::vector<torch::Tensor>& b,
                      const std::string& what) {
  for (std::size_t k = 0; k < a.size(); ++k) EXPECT_TRUE(a[k].equal(b[k])) << what << ", " << k;
}

TEST(StreamingBits, depend_neither_on_threads_nor_on_the_instruction_set) {
  for (const Problem& problem : {with_exclusions(random_problem(700, 500, 37, 0.07), 900),
                                 clustered_problem(500, 700, 20, 0.01)}) {
    set_threads(1);
    const auto kernels = streaming::available_kernels();
    const auto expected =
        all_of(*streaming::kernel_sums(*kernels.front(), {problem.u, problem.v}, problem.targets),
               problem);
    for (const streaming::Kernel* kernel : kernels) {
      for (const int threads : {1, 2, 5}) {
        if (!kernel->is_fused && threads != 5) continue;  // takes its time
        set_threads(threads);
        const auto sums = streaming::kernel_sums(*kernel, {problem.u, problem.v}, problem.targets);
        expect_same_bits(all_of(*sums, problem), expected,
                         std::string(kernel->name) + ", " + std::to_string(threads) + " threads");
      }
    }
  }
  set_threads(1);
}

TEST(StreamingBits, tiles_of_plain_operations_give_the_same_to_rounding) {
  const Problem problem = with_exclusions(random_problem(700, 500, 37, 0.07), 900);
  const Factors factors = {problem.u, problem.v};
  const auto a = all_of(
      *streaming::kernel_sums(*streaming::available_kernels().front(), factors, problem.targets),
      problem);
  const auto b = all_of(*streaming::tile_sums(factors, problem.targets), problem);
  for (std::size_t k = 0; k < a.size(); ++k) {
    EXPECT_LT(relative_difference(a[k], b[k]), lagoon::tests::kStreaming) << k;
  }
}

/// The partners of each row and of each column of tiles, in the order in which they met.
struct Meetings {
  std::vector<std::vector<std::int64_t>> of_rows, of_columns;
};

Meetings sweep(std::int64_t n_rows, std::int64_t n_columns, int threads) {
  Meetings meetings;
  meetings.of_rows.resize(n_rows);
  meetings.of_columns.resize(n_columns);
  std::vector<std::atomic<int>> busy(n_rows + n_columns);
  set_threads(threads);
  streaming::for_each_tile_pair(n_rows, n_columns, [&](std::int64_t i, std::int64_t j) {
    EXPECT_EQ(busy[i]++ + busy[n_rows + j]++, 0) << "two at once";
    meetings.of_rows[i].push_back(j);
    meetings.of_columns[j].push_back(i);
    --busy[i];
    --busy[n_rows + j];
  });
  set_threads(1);
  return meetings;
}

TEST(StreamingSweep, every_pair_meets_once_alone_and_in_an_order_of_its_own) {
  for (const auto& [n_rows, n_columns] :
       {std::pair{1, 1}, {1, 50}, {3, 4}, {20, 20}, {31, 12}, {7, 300}, {200, 190}}) {
    const Meetings one = sweep(n_rows, n_columns, 1), many = sweep(n_rows, n_columns, 7);
    EXPECT_EQ(one.of_rows, many.of_rows);
    EXPECT_EQ(one.of_columns, many.of_columns);
    for (std::vector<std::int64_t> partners : many.of_rows) {
      ASSERT_EQ(partners.size(), static_cast<std::size_t>(n_columns));
      std::sort(partners.begin(), partners.end());
      for (std::int64_t j = 0; j < n_columns; ++j) EXPECT_EQ(partners[j], j);
    }
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
