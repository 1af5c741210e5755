#include "contrastive/training/step/optimizer.hpp"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>

#include "contrastive/objective/loss.hpp"
#include "contrastive/objective/tilting.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/training/step/batch_gradient.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

/// A matrix and a bias, and gradients of both that differ from step to step.
NamedTensors some_parameters() {
  WeightSource source(1);
  return {{"weight", source.normal({300, 401}, 1).requires_grad_()},
          {"bias", source.normal({7}, 1).requires_grad_()}};
}

std::vector<torch::Tensor> some_gradients(std::uint64_t step) {
  WeightSource source(100 + step);
  return {source.normal({300, 401}, 0.1), source.normal({7}, 0.1)};
}

double largest_difference(const NamedTensors& a, const NamedTensors& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, (a[i].second - b[i].second).abs().max().item<double>());
  }
  return largest;
}

/// The same gradients to both optimisers, twenty times.
void take_twenty_steps(FlatAdam& adam, torch::optim::Optimizer& reference,
                       const NamedTensors& theirs) {
  for (std::int64_t step = 0; step < 20; ++step) {
    auto gradients = some_gradients(step);
    theirs[0].second.mutable_grad() = gradients[0];
    theirs[1].second.mutable_grad() = gradients[1];
    reference.step();
    adam.gather({gradients});
    adam.step(step, 1e-2);
  }
}

TEST(FlatAdam, follows_torchs_adamw) {
  const NamedTensors ours = some_parameters(), theirs = some_parameters();
  TrainingOptions options;
  options.weight_decay = 0.1;
  FlatAdam adam(ours, options);
  // No decay on the bias: a group of its own.
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.emplace_back(std::vector<torch::Tensor>{theirs[0].second},
                      std::make_unique<torch::optim::AdamWOptions>(
                          torch::optim::AdamWOptions(1e-2).weight_decay(0.1)));
  groups.emplace_back(std::vector<torch::Tensor>{theirs[1].second},
                      std::make_unique<torch::optim::AdamWOptions>(
                          torch::optim::AdamWOptions(1e-2).weight_decay(0)));
  torch::optim::AdamW reference(groups);
  take_twenty_steps(adam, reference, theirs);
  EXPECT_LT(largest_difference(ours, theirs), lagoon::tests::kTwentyAdamSteps);
  EXPECT_GT(largest_difference(ours, some_parameters()), 0.05);
}

TEST(FlatAdam, without_decay_follows_torchs_adam) {
  const NamedTensors ours = some_parameters(), theirs = some_parameters();
  TrainingOptions options;
  options.optimizer = "adam";
  options.weight_decay = 0.5;  // of adamw only
  FlatAdam adam(ours, options);
  torch::optim::Adam reference({theirs[0].second, theirs[1].second},
                               torch::optim::AdamOptions(1e-2));
  take_twenty_steps(adam, reference, theirs);
  EXPECT_LT(largest_difference(ours, theirs), lagoon::tests::kTwentyAdamSteps);
}

TEST(FlatAdam, adds_the_parts_of_a_gradient) {
  const NamedTensors whole = some_parameters(), parted = some_parameters();
  FlatAdam of_whole(whole, {}), of_parts(parted, {});
  const auto gradients = some_gradients(0);
  of_whole.gather({gradients});
  of_whole.step(0, 1e-2);
  of_parts.gather({{gradients[0] / 4, gradients[1]}, {3 * gradients[0] / 4, torch::Tensor()}});
  of_parts.step(0, 1e-2);
  EXPECT_LT(largest_difference(whole, parted), 1e-6);
}

TEST(FlatAdam, gradient_norm_is_that_of_all_parameters) {
  FlatAdam adam(some_parameters(), {});
  const auto gradients = some_gradients(0);
  adam.gather({gradients});
  const double squares =
      gradients[0].square().sum().item<double>() + gradients[1].square().sum().item<double>();
  EXPECT_NEAR(adam.gradient_norm().item<double>(), std::sqrt(squares), 1e-6);
  adam.gather({gradients, {at::full_like(gradients[0], std::nan("")), torch::Tensor()}});
  EXPECT_FALSE(std::isfinite(adam.gradient_norm().item<double>()));
}

TEST(FlatAdam, what_a_gpu_takes_is_the_same_step) {
  TrainingOptions options;
  options.weight_decay = 0.3;
  const NamedTensors ours = some_parameters(), theirs = some_parameters();
  FlatAdam own(ours, options), other(theirs, options);
  const torch::Tensor take = at::zeros({}), skip = at::ones({});
  for (std::int64_t step = 0; step < 5; ++step) {
    own.gather({some_gradients(step)});
    other.gather({some_gradients(step)});
    own.step(step, 0.01);
    other.step_on_device(step, 0.01, skip);
    other.step_on_device(step, 0.01, take);
    EXPECT_LT(largest_difference(ours, theirs), 1e-6);
    EXPECT_LT(largest_difference(own.state(), other.state()), 1e-6);
  }
}

TEST(Device, a_gpu_that_is_not_there_is_an_error) {
  TrainingOptions options;
  EXPECT_EQ(moved(at::ones({2}), training_device(options)).sum().item<float>(), 2);
  EXPECT_FALSE(moved(torch::Tensor(), at::kCPU).defined());
  options.device = "cuda";
  if (training_device(TrainingOptions{}).is_cuda()) GTEST_SKIP() << "there is one";
  const std::string error = datasets::tests::error_of([&options] { training_device(options); });
  EXPECT_NE(error.find("give cpu or auto"), std::string::npos) << error;
}

TEST(FlatAdam, leaves_a_fixed_tensor_alone) {
  NamedTensors parameters = some_parameters();
  parameters.emplace_back("fixed", at::ones({3}));
  FlatAdam adam(parameters, {});
  EXPECT_EQ(adam.parameters().size(), 2u);
  EXPECT_EQ(adam.state().size(), 4u);
}

struct SmallProblem {
  explicit SmallProblem(const ModelOptions& options, std::int64_t n)
      : raw_u(WeightSource(1).normal({n, 18}, 1).to(at::kDouble)),
        raw_v(WeightSource(2).normal({n, 24}, 1).to(at::kDouble)),
        maps{CoefficientFeatures::fit(options, raw_u),
             TrajectoryFeatures::fit(options, small_law(), raw_v)},
        model(make_model(options, {}, small_law(), maps)),
        u(maps.u.apply(raw_u)),
        v(maps.v.apply(raw_v)) {}

  BatchGradient gradient() {
    Stopwatch stopwatch;
    ObjectiveOptions objective;
    objective.lambda_u = 0.5;
    objective.lambda_v = 1.5;
    return batch_gradient(model, model.parameters(), objective, {u, v}, {}, stopwatch,
                          {.shard_rows = 128});
  }

  torch::Tensor raw_u, raw_v;
  FeatureMaps maps;
  Model model;
  torch::Tensor u, v;
};

TEST(BatchGradient, of_shards_is_the_gradient_of_the_batch) {
  SmallProblem problem(small_model(), 300);
  const BatchGradient sharded = problem.gradient();
  const torch::Tensor loss = conditional_loss(
      log_rho(Tilting::cosine, problem.model.u().forward(problem.u),
              problem.model.v().forward(problem.v), problem.model.temperature().inverse()),
      0.5, 1.5);
  const auto parameters = problem.model.parameters();
  const auto whole = torch::autograd::grad({loss}, parameters);
  EXPECT_NEAR(sharded.loss.item<double>(), loss.item<double>(), 1e-5);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    torch::Tensor sum = at::zeros_like(parameters[p]);
    for (const auto& part : sharded.parts) {
      if (part[p].defined()) sum += part[p];
    }
    const double scale = whole[p].abs().max().item<double>();
    EXPECT_LT((sum - whole[p]).abs().max().item<double>(), 1e-5 * scale);
  }
}

TEST(BatchGradient, does_not_depend_on_threads) {
  SmallProblem problem(small_model(), 500);
  set_threads(1);
  const BatchGradient one = problem.gradient();
  set_threads(3);
  const BatchGradient three = problem.gradient();
  set_threads(0);
  EXPECT_TRUE(at::equal(one.loss, three.loss));
  ASSERT_EQ(one.parts.size(), three.parts.size());
  for (std::size_t s = 0; s < one.parts.size(); ++s) {
    for (std::size_t p = 0; p < one.parts[s].size(); ++p) {
      if (one.parts[s][p].defined()) {
        EXPECT_TRUE(at::equal(one.parts[s][p], three.parts[s][p]));
      }
    }
  }
}

TEST(BatchGradient, one_batch_is_learned_by_heart) {
  for (const char* encoder : {"mlp", "transformer"}) {
    ModelOptions options = small_model();
    options.lagrangian_encoder = encoder;
    options.transformer_width = 32;
    options.patch = 3;
    SmallProblem problem(options, 64);
    FlatAdam adam(problem.model.state(), {});
    const double before = problem.gradient().loss.item<double>();
    for (std::int64_t step = 0; step < 150; ++step) {
      adam.gather(problem.gradient().parts);
      adam.step(step, 3e-3);
    }
    // The least possible is -log 64 = -4.16: every pair told from all others.
    EXPECT_GT(before, -1) << encoder;
    EXPECT_LT(problem.gradient().loss.item<double>(), -4) << encoder;
  }
}

TEST(BatchGradient, an_identity_encoder_trains_the_other_side) {
  ModelOptions options = small_model();
  options.eulerian_encoder = "identity";
  options.learn_temperature = false;
  SmallProblem problem(options, 64);
  FlatAdam adam(problem.model.state(), {});
  const double before = problem.gradient().loss.item<double>();
  for (std::int64_t step = 0; step < 50; ++step) {
    adam.gather(problem.gradient().parts);
    adam.step(step, 3e-3);
  }
  EXPECT_LT(problem.gradient().loss.item<double>(), before - 1);
  EXPECT_NEAR(problem.model.temperature().value(), start_temperature(options, small_law()), 1e-8);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
