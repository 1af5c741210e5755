#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "contrastive/encoders/choice/make_encoder.hpp"
#include "contrastive/encoders/coefficient_encoder.hpp"
#include "contrastive/encoders/computation.hpp"
#include "contrastive/encoders/lenet.hpp"
#include "contrastive/encoders/mlp.hpp"
#include "contrastive/encoders/transformer.hpp"
#include "contrastive/objective/model.hpp"
#include "contrastive/torch_compat.hpp"
#include "contrastive/torch_errors.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::contrastive::tests {
namespace {

TransformerShape small_shape() {
  TransformerShape shape;
  shape.n_tokens = 6;
  shape.token_size = 4;
  shape.width = 16;
  shape.layers = 2;
  shape.heads = 4;
  shape.n_out = 5;
  return shape;
}

torch::Tensor some_features(std::int64_t rows, std::int64_t columns) {
  return WeightSource(99).normal({rows, columns}, 1);
}

/// Largest change of any output token before / from `token` on when that token's input changes.
std::pair<double, double> influence(const TransformerShape& shape, std::int64_t token) {
  WeightSource weights(1);
  const Transformer encoder(shape, weights);
  const torch::NoGradGuard no_grad;
  const torch::Tensor features = some_features(3, shape.n_tokens * shape.token_size);
  torch::Tensor changed = features.clone();
  changed.slice(1, token * shape.token_size, (token + 1) * shape.token_size) += 1;
  const torch::Tensor change = (encoder.tokens(changed) - encoder.tokens(features)).abs();
  return {change.slice(1, 0, token).max().item<double>(),
          change.slice(1, token).amin({0, 2}).amax().item<double>()};
}

TEST(Transformer, causal_tokens_do_not_see_the_future) {
  TransformerShape shape = small_shape();
  EXPECT_EQ(influence(shape, 3).first, 0);
  EXPECT_GT(influence(shape, 3).second, 0);
  shape.causal = false;
  EXPECT_GT(influence(shape, 3).first, 1e-4);
}

TEST(Transformer, the_last_token_sees_all_tokens) {
  WeightSource weights(1);
  const TransformerShape shape = small_shape();
  const Transformer encoder(shape, weights);
  const torch::Tensor features = some_features(2, 24).requires_grad_();
  encoder.forward(features).square().sum().backward();
  EXPECT_TRUE((features.grad() != 0).all().item<bool>());
}

TEST(Transformer, pools_the_last_token_or_the_mean) {
  const torch::NoGradGuard no_grad;
  for (const bool last : {true, false}) {
    TransformerShape shape = small_shape();
    shape.pool_last = last;
    WeightSource weights(1);
    const Transformer encoder(shape, weights);
    const torch::Tensor features = some_features(3, 24);
    const torch::Tensor tokens = encoder.tokens(features);
    const torch::Tensor pooled = last ? tokens.select(1, 5) : tokens.mean(1);
    const torch::Tensor projection = encoder.named_parameters()["projection.weight"];
    EXPECT_EQ(projection.sizes(), at::IntArrayRef({5, 16}));
    EXPECT_LT(
        (encoder.forward(features) - at::mm(pooled, projection.t())).abs().max().item<double>(),
        1e-6);
  }
}

TEST(Transformer, attends_as_the_formula_says) {
  const torch::Tensor q = some_features(2 * 3 * 5, 4).view({2, 3, 5, 4});
  const torch::Tensor k = 2 * q.flip({2}), v = q.roll(1, 3);
  torch::Tensor scores = at::matmul(q, k.transpose(2, 3)) / 2;  // sqrt(4) = 2
  const torch::Tensor weights = at::softmax(scores, 3);
  EXPECT_LT((attention(q, k, v, false) - at::matmul(weights, v)).abs().max().item<double>(), 1e-6);
}

TEST(Transformer, parameters_are_those_of_the_shape) {
  WeightSource weights(1);
  const Transformer encoder(small_shape(), weights);
  std::int64_t count = 0;
  for (const auto& parameter : encoder.parameters()) count += parameter.numel();
  const std::int64_t width = 16, block = 12 * width * width + 13 * width;
  EXPECT_EQ(count, (4 + 1) * width + 6 * width + 2 * block + 2 * width + 5 * width);
}

TEST(NamedTensors, of_types_that_checkpoints_do_not_have_are_refused) {
  datasets::SafeTensors file;
  const auto put = [&] { put_tensors(file, "model", {{"mask", at::zeros({2}, at::kBool)}}); };
  EXPECT_NE(datasets::tests::error_of(put).find("cannot be stored"), std::string::npos);
  put_tensors(file, "model", {{"weight", at::ones({2}, at::kFloat)}});
  EXPECT_TRUE(at::equal(get_tensor(file, "model", "weight"), at::ones({2}, at::kFloat)));
  file.tensors.at("model.weight").dtype = "F16";
  const auto get = [&] { get_tensor(file, "model", "weight"); };
  EXPECT_NE(datasets::tests::error_of(get).find("model.weight has type F16: F32, F64 or I64"),
            std::string::npos);
}

TEST(Mlp, has_its_shape_and_is_not_linear) {
  WeightSource weights(1);
  const Mlp encoder(7, 32, 3, 5, weights);
  EXPECT_EQ(encoder.parameters().size(), 8u);
  const torch::NoGradGuard no_grad;
  const torch::Tensor x = some_features(11, 7);
  EXPECT_EQ(encoder.forward(x).sizes(), at::IntArrayRef({11, 5}));
  const torch::Tensor odd = encoder.forward(x) + encoder.forward(-x) - 2 * encoder.forward(0 * x);
  EXPECT_GT(odd.abs().max().item<double>(), 1e-3);
}

TEST(LeNet, gives_float32_whatever_its_products_are_of) {
  WeightSource weights(1);
  const LeNet lenet(10, weights);
  const ComputationGuard guard({at::kBFloat16, false});
  EXPECT_EQ(lenet.forward(at::zeros({3, 784})).scalar_type(), at::kFloat);
}

TEST(WeightSource, weights_are_a_function_of_seed_and_place) {
  WeightSource a(5), b(5), c(6);
  const torch::Tensor first = a.normal({40, 50}, 0.5);
  EXPECT_TRUE(at::equal(first, b.normal({40, 50}, 0.5)));
  EXPECT_FALSE(at::equal(first, a.normal({40, 50}, 0.5)));
  EXPECT_FALSE(at::equal(first, c.normal({40, 50}, 0.5)));
  EXPECT_NEAR(first.std().item<double>(), 0.5, 5 * 0.5 / std::sqrt(2 * 2000.0));
}

TEST(Encoders, the_identity_embeds_the_coefficients_themselves) {
  const std::vector<std::complex<double>> psi_hat = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
  const torch::Tensor raw = raw_coefficients(psi_hat, 2);
  ModelOptions options = small_model();
  options.eulerian_encoder = "identity";
  const auto features = CoefficientFeatures::fit(options, raw);
  WeightSource weights(1);
  const auto encoder = make_eulerian_encoder(options, features.n_features(), 4, weights);
  EXPECT_TRUE(at::equal(encoder->forward(features.apply(raw)),
                        torch::tensor({{1.f, 2.f, 3.f, 4.f}, {5.f, 6.f, 7.f, 8.f}})));
  EXPECT_EQ(encoder->parameters().size(), 0u);
}

TEST(Model, every_combination_gives_embeddings_of_one_dimension) {
  const flow::Law law = small_law();
  const TrainingOptions training;
  const torch::Tensor raw_u = some_features(40, 18).to(at::kDouble);
  const torch::Tensor raw_v = some_features(40, 24).to(at::kDouble);
  for (const char* lagrangian : {"mlp", "transformer"}) {
    for (const char* features : {"positions", "increments", "whitened"}) {
      for (const char* eulerian : {"identity", "linear", "mlp"}) {
        ModelOptions options = small_model();
        options.lagrangian_encoder = lagrangian;
        options.lagrangian_features = features;
        options.eulerian_encoder = eulerian;
        options.transformer_width = 16;
        options.patch = 3;
        const FeatureMaps maps{CoefficientFeatures::fit(options, raw_u),
                               TrajectoryFeatures::fit(options, law, raw_v)};
        const Model model = make_model(options, training, law, maps);
        const std::vector<std::int64_t> shape = {40, embedding_dim(options, law)};
        EXPECT_EQ(model.u().forward(maps.u.apply(raw_u)).sizes().vec(), shape);
        EXPECT_EQ(model.v().forward(maps.v.apply(raw_v)).sizes().vec(), shape);
      }
    }
  }
}

TEST(TorchErrors, become_errors_of_one_line) {
  const auto error_of = [](const auto& work) {
    return datasets::tests::error_of([&] { with_torch_errors(work); });
  };
  const std::string shapes = error_of([] { at::mm(some_features(2, 3), some_features(2, 3)); });
  EXPECT_EQ(shapes.find("LibTorch: "), 0u) << shapes;
  EXPECT_EQ(shapes.find('\n'), std::string::npos) << shapes;
  // More than any machine can address.
  const std::string memory = error_of([] { at::empty({std::int64_t{1} << 58}); });
  EXPECT_EQ(memory.find("not enough memory (take smaller"), 0u) << memory;
  EXPECT_EQ(error_of([] { throw Error("of our own"); }), "of our own");
}

}  // namespace
}  // namespace lagoon::contrastive::tests
