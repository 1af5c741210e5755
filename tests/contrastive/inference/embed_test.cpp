// [BST] Algorithm 1 and the learned conditional, against the matrix log_rho that training sees.
#include "contrastive/inference/embed.hpp"

#include <array>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "contrastive/encoders/mlp.hpp"
#include "contrastive/inference/posterior.hpp"
#include "contrastive/inference/retrieval.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

constexpr double kEmbeddedTemperature = 0.5;

class Embedding : public ::testing::TestWithParam<Tilting> {
 protected:
  /// Encoders of inputs far from the origin, so that the embeddings lie off it too.
  Embedding()
      : model(std::make_shared<Mlp>(5, 16, 1, 8, weights),
              std::make_shared<Mlp>(3, 16, 1, 8, weights), GetParam(),
              std::make_shared<Temperature>(kEmbeddedTemperature, false)),
        u(weights.normal({400, 5}, 1) + 3),
        v(weights.normal({400, 3}, 1) + 3),
        embedder(model, u, v) {}

  /// In double precision, from the definition.
  torch::Tensor log_rho_matrix() const {
    const torch::NoGradGuard no_grad;
    return log_rho(GetParam(), model.u().forward(u).to(at::kDouble),
                   model.v().forward(v).to(at::kDouble),
                   at::full({}, 1 / kEmbeddedTemperature, at::kDouble));
  }

  WeightSource weights{1};
  Model model;
  torch::Tensor u, v;
  Embedder embedder;
};

torch::Tensor scores(const Embeddings& rows, const Embeddings& columns) {
  torch::Tensor result = at::empty({rows.n, columns.n}, at::kDouble);
  auto* out = result.data_ptr<double>();
  for (std::int64_t i = 0; i < rows.n; ++i) {
    for (std::int64_t j = 0; j < columns.n; ++j) {
      *out++ = inner_product(rows.row(i), columns.row(j)) / kEmbeddedTemperature;
    }
  }
  return result;
}

/// How far scores may be from the matrix.
double roundings(const torch::Tensor& matrix) {
  return lagoon::tests::kFloatEmbeddings * matrix.abs().max().item<double>();
}

TEST_P(Embedding, products_over_the_temperature_are_log_rho) {
  const torch::Tensor matrix = log_rho_matrix();
  EXPECT_GT(matrix.abs().max().item<double>(), 1);
  EXPECT_LT((scores(embedder.u(u), embedder.v(v)) - matrix).abs().max().item<double>(),
            roundings(matrix));
}

TEST_P(Embedding, the_best_of_a_library_is_the_largest_of_log_rho) {
  const torch::Tensor matrix = log_rho_matrix();
  const double rounding = roundings(matrix);
  const Embeddings flows = embedder.u(u), trajectories = embedder.v(v);
  const TopK of_trajectories = search_top_k(trajectories, flows, 1);
  const TopK of_flows = search_top_k(flows, trajectories, 1);
  for (std::int64_t i = 0; i < 400; ++i) {
    EXPECT_GE(matrix[of_trajectories.rows[i]][i].item<double>(),
              matrix.select(1, i).max().item<double>() - rounding);
    EXPECT_GE(matrix[i][of_flows.rows[i]].item<double>(),
              matrix[i].max().item<double>() - rounding);
  }
}

TEST_P(Embedding, ranks_are_those_of_log_rho) {
  const torch::Tensor matrix = log_rho_matrix();
  const torch::Tensor above = matrix - matrix.diagonal();  // of column i, what is above its truth
  const torch::Tensor surely = (above > roundings(matrix)).sum(0);
  const torch::Tensor possibly = (above > -roundings(matrix)).sum(0) - 1;
  std::vector<std::int64_t> truth(400);
  std::iota(truth.begin(), truth.end(), 0);
  const Ranks ranks = rank_partners(embedder.v(v), embedder.u(u), truth);
  EXPECT_LT((possibly - surely).sum().item<std::int64_t>(), 10);
  for (std::int64_t i = 0; i < 400; ++i) {
    EXPECT_GE(ranks.better[i], surely[i].item<std::int64_t>());
    EXPECT_LE(ranks.better[i] + ranks.tied[i], possibly[i].item<std::int64_t>());
  }
}

TEST_P(Embedding, posterior_weights_are_the_softmax_of_log_rho) {
  const torch::Tensor weights_of_columns = at::softmax(log_rho_matrix(), 0);
  const Embeddings flows = embedder.u(u), trajectories = embedder.v(v);
  for (const std::int64_t column : {0, 17, 399}) {
    const Posterior result = posterior(trajectories.row(column), flows, kEmbeddedTemperature);
    for (std::int64_t i = 0; i < 400; ++i) {
      EXPECT_NEAR(result.weights[i], weights_of_columns[i][column].item<double>(),
                  lagoon::tests::kFloatScores);
    }
  }
}

TEST_P(Embedding, rows_come_back_from_a_checkpoint) {
  datasets::SafeTensors file;
  put_tensors(file, "embedder", embedder.state());
  const Embedder loaded(model, file, "embedder");
  EXPECT_EQ(loaded.u(u).values, embedder.u(u).values);
  EXPECT_EQ(loaded.v(v).values, embedder.v(v).values);
  EXPECT_EQ(embedder.state().empty(), GetParam() != Tilting::quadratic);
}

TEST_P(Embedding, a_row_does_not_depend_on_its_neighbours) {
  const Embeddings all = embedder.v(v), some = embedder.v(v.narrow(0, 300, 7));
  for (std::int64_t i = 0; i < 7; ++i) {
    for (std::int64_t e = 0; e < all.dim; ++e) {
      EXPECT_NEAR(some.row(i)[e], all.row(300 + i)[e], lagoon::tests::kFloatFeatures);
    }
  }
}

std::string name_of(const ::testing::TestParamInfo<Tilting>& tilting) {
  constexpr std::array kNames = {"cosine", "inner_product", "quadratic"};
  return kNames[static_cast<std::size_t>(tilting.param)];
}

INSTANTIATE_TEST_SUITE_P(of_any_tilting, Embedding,
                         ::testing::Values(Tilting::cosine, Tilting::inner_product,
                                           Tilting::quadratic),
                         name_of);

TEST(Embedder, keeps_digits_far_from_the_origin) {
  // Two clouds of size 1 around a point at distance 3000: as they lie, halves of squares of 4.5e6
  // would leave single precision no digit of distances.
  const std::int64_t n = 64, dim = 8;
  WeightSource weights(2);
  const torch::Tensor u = weights.normal({n, dim}, 1) + 1000,
                      v = weights.normal({n, dim}, 1) + 1000;
  const Model model(std::make_shared<IdentityEncoder>(), std::make_shared<IdentityEncoder>(),
                    Tilting::quadratic, std::make_shared<Temperature>(kEmbeddedTemperature, false));
  const Embedder embedder(model, u, v);
  const torch::Tensor matrix = log_rho(Tilting::quadratic, u.to(at::kDouble), v.to(at::kDouble),
                                       at::full({}, 1 / kEmbeddedTemperature, at::kDouble));
  EXPECT_LT((scores(embedder.u(u), embedder.v(v)) - matrix).abs().max().item<double>(),
            roundings(matrix));
}

TEST(Embedder, a_row_whose_square_no_float_holds_is_compared_all_the_same) {
  WeightSource weights(2);
  const torch::Tensor v = weights.normal({8, 3}, 1), u = v.clone();
  const Model model(std::make_shared<IdentityEncoder>(), std::make_shared<IdentityEncoder>(),
                    Tilting::quadratic, std::make_shared<Temperature>(kEmbeddedTemperature, false));
  const Embedder embedder(model, u, v);
  u[2][0].fill_(1e30);
  const Ranks ranks = rank_partners(embedder.v(v), embedder.u(u), {0, 1, 2, 3, 4, 5, 6, 7});
  EXPECT_EQ(ranks.better, (std::vector<std::int64_t>{0, 0, 7, 0, 0, 0, 0, 0}));
  // Nor is it near to another that is as far off.
  v[5][0].fill_(3e30);
  EXPECT_EQ(rank_partners(embedder.v(v), embedder.u(u), {0, 1, 2, 3, 4, 2, 6, 7}).better[5], 7);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
