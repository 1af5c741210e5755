#include "contrastive/torch_embeddings.hpp"

#include "contrastive/threads.hpp"

namespace lagoon::contrastive {

torch::Tensor rows_of(const Embeddings& embeddings, std::int64_t first, std::int64_t count) {
  // from_blob takes a pointer to non-const; the tensor is only read.
  auto* data = const_cast<float*>(embeddings.values.data() + first * embeddings.dim);
  return torch::from_blob(data, {count, embeddings.dim}, at::kFloat);
}

torch::Tensor row_index(std::span<const std::int64_t> rows) {
  return torch::tensor(at::ArrayRef<std::int64_t>(rows.data(), rows.size()), at::kLong);
}

void append(Embeddings& all, const torch::Tensor& rows) {
  const torch::Tensor block = rows.contiguous();
  const auto* values = block.data_ptr<float>();
  all.n += block.size(0);
  all.dim = block.size(1);
  all.values.insert(all.values.end(), values, values + block.numel());
}

Embeddings embed_in_blocks(const torch::Tensor& features,
                           const std::function<torch::Tensor(const torch::Tensor&)>& map) {
  constexpr std::int64_t kBlock = 256;
  const std::vector<torch::Tensor> blocks = features.split(kBlock);
  std::vector<torch::Tensor> rows(blocks.size());
  run_tasks(blocks.size(), [&](std::size_t i) {
    const torch::NoGradGuard no_grad;
    rows[i] = map(blocks[i]).contiguous();
  });
  Embeddings result;
  result.values.reserve(static_cast<std::size_t>(features.size(0) * rows.front().size(1)));
  for (const torch::Tensor& block : rows) append(result, block);
  return result;
}

}  // namespace lagoon::contrastive
