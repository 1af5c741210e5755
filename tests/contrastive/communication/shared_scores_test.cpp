// Retrieval that ranks score together, each its share of the queries.
#include "contrastive/communication/shared_scores.hpp"

#include <memory>
#include <numeric>

#include <gtest/gtest.h>

#include "contrastive/encoders/mlp.hpp"
#include "contrastive/inference/embed.hpp"
#include "contrastive/threads.hpp"
#include "tests/contrastive/communication/thread_ranks.hpp"

namespace lagoon::contrastive::tests {
namespace {

void expect_same(const RetrievalScores& found, const RetrievalScores& expected, int size) {
  EXPECT_EQ(found.library_size, expected.library_size);
  for (const auto direction :
       {&RetrievalScores::lagrangian_to_eulerian, &RetrievalScores::eulerian_to_lagrangian}) {
    EXPECT_EQ((found.*direction).recall, (expected.*direction).recall) << size << " ranks";
    EXPECT_EQ((found.*direction).median_rank, (expected.*direction).median_rank);
  }
}

/// Rows divided by neither 2, 3 nor 4; and fewer than there are ranks.
TEST(SharedScores, are_to_the_bit_those_of_one_process) {
  set_threads(1);
  WeightSource weights(3);
  auto encoder = std::make_shared<Mlp>(5, 16, 1, 8, weights);
  for (const Tilting tilting : {Tilting::cosine, Tilting::quadratic}) {
    const Model model(encoder, encoder, tilting, std::make_shared<Temperature>(0.5, false));
    for (const std::int64_t n : {301, 3}) {
      const torch::Tensor u = weights.normal({n, 5}, 1), v = u + weights.normal({n, 5}, 0.3);
      const Embedder embedder(model, u, v);
      const RetrievalScores expected = score_retrieval(embedder.u(u), embedder.v(v));
      if (n > 3) {
        EXPECT_GT(expected.lagrangian_to_eulerian.recall.at(1), 0.05) << "pairs belong together";
        EXPECT_LT(expected.lagrangian_to_eulerian.recall.at(1), 0.95);
      }
      for (const int size : {1, 2, 3, 4}) {
        run_ranks(size, [&](Communicator& ranks) {
          expect_same(shared_scores(embedder, u, v, ranks), expected, size);
        });
      }
    }
  }
}

template <class Number>
void expect_gathered(std::int64_t n, std::int64_t columns) {
  std::vector<Number> all(static_cast<std::size_t>(n * columns));
  std::iota(all.begin(), all.end(), Number{1});
  for (const int size : {1, 2, 3}) {
    run_ranks(size, [&](Communicator& ranks) {
      const auto begin = all.begin() + ranks.first_row(n) * columns;
      const std::vector<Number> own(begin, begin + ranks.n_rows(n) * columns);
      EXPECT_EQ(gather_rows(own, n, ranks), all) << size << " ranks";
    });
  }
}

TEST(SharedScores, rows_are_gathered_in_their_order) {
  expect_gathered<float>(7, 3);
  expect_gathered<double>(8, 1);
  expect_gathered<std::int64_t>(3, 2);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
