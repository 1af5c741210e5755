#include "contrastive/inference/embed.hpp"

#include "contrastive/objective/tilting.hpp"
#include "contrastive/threads.hpp"

namespace lagoon::contrastive {

Embeddings embed(const Encoder& encoder, const torch::Tensor& features) {
  constexpr std::int64_t kBlock = 256;
  const std::vector<torch::Tensor> blocks = features.split(kBlock);
  std::vector<torch::Tensor> rows(blocks.size());
  run_tasks(blocks.size(), [&](std::size_t i) {
    const torch::NoGradGuard no_grad;
    rows[i] = unit_rows(encoder.forward(blocks[i])).contiguous();
  });
  Embeddings result{features.size(0), rows[0].size(1), {}};
  result.values.reserve(result.n * result.dim);
  for (const torch::Tensor& block : rows) {
    const auto* values = block.data_ptr<float>();
    result.values.insert(result.values.end(), values, values + block.numel());
  }
  return result;
}

}  // namespace lagoon::contrastive
