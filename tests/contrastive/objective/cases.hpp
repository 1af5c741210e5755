#pragma once

#include <vector>

#include <torch/types.h>

#include "contrastive/objective/objective.hpp"

// Batches and options of the tests of losses, all in double precision.
namespace lagoon::contrastive::tests {

inline constexpr Tilting kTiltings[] = {Tilting::cosine, Tilting::inner_product,
                                        Tilting::quadratic};
inline constexpr const char* kLosses[] = {"conditional", "joint", "conditional_mmd", "joint_mmd",
                                          "sigmoid"};
inline constexpr const char* kKernels[] = {"gaussian", "polynomial", "energy"};

inline torch::Tensor scalar(double value) {
  return at::full({}, value, at::kDouble);
}

/// Normal numbers that depend on the seed alone.
torch::Tensor normals(std::initializer_list<std::int64_t> sizes, std::uint64_t seed);

/// A batch of n pairs with a second one of m, embeddings of 3 numbers, samples of 2.
EncodedBatch random_batch(std::int64_t n, std::int64_t m, std::uint64_t seed);

/// Embeddings whose inner product is this matrix.
EncodedBatch batch_of(const torch::Tensor& log_rho);

/// Several positives a row and a column, with weights, for n >= 4.
Targets several_positives(std::int64_t n);

/// The diagonal, with two pairs of others left out of every normaliser.
Targets with_exclusions(std::int64_t n);

/// Plain evaluation.
ObjectiveOptions plain(const char* loss, double lambda_u = 1, double lambda_v = 1);

double loss_of(const ObjectiveOptions& options, Tilting tilting, const EncodedBatch& batch,
               double inverse_temperature = 1.7);

}  // namespace lagoon::contrastive::tests
