#include "contrastive/encoders/one_hot.hpp"

namespace lagoon::contrastive {

torch::Tensor OneHot::forward(const torch::Tensor& labels) const {
  return at::one_hot(labels, n_labels_).to(at::kFloat);
}

}  // namespace lagoon::contrastive
