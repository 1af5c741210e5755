#pragma once

#include <functional>
#include <string>
#include <vector>

#include <torch/types.h>

#include "contrastive/objective/log_mean_exps.hpp"
#include "contrastive/objective/tilting.hpp"

// Factors of float32 for the tests of the streaming sums, and what is computed from them.
namespace lagoon::contrastive::tests {

struct Problem {
  std::string name;
  torch::Tensor u, v;
  Targets targets;  // only what is excluded
};

/// Unit vectors, u's over the temperature: independent ones, or pairs (as far as there are) of a
/// few clusters, which at low temperatures leave differences of large numbers.
Problem random_problem(std::int64_t n_u, std::int64_t n_v, std::int64_t dims, double temperature);
Problem clustered_problem(std::int64_t n_u, std::int64_t n_v, std::int64_t dims,
                          double temperature);

/// The same with so many pairs excluded, whole corners of tiles among them.
Problem with_exclusions(Problem problem, std::int64_t n_excluded);

/// A vector that is made of the factors.
using Sums = std::function<torch::Tensor(const Factors&)>;

/// All normalisers, rows before columns: from the whole matrix, and streaming.
Sums plain_normalizers(const Problem& problem);
Sums streaming_normalizers(const Problem& problem);

/// What it is, and the gradients of its inner product with fixed weights of either sign.
struct Outcome {
  torch::Tensor value, gradient_u, gradient_v;
};
Outcome outcome(const Problem& problem, at::ScalarType type, const Sums& sums);

/// max |a - b| / max |b|.
double relative_difference(const torch::Tensor& a, const torch::Tensor& b);

/// The largest of the three. Normalisers are logarithms: their differences are relative to 1, if
/// none is larger.
double relative_difference(const Outcome& a, const Outcome& b);

}  // namespace lagoon::contrastive::tests
