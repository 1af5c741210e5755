#pragma once

#include "contrastive/encoders/layers.hpp"

namespace lagoon::contrastive {

/// Labels as unit vectors, g_v(v) = e_v ([BST] 6.2): with the inner-product tilting, log_rho(u, v)
/// is the v-th output of the encoder of u. Nothing to learn.
class OneHot : public Encoder {
 public:
  /// Of dimension n_labels.
  explicit OneHot(std::int64_t n_labels) : n_labels_(n_labels) {}

  /// (batch) int64 in [0, n_labels) -> (batch, n_labels) float32.
  torch::Tensor forward(const torch::Tensor& labels) const override;

 private:
  std::int64_t n_labels_;
};

}  // namespace lagoon::contrastive
