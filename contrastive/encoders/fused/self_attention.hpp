#pragma once

#include <torch/types.h>

namespace lagoon::contrastive {

/// softmax(q k^T / sqrt(D)) v of every head, D = width / heads, from queries, keys and values side
/// by side: (batch, token, 3 width) -> (batch, token, width). With `causal` a token sees itself and
/// those before it; `last_only` asks the last token's query alone: (batch, 1, width). Where a
/// kernel suits (fused/chosen_kernel.hpp) no matrix of scores is held, and the result is once
/// differentiable; else LibTorch's attention.
torch::Tensor self_attention(const torch::Tensor& qkv, std::int64_t heads, bool causal,
                             bool last_only = false);

/// The same by LibTorch's attention, or plain operations: the oracle.
torch::Tensor plain_self_attention(const torch::Tensor& qkv, std::int64_t heads, bool causal,
                                   bool last_only = false);

}  // namespace lagoon::contrastive
