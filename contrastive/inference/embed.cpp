#include "contrastive/inference/embed.hpp"

#include "contrastive/objective/tilting.hpp"

namespace lagoon::contrastive {

Embeddings embed(const Encoder& encoder, const torch::Tensor& features) {
  constexpr std::int64_t kBlock = 1024;
  const torch::NoGradGuard no_grad;
  Embeddings result;
  result.n = features.size(0);
  for (const torch::Tensor& block : features.split(kBlock)) {
    const torch::Tensor rows = unit_rows(encoder.forward(block)).contiguous();
    const auto* values = rows.data_ptr<float>();
    result.dim = rows.size(1);
    result.values.insert(result.values.end(), values, values + rows.numel());
  }
  return result;
}

}  // namespace lagoon::contrastive
