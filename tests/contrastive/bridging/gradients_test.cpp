// Gradients that are written out, against LibTorch's own graph of the same operations.
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "contrastive/bridging/batch_norm_mlp.hpp"
#include "contrastive/bridging/pair_loss.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kSingleGradient;

torch::Tensor rows(std::int64_t n, std::int64_t dim, std::uint64_t seed) {
  auto embeddings = random_embeddings(n, dim, seed);
  return torch::from_blob(embeddings.values.data(), {n, dim}, at::kFloat).clone();
}

double relative(const torch::Tensor& got, const torch::Tensor& expected) {
  return ((got - expected).norm() / expected.norm()).item<double>();
}

torch::Tensor plain_critic(Critic critic, const torch::Tensor& x, const torch::Tensor& y) {
  if (critic == Critic::dot) return at::mm(x, y.t());
  if (critic == Critic::l2) return -0.5 * at::cdist(x, y).pow(2);
  return at::mm(x / x.norm(2, {1}, true), (y / y.norm(2, {1}, true)).t());
}

TEST(BridgeGradients, the_loss_of_a_pair_has_the_graphs_gradients) {
  for (const Critic critic : {Critic::cosine, Critic::dot, Critic::l2}) {
    auto x = rows(12, 5, 1).to(at::kDouble).requires_grad_();
    auto y = rows(12, 5, 2).to(at::kDouble).requires_grad_();
    auto log_scale = at::full({}, 0.7, at::kDouble).requires_grad_();
    const auto scores = log_scale.exp() * plain_critic(critic, x, y);
    const auto loss =
        -0.25 * (scores.log_softmax(1).diagonal().mean() + scores.log_softmax(0).diagonal().mean());
    const auto expected = torch::autograd::grad({loss}, {x, y, log_scale});
    const torch::NoGradGuard no_grad;
    const auto got = pair_loss({critic, std::exp(0.7)}, x.detach(), y.detach(), 0.5);
    EXPECT_NEAR(got.value, loss.item<double>(), lagoon::tests::kRoundingRelative);
    EXPECT_LT(relative(got.left, expected[0]), kSingleGradient) << to_string(critic);
    EXPECT_LT(relative(got.right, expected[1]), kSingleGradient) << to_string(critic);
    EXPECT_NEAR(got.log_scale, expected[2].item<double>(), kSingleGradient);
  }
}

/// The same network of LibTorch's operations, on the parameters in their order.
torch::Tensor plain_network(const BatchNormMlpShape& shape, const torch::Tensor& parameters,
                            const torch::Tensor& batch, torch::Tensor mean,
                            torch::Tensor variance) {
  std::int64_t at = 0;
  const auto next = [&](at::IntArrayRef sizes) {
    const std::int64_t n = c10::multiply_integers(sizes);
    at += n;
    return parameters.narrow(0, at - n, n).view(sizes);
  };
  const std::int64_t width = shape.hidden[0];
  const auto w1 = next({width, shape.inputs}), b1 = next({width});
  const auto w2 = next({shape.hidden[1], width}), b2 = next({shape.hidden[1]});
  const auto w3 = next({shape.outputs, shape.hidden[1]}), b3 = next({shape.outputs});
  const auto gain = next({width}), offset = next({width});
  auto x = at::batch_norm(at::addmm(b1, batch, w1.t()), gain, offset, mean, variance, true, 0.1,
                          1e-5, false)
               .relu();
  x = at::addmm(b2, x, w2.t()).relu();
  return at::addmm(b3, x, w3.t());
}

TEST(BridgeGradients, a_perceptron_has_the_graphs_output_gradient_and_statistics) {
  const BatchNormMlpShape shape{6, {10, 7}, 4, true};
  BatchNormMlp network(shape);
  const std::int64_t n = network.n_parameters();
  auto values = at::zeros({n}), gradients = at::zeros({n}), statistics = at::zeros({20});
  network.bind(values.data_ptr<float>(), gradients.data_ptr<float>(), statistics.data_ptr<float>());
  network.initialize(3, 0);
  values.add_(0.1 * at::randn({n}));  // gains and offsets other than 1 and 0
  const auto batch = rows(50, 6, 4), direction = rows(50, 4, 5);
  auto mean = at::zeros({10}), variance = at::ones({10});
  auto parameters = values.clone().requires_grad_();
  const auto expected = plain_network(shape, parameters, batch, mean, variance);
  const auto expected_gradient =
      torch::autograd::grad({(expected * direction).sum()}, {parameters})[0];
  const torch::NoGradGuard no_grad;
  BatchNormMlp::Trace trace;
  const auto got = network.forward(batch, trace);
  network.backward(trace, direction.clone());
  EXPECT_LT(relative(got, expected), kSingleGradient);
  EXPECT_LT(relative(gradients, expected_gradient), kSingleGradient);
  EXPECT_LT(relative(statistics.narrow(0, 0, 10), mean), kSingleGradient);
  EXPECT_LT(relative(statistics.narrow(0, 10, 10), variance), kSingleGradient);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
