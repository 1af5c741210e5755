#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/streaming/streaming.hpp"
#include "contrastive/objective/streaming/tile_sums.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/contrastive/objective/streaming/problems.hpp"
#include "tests/support/tolerances.hpp"

// The streaming sums are those of the whole matrix, in value and gradient.
namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kRoundingRelative;
using lagoon::tests::kStreaming;
using lagoon::tests::kStreamingHard;

/// One row; less than a tile; whole tiles and lanes, and one more; much longer than
/// wide; dims that are no multiple of anything.
std::vector<Problem> problems(double temperature) {
  std::vector<Problem> all;
  for (const auto& [n_u, n_v, dims] : {std::tuple{1, 1, 3},
                                       {1, 300, 7},
                                       {5, 7, 1},
                                       {96, 96, 16},
                                       {97, 193, 17},
                                       {130, 110, 130},
                                       {400, 3, 64},
                                       {333, 500, 20},
                                       {700, 600, 128}}) {
    all.push_back(random_problem(n_u, n_v, dims, temperature));
  }
  all.push_back(with_exclusions(random_problem(333, 290, 20, temperature), 2000));
  return all;
}

void expect_agreement(const Problem& problem, double tolerance) {
  const Outcome streaming = outcome(problem, at::kFloat, streaming_normalizers(problem));
  const Outcome plain = outcome(problem, at::kFloat, plain_normalizers(problem));
  const Outcome exact = outcome(problem, at::kDouble, plain_normalizers(problem));
  EXPECT_LT(relative_difference(streaming, exact), tolerance) << problem.name;
  EXPECT_LT(relative_difference(streaming, plain), tolerance) << problem.name;
}

TEST(Streaming, equals_plain_on_independent_vectors) {
  for (const double temperature : {1.0, 0.07, 0.01}) {
    for (const Problem& problem : problems(temperature)) expect_agreement(problem, kStreaming);
  }
}

TEST(Streaming, a_single_pair_is_its_own_normaliser) {
  const Problem problem = random_problem(1, 1, 3, 0.07);
  const Outcome single = outcome(problem, at::kFloat, streaming_normalizers(problem));
  const torch::Tensor score = (problem.u * problem.v).sum();
  EXPECT_LT(relative_difference(single.value, score.expand({2})), kStreaming);
  // The derivative by the score is the sum of the weights.
  const torch::Tensor weight = normals({2}, 41).sum().to(at::kFloat);
  EXPECT_LT(relative_difference(single.gradient_u, weight * problem.v), kStreaming);
  EXPECT_LT(relative_difference(single.gradient_v, weight * problem.u), kStreaming);
}

TEST(Streaming, equals_plain_on_pairs_in_clusters) {
  for (const double temperature : {1.0, 0.07}) {
    expect_agreement(clustered_problem(500, 333, 20, temperature), kStreaming);
    expect_agreement(clustered_problem(300, 300, 128, temperature), kStreaming);
    expect_agreement(with_exclusions(clustered_problem(300, 300, 128, temperature), 900),
                     kStreaming);
  }
}

TEST(Streaming, is_nearer_to_the_exact_sums_than_plain_where_both_are_far) {
  // Scores of 100 that differ by little: their roundings of 4e-6 are all that is left.
  for (const Problem& problem :
       {clustered_problem(100, 100, 128, 0.01), clustered_problem(600, 600, 128, 0.01)}) {
    const Outcome streaming = outcome(problem, at::kFloat, streaming_normalizers(problem));
    const Outcome plain = outcome(problem, at::kFloat, plain_normalizers(problem));
    const Outcome exact = outcome(problem, at::kDouble, plain_normalizers(problem));
    EXPECT_LT(relative_difference(streaming, exact), kStreamingHard) << problem.name;
    EXPECT_LT(relative_difference(streaming, exact), relative_difference(plain, exact))
        << problem.name;
  }
}

TEST(Streaming, double_precision_loses_nothing) {
  for (const Problem& problem :
       {random_problem(700, 600, 20, 0.07), clustered_problem(333, 2500, 20, 0.01),
        with_exclusions(random_problem(600, 290, 20, 0.07), 900)}) {
    const Outcome streaming = outcome(problem, at::kDouble, streaming_normalizers(problem));
    const Outcome plain = outcome(problem, at::kDouble, plain_normalizers(problem));
    EXPECT_LT(relative_difference(streaming, plain), kRoundingRelative) << problem.name;
  }
}

/// Gradients by the bias too.
struct SoftplusOutcome {
  Outcome of_factors;
  torch::Tensor gradient_bias;
};

template <class Mean>
SoftplusOutcome softplus_outcome(const Problem& problem, at::ScalarType type, double bias,
                                 Mean&& mean) {
  const torch::Tensor b = at::full({}, bias, type).requires_grad_();
  SoftplusOutcome result;
  const auto of = [&](const Factors& factors) { return mean(factors, b); };
  result.of_factors = outcome(problem, type, of);
  const torch::Tensor value = of({problem.u.to(type), problem.v.to(type)});
  result.gradient_bias = torch::autograd::grad({value}, {b})[0];
  return result;
}

void expect_softplus(const Problem& problem, double bias, at::ScalarType type, double tolerance) {
  const auto streaming =
      softplus_outcome(problem, type, bias, [&](const Factors& factors, const torch::Tensor& b) {
        return streaming_softplus_mean(factors, b, problem.targets);
      });
  const auto plain = softplus_outcome(
      problem, at::kDouble, bias, [&](const Factors& factors, const torch::Tensor& b) {
        return softplus_mean(at::mm(factors.u, factors.v.t()), b, problem.targets);
      });
  EXPECT_LT(relative_difference(streaming.of_factors, plain.of_factors), tolerance)
      << problem.name << ", bias " << bias;
  EXPECT_LT(relative_difference(streaming.of_factors.value, plain.of_factors.value), tolerance)
      << problem.name << ", bias " << bias;
  EXPECT_LT(relative_difference(streaming.gradient_bias, plain.gradient_bias), tolerance)
      << problem.name << ", bias " << bias;
}

TEST(Streaming, softplus_equals_plain) {
  for (const double temperature : {1.0, 0.07, 0.01}) {
    // At a bias of -40 every term is below a rounding of 1, and counts.
    for (const double bias : {-40.0, -8.0, 0.0, 3.0, 200.0}) {
      for (const Problem& problem :
           {random_problem(5, 7, 3, temperature), random_problem(97, 193, 17, temperature),
            random_problem(333, 500, 20, temperature),
            clustered_problem(200, 200, 128, temperature),
            with_exclusions(random_problem(333, 290, 20, temperature), 2000)}) {
        expect_softplus(problem, bias, at::kFloat, kStreaming);
      }
      expect_softplus(random_problem(200, 193, 17, temperature), bias, at::kDouble,
                      kRoundingRelative);
    }
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
