#include "contrastive/objective/tilting.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/contrastive/objective/cases.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kFewRoundings;
using lagoon::tests::kRoundingRelative;

double largest(const torch::Tensor& x) {
  return x.abs().max().item<double>();
}

torch::Tensor matrix(const std::vector<double>& values, std::int64_t rows) {
  return torch::tensor(values, at::kDouble).view({rows, -1});
}

TEST(Tilting, names_are_those_of_the_options) {
  EXPECT_EQ(parse_tilting("cosine"), Tilting::cosine);
  EXPECT_EQ(parse_tilting("inner_product"), Tilting::inner_product);
  EXPECT_EQ(parse_tilting("quadratic"), Tilting::quadratic);
  EXPECT_NE(datasets::tests::error_of([] { parse_tilting("bilinear"); }).find("'bilinear'"),
            std::string::npos);
}

TEST(Tilting, values) {
  const torch::Tensor z_u = matrix({3, 4, 0, 2, 1, 0}, 3), z_v = matrix({0, 5, 1, 0, -1, -1}, 3);
  const double half = std::sqrt(0.5);
  const torch::Tensor cosine = matrix({0.8, 0.6, -1.4 * half, 1, 0, -half, 0, 1, -half}, 3);
  const torch::Tensor inner = matrix({20, 3, -7, 10, 0, -2, 0, 1, -1}, 3);
  const torch::Tensor squares = matrix({10, 20, 41, 9, 5, 10, 26, 0, 5}, 3);
  EXPECT_LT(largest(log_rho(Tilting::cosine, z_u, z_v, scalar(2)) - 2 * cosine), kFewRoundings);
  EXPECT_LT(largest(log_rho(Tilting::inner_product, z_u, z_v, scalar(2)) - 2 * inner),
            kFewRoundings);
  EXPECT_LT(largest(log_rho(Tilting::quadratic, z_u, z_v, scalar(2)) + squares), kFewRoundings);
}

TEST(Tilting, a_zero_embedding_stays_finite) {
  const torch::Tensor rows = unit_rows(at::zeros({2, 3}, at::kFloat));
  EXPECT_EQ(largest(rows), 0);
}

TEST(Tilting, is_an_inner_product_of_its_factors) {
  const torch::Tensor z_u = normals({7, 4}, 1), z_v = normals({5, 4}, 2) + 0.5;
  for (const Tilting tilting : kTiltings) {
    const Factors f = factors(tilting, z_u, z_v, scalar(1.7));
    const torch::Tensor whole = log_rho(tilting, z_u, z_v, scalar(1.7));
    EXPECT_LT(largest(at::mm(f.u, f.v.t()) - whole), kRoundingRelative);
    const torch::Tensor pairs = pair_log_rho(tilting, z_u.slice(0, 0, 5), z_v, scalar(1.7));
    EXPECT_LT(largest(pairs - whole.diagonal()), kRoundingRelative);
  }
}

TEST(Tilting, quadratic_factors_keep_their_digits_far_from_the_origin) {
  // Single precision, embeddings of length 1000 that differ by about 1.
  const torch::Tensor near_u = normals({40, 8}, 3), near_v = normals({30, 8}, 4);
  const torch::Tensor z_u = (near_u + 1000).to(at::kFloat), z_v = (near_v + 1000).to(at::kFloat);
  const torch::Tensor exact =
      log_rho(Tilting::quadratic, z_u.to(at::kDouble), z_v.to(at::kDouble), scalar(1));
  const Factors f = factors(Tilting::quadratic, z_u, z_v, at::ones({}, at::kFloat));
  EXPECT_LT(largest(at::mm(f.u, f.v.t()).to(at::kDouble) - exact),
            lagoon::tests::kFloatQuadratic * largest(exact));
}

TEST(Tilting, quadratic_between_unit_embeddings_is_the_cosine_less_a_constant) {
  const torch::Tensor u = unit_rows(normals({6, 4}, 5)), v = unit_rows(normals({6, 4}, 6));
  const torch::Tensor difference =
      log_rho(Tilting::cosine, u, v, scalar(1.7)) - log_rho(Tilting::quadratic, u, v, scalar(1.7));
  EXPECT_LT(largest(difference - 1.7), kRoundingRelative);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
