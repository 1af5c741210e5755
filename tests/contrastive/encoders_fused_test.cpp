#include <cstring>
#include <tuple>
#include <vector>

#include <ATen/record_function.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/encoders/checkpointed.hpp"
#include "contrastive/encoders/computation.hpp"
#include "contrastive/encoders/fused/chosen_kernel.hpp"
#include "contrastive/encoders/fused/quick_gelu.hpp"
#include "contrastive/encoders/fused/self_attention.hpp"
#include "contrastive/encoders/mlp.hpp"
#include "contrastive/encoders/transformer.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kFusedEncoder;
using lagoon::tests::kShortProducts;

torch::Tensor numbers(at::IntArrayRef shape, double std, std::uint64_t seed = 7) {
  return WeightSource(seed).normal(shape, std);
}

/// Largest error, relative to the largest number.
double error(const torch::Tensor& a, const torch::Tensor& exact) {
  const torch::Tensor wide = exact.to(at::kDouble);
  const double scale = wide.abs().max().item<double>();
  return (a.to(at::kDouble) - wide).abs().max().item<double>() / std::max(scale, 1e-30);
}

struct Pass {
  torch::Tensor value, gradient;
};

/// work(x) and the gradient by x of its sum weighted by fixed numbers.
template <class Work>
Pass pass(const torch::Tensor& features, Work&& work) {
  const torch::Tensor x = features.detach().requires_grad_();
  const torch::Tensor y = work(x);
  const torch::Tensor weights = numbers(y.sizes(), 1, 8).to(y.scalar_type());
  return {y.detach(), torch::autograd::grad({y}, {x}, {weights})[0]};
}

TEST(FusedQuickGelu, is_the_plain_one) {
  // Lengths that leave a rest of the registers; numbers where its exponential ends.
  for (const std::int64_t n : {1, 15, 16, 1000}) {
    const torch::Tensor x = numbers({n}, 20);
    const Pass exact = pass(x.to(at::kDouble), plain_quick_gelu);
    const Pass fused = pass(x, quick_gelu);
    EXPECT_LT(error(fused.value, exact.value), kFusedEncoder);
    EXPECT_LT(error(fused.gradient, exact.gradient), kFusedEncoder);
  }
  const torch::Tensor far = torch::tensor({-1e30F, -200.0F, 0.0F, 200.0F, 1e30F});
  const torch::Tensor none = torch::tensor({std::nanf("")});
  EXPECT_LT((quick_gelu(far) - at::relu(far)).abs().max().item<double>(), 1e-6);
  EXPECT_TRUE(quick_gelu(none).isnan().all().item<bool>());
}

/// tokens, heads, size of a head, causal, last only
using AttentionCase = std::tuple<std::int64_t, std::int64_t, std::int64_t, bool, bool>;

std::vector<AttentionCase> attention_cases() {
  return {{1, 1, 4, true, false},   {5, 2, 4, false, false},  {25, 4, 32, true, false},
          {25, 4, 32, false, true}, {33, 2, 20, true, false}, {100, 2, 64, true, false},
          {100, 2, 64, true, true}, {70, 1, 16, false, false}};
}

TEST(FusedAttention, is_the_plain_one) {
  for (const auto& [tokens, heads, size, causal, last] : attention_cases()) {
    const torch::Tensor qkv = numbers({3, tokens, 3 * heads * size}, 1.5);
    const auto work = [&, n_heads = heads, is_causal = causal, last_only = last](auto&& attend) {
      return [&, n_heads, is_causal, last_only](const torch::Tensor& x) {
        return attend(x, n_heads, is_causal, last_only);
      };
    };
    const Pass exact = pass(qkv.to(at::kDouble), work(plain_self_attention));
    const Pass fused = pass(qkv, work(self_attention));
    const Pass shorter = pass(qkv.to(at::kBFloat16), work(self_attention));
    EXPECT_EQ(fused.value.sizes(), exact.value.sizes());
    EXPECT_LT(error(fused.value, exact.value), kFusedEncoder) << tokens << ' ' << size;
    EXPECT_LT(error(fused.gradient, exact.gradient), kFusedEncoder) << tokens << ' ' << size;
    EXPECT_LT(error(shorter.value, exact.value), kShortProducts) << tokens << ' ' << size;
    EXPECT_LT(error(shorter.gradient, exact.gradient), kShortProducts) << tokens << ' ' << size;
  }
}

TEST(FusedAttention, scores_of_any_size_stay_finite) {
  const torch::Tensor qkv = 300 * numbers({2, 20, 3 * 16}, 1);
  const Pass exact = pass(qkv.to(at::kDouble),
                          [](const torch::Tensor& x) { return plain_self_attention(x, 1, true); });
  const Pass fused = pass(qkv, [](const torch::Tensor& x) { return self_attention(x, 1, true); });
  EXPECT_LT(error(fused.value, exact.value), 100 * kFusedEncoder);
  EXPECT_TRUE(fused.gradient.isfinite().all().item<bool>());
}

/// Attention of one head and its gradients by one kernel.
std::vector<torch::Tensor> by_kernel(const fused::Kernel& kernel, bool causal) {
  constexpr int kTokens = 40, kSize = 20;
  fused::HeadShape shape;
  shape.n_tokens = kTokens;
  shape.size = kSize;
  shape.stride = shape.out_stride = kSize;
  shape.causal = causal;
  const torch::Tensor in = numbers({4, kTokens, kSize}, 1);
  torch::Tensor out = at::empty({kTokens, kSize}), statistics = at::empty({kTokens, 2});
  torch::Tensor gradients = at::empty({3, kTokens, kSize}), gelu = at::empty({kTokens, kSize});
  torch::Tensor by_gelu = at::empty({kTokens, kSize});
  std::vector<float> scratch(kernel.head_scratch(shape));
  const auto part = [](const torch::Tensor& t, int i) { return t[i].data_ptr<float>(); };
  const fused::Head<const float> head = {part(in, 0), part(in, 1), part(in, 2)};
  kernel.fp32.attention(shape, head, out.data_ptr<float>(), statistics.data_ptr<float>(),
                        scratch.data());
  kernel.fp32.attention_gradient(
      shape, head, out.data_ptr<float>(), part(in, 3), statistics.data_ptr<float>(),
      {part(gradients, 0), part(gradients, 1), part(gradients, 2)}, scratch.data());
  kernel.fp32.quick_gelu(kTokens * kSize, part(in, 0), gelu.data_ptr<float>());
  kernel.fp32.quick_gelu_gradient(kTokens * kSize, part(in, 0), part(in, 1),
                                  by_gelu.data_ptr<float>());
  return {out, statistics, gradients, gelu, by_gelu};
}

TEST(FusedKernels, give_the_same_bits_on_every_instruction_set) {
  const auto kernels = fused::available_kernels();
  for (const bool causal : {false, true}) {
    const auto expected = by_kernel(*kernels.back(), causal);
    for (const fused::Kernel* kernel : kernels) {
      const auto found = by_kernel(*kernel, causal);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_TRUE(at::equal(found[i], expected[i])) << kernel->name << ' ' << i;
      }
    }
  }
}

TransformerShape some_shape() {
  TransformerShape shape;
  shape.n_tokens = 7;
  shape.token_size = 4;
  shape.width = 32;
  shape.layers = 3;
  shape.heads = 2;
  shape.n_out = 6;
  return shape;
}

std::vector<torch::Tensor> gradients(const Transformer& encoder, const torch::Tensor& embeddings) {
  const torch::Tensor weights = numbers(embeddings.sizes(), 1, 8);
  return torch::autograd::grad({embeddings}, encoder.parameters(), {weights});
}

TEST(Transformer, what_nobody_sees_of_the_last_block_has_no_part_in_its_gradient) {
  WeightSource weights(1);
  const Transformer encoder(some_shape(), weights);
  const torch::Tensor features = numbers({5, 28}, 1);
  const torch::Tensor projection = encoder.named_parameters()["projection.weight"];
  const torch::Tensor whole = at::matmul(encoder.tokens(features).select(1, 6), projection.t());
  const torch::Tensor last = encoder.forward(features);
  EXPECT_LT(error(last, whole), kFusedEncoder);
  const auto expected = gradients(encoder, whole), found = gradients(encoder, last);
  for (std::size_t p = 0; p < expected.size(); ++p) {
    EXPECT_LT(error(found[p], expected[p]), 10 * kFusedEncoder);
  }
}

TEST(Checkpointed, gradients_are_the_same_to_the_bit) {
  WeightSource weights(1);
  for (const auto products : {at::kFloat, at::kBFloat16}) {
    const Transformer encoder(some_shape(), weights);
    const torch::Tensor features = numbers({5, 28}, 1);
    std::vector<std::vector<torch::Tensor>> found;
    for (const bool checkpointing : {false, true}) {
      torch::Tensor embeddings;
      {
        const ComputationGuard guard({products, checkpointing});
        embeddings = encoder.forward(features);
      }
      found.push_back(gradients(encoder, embeddings));
    }
    for (std::size_t p = 0; p < found[0].size(); ++p) {
      EXPECT_TRUE(at::equal(found[0][p], found[1][p])) << p;
    }
  }
}

TEST(Computation, short_products_are_near_the_long_ones) {
  WeightSource weights(1);
  const Transformer encoder(some_shape(), weights);
  const torch::Tensor features = numbers({5, 28}, 1);
  const torch::Tensor exact = encoder.forward(features);
  torch::Tensor shorter;
  {
    const ComputationGuard guard({at::kBFloat16, false});
    shorter = encoder.forward(features);
  }
  EXPECT_EQ(shorter.scalar_type(), at::kFloat);
  EXPECT_FALSE(at::equal(shorter, exact));
  EXPECT_LT(error(shorter, exact), kShortProducts);
  EXPECT_TRUE(at::equal(encoder.forward(features), exact));  // the guard is gone
  const auto expected = gradients(encoder, exact), found = gradients(encoder, shorter);
  for (std::size_t p = 0; p < expected.size(); ++p) {
    EXPECT_EQ(found[p].scalar_type(), at::kFloat);
    EXPECT_LT(error(found[p], expected[p]), 2 * kShortProducts);
  }
}

/// Operations of all matrix products that LibTorch is asked for while it lives.
class ProductCount {
 public:
  ProductCount()
      : handle_(at::addThreadLocalCallback(
            at::RecordFunctionCallback(&ProductCount::count).needsInputs(true))) {
    total = 0;
  }
  ~ProductCount() { at::removeCallback(handle_); }

  static inline double total = 0;

 private:
  static std::unique_ptr<at::ObserverContext> count(const at::RecordFunction& function) {
    const std::string name = function.name();
    const bool adds = name == "aten::addmm";
    if (adds || name == "aten::mm") {
      const auto inputs = function.inputs();
      const torch::Tensor a = inputs[adds ? 1 : 0].toTensor(), b = inputs[adds ? 2 : 1].toTensor();
      total += 2.0 * static_cast<double>(a.size(0) * a.size(1) * b.size(1));
    }
    return nullptr;
  }

  at::CallbackHandle handle_;
};

TEST(Encoder, operations_are_those_that_are_counted) {
  constexpr std::int64_t kRows = 3;
  WeightSource weights(1);
  const torch::NoGradGuard no_grad;
  for (const bool last : {false, true}) {
    for (const bool causal : {false, true}) {
      TransformerShape shape = some_shape();
      shape.pool_last = last;
      shape.causal = causal;
      const Transformer encoder(shape, weights);
      const ProductCount count;
      encoder.forward(numbers({kRows, 28}, 1));
      double attention = 0;  // queries and the keys that they see, in scores and in sums
      for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        const bool only_last = last && layer == shape.layers - 1;
        for (std::int64_t query = only_last ? 6 : 0; query < 7; ++query) {
          attention += 2 * 2.0 * 32 * static_cast<double>(causal ? query + 1 : 7);
        }
      }
      EXPECT_DOUBLE_EQ(encoder.flops(), ProductCount::total / kRows + attention);
    }
  }
  const Mlp mlp(7, 32, 3, 5, weights);
  const ProductCount count;
  mlp.forward(numbers({kRows, 7}, 1));
  EXPECT_DOUBLE_EQ(mlp.flops(), ProductCount::total / kRows);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
