#pragma once

#include <string>

#include "contrastive/embeddings.hpp"
#include "contrastive/objective/model.hpp"
#include "datasets/safetensors.hpp"

namespace lagoon::contrastive {

/// Embeds features so that, for any tilting, <row of u, row of v> / temperature = log_rho: ranks,
/// searches and posteriors need know of no tilting ([BST] Algorithm 1). Rows are
///   cosine         z / |z|                         (n, E)
///   inner_product  z                               (n, E)
///   quadratic      [z_u - c, -|z_u - c|^2 / 2s, s] and [z_v - c, s, -|z_v - c|^2 / 2s], (n, E + 2)
/// A common centre c changes no distance, and the unit s no product; with c the mean of the
/// embeddings and s near the root mean square of |z - c| / sqrt 2, rows are as short as they can
/// be, and so are their roundings: 2^-24 |z - c|^2 of a row's score.
class Embedder {
 public:
  /// Takes c and s from some rows of features of both modalities (only the quadratic tilting looks
  /// at them). The model must outlive it.
  Embedder(const Model& model, const torch::Tensor& features_u, const torch::Tensor& features_v);

  /// Takes c and s from a checkpoint. Throws Error where they are missing.
  Embedder(const Model& model, const datasets::SafeTensors& file, const std::string& prefix);

  /// (n, F_u...) -> n rows, in blocks, on all threads, without gradients; (n, F_v...) likewise.
  Embeddings u(const torch::Tensor& features) const;
  Embeddings v(const torch::Tensor& features) const;

  /// c and s, by name; of the other tiltings nothing.
  NamedTensors state() const;

 private:
  torch::Tensor rows(const torch::Tensor& z, bool of_u) const;
  Embeddings embed(const torch::Tensor& features, bool of_u) const;

  const Model* model_;
  torch::Tensor centre_, unit_;  // (E) float32, () float64
};

}  // namespace lagoon::contrastive
