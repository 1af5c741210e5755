#include "contrastive/encoders/fused/self_attention.hpp"

#include <vector>

#include <torch/csrc/autograd/custom_function.h>

#include "contrastive/encoders/fused/chosen_kernel.hpp"
#include "contrastive/torch_compat.hpp"

namespace lagoon::contrastive {
namespace {

using fused::Head;
using fused::HeadShape;
using fused::kernel_for;
using fused::with_numbers;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// All heads of a batch, one after the other.
struct Heads {
  std::int64_t batch, tokens, width, heads, queries;
  HeadShape shape;
  std::vector<float> scratch;

  Heads(const torch::Tensor& qkv, std::int64_t n_heads, bool causal, bool last_only)
      : batch(qkv.size(0)),
        tokens(qkv.size(1)),
        width(qkv.size(2) / 3),
        heads(n_heads),
        queries(tokens) {
    shape.n_tokens = static_cast<int>(tokens);
    shape.size = static_cast<int>(width / heads);
    shape.stride = 3 * width;
    shape.out_stride = width;
    shape.causal = causal;
    shape.first_query = last_only ? shape.n_tokens - 1 : 0;
    queries = tokens - shape.first_query;
    scratch.resize(kernel_for(qkv)->head_scratch(shape));
  }

  template <class Number>
  Head<Number> of_qkv(Number* qkv, std::int64_t sequence, std::int64_t head) const {
    Number* const begin = qkv + sequence * tokens * 3 * width + head * shape.size;
    return {begin, begin + width, begin + 2 * width};
  }

  /// work(sequence, head, offset of its output, offset of its statistics)
  template <class Work>
  void for_all(Work&& work) const {
    for (std::int64_t sequence = 0; sequence < batch; ++sequence) {
      for (std::int64_t head = 0; head < heads; ++head) {
        work(sequence, head, sequence * queries * width + head * shape.size,
             2 * queries * (sequence * heads + head));
      }
    }
  }
};

struct SelfAttention : torch::autograd::Function<SelfAttention> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& qkv,
                               std::int64_t n_heads, bool causal, bool last_only) {
    Heads heads(qkv, n_heads, causal, last_only);
    torch::Tensor out = at::empty({heads.batch, heads.queries, heads.width}, qkv.options());
    torch::Tensor statistics =
        at::empty({heads.batch, n_heads, heads.queries, 2}, qkv.options().dtype(at::kFloat));
    with_numbers(*kernel_for(qkv), qkv.scalar_type(), [&](const auto& functions, auto&& numbers) {
      auto* const from = numbers(qkv);
      auto* const to = numbers(out);
      auto* const numbers_of_rows = statistics.data_ptr<float>();
      heads.for_all([&](std::int64_t sequence, std::int64_t head, std::int64_t at_out,
                        std::int64_t at_statistics) {
        const auto own = heads.of_qkv(from, sequence, head);
        functions.attention(heads.shape, {own.query, own.key, own.value}, to + at_out,
                            numbers_of_rows + at_statistics, heads.scratch.data());
      });
    });
    context->save_for_backward({qkv, out, statistics});
    context->saved_data["heads"] = n_heads;
    context->saved_data["causal"] = causal;
    context->saved_data["last_only"] = last_only;
    return out;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const torch::Tensor &qkv = saved[0], &out = saved[1], &statistics = saved[2];
    Heads heads(qkv, context->saved_data["heads"].toInt(), context->saved_data["causal"].toBool(),
                context->saved_data["last_only"].toBool());
    const torch::Tensor by_out = gradients[0].contiguous();
    // Queries that were not asked have no gradient.
    torch::Tensor by_qkv = heads.queries < heads.tokens ? at::zeros_like(qkv) : at::empty_like(qkv);
    with_numbers(*kernel_for(qkv), qkv.scalar_type(), [&](const auto& functions, auto&& numbers) {
      auto* const from = numbers(qkv);
      auto* const made = numbers(out);
      auto* const by_made = numbers(by_out);
      auto* const to = numbers(by_qkv);
      const auto* const numbers_of_rows = statistics.data_ptr<float>();
      heads.for_all([&](std::int64_t sequence, std::int64_t head, std::int64_t at_out,
                        std::int64_t at_statistics) {
        const auto own = heads.of_qkv(from, sequence, head);
        functions.attention_gradient(heads.shape, {own.query, own.key, own.value}, made + at_out,
                                     by_made + at_out, numbers_of_rows + at_statistics,
                                     heads.of_qkv(to, sequence, head), heads.scratch.data());
      });
    });
    return {by_qkv, {}, {}, {}};
  }
};

}  // namespace

torch::Tensor plain_self_attention(const torch::Tensor& qkv, std::int64_t heads, bool causal,
                                   bool last_only) {
  const std::int64_t batch = qkv.size(0), tokens = qkv.size(1), width = qkv.size(2) / 3;
  // (batch, token, 3 width) -> three of (batch, head, token, width / heads)
  const torch::Tensor parts =
      qkv.view({batch, tokens, 3, heads, width / heads}).permute({2, 0, 3, 1, 4});
  const std::int64_t n_queries = last_only ? 1 : tokens;
  const torch::Tensor queries = parts[0].narrow(2, tokens - n_queries, n_queries);
  const torch::Tensor mixed = attention(queries, parts[1], parts[2], causal && !last_only);
  return mixed.transpose(1, 2).reshape({batch, n_queries, width});
}

torch::Tensor self_attention(const torch::Tensor& qkv, std::int64_t heads, bool causal,
                             bool last_only) {
  if (kernel_for(qkv) == nullptr) return plain_self_attention(qkv, heads, causal, last_only);
  return SelfAttention::apply(qkv, heads, causal, last_only);
}

}  // namespace lagoon::contrastive
