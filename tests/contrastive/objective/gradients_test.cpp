#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/objective.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/support/tolerances.hpp"

// Gradients against differences.
namespace lagoon::contrastive::tests {
namespace {

/// The sum over `inputs` of the worst difference between a gradient and a centred difference.
void expect_gradient(const ObjectiveOptions& options, Tilting tilting, EncodedBatch batch) {
  torch::Tensor inverse_temperature = scalar(1.7), bias = scalar(-0.8);
  std::vector<torch::Tensor> inputs = {batch.z_u, batch.z_v, inverse_temperature};
  if (options.loss == std::string("sigmoid")) inputs.push_back(bias);
  if (options.negatives == "second_batch") {
    inputs.push_back(batch.negatives_u);
    inputs.push_back(batch.negatives_v);
  }
  for (torch::Tensor& input : inputs) input.requires_grad_();
  const auto loss = [&] { return batch_loss(options, tilting, batch, inverse_temperature, bias); };
  const auto gradients = torch::autograd::grad({loss()}, inputs);
  const torch::NoGradGuard no_grad;
  const double step = lagoon::tests::kDifferenceStep;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    double* value = inputs[k].data_ptr<double>();
    const torch::Tensor gradient = gradients[k].contiguous();
    for (std::int64_t i = 0; i < inputs[k].numel(); ++i) {
      const double start = value[i];
      value[i] = start + step;
      const double up = loss().item<double>();
      value[i] = start - step;
      const double down = loss().item<double>();
      value[i] = start;
      EXPECT_NEAR(gradient.data_ptr<double>()[i], (up - down) / (2 * step),
                  lagoon::tests::kLossDifference)
          << options.loss << ", " << options.negatives << ", input " << k << " [" << i << "]";
    }
  }
}

TEST(ObjectiveGradients, equal_finite_differences) {
  for (const Tilting tilting : kTiltings) {
    for (const char* loss : kLosses) {
      ObjectiveOptions options = plain(loss, 0.7, 1.6);
      EncodedBatch batch = random_batch(5, 4, 60);
      for (const char* negatives : {"in_batch", "second_batch"}) {
        options.negatives = negatives;
        batch.targets = {};
        expect_gradient(options, tilting, batch);
        batch.targets = several_positives(5);
        expect_gradient(options, tilting, batch);
      }
      options.negatives = "in_batch";
      batch.targets = with_exclusions(5);
      expect_gradient(options, tilting, batch);
    }
  }
}

TEST(ObjectiveGradients, of_u_statistics_equal_finite_differences) {
  for (const char* loss : {"conditional_mmd", "joint_mmd"}) {
    for (const char* negatives : {"in_batch", "second_batch"}) {
      ObjectiveOptions options = plain(loss, 0.7, 1.6);
      options.statistic = "u";
      options.negatives = negatives;
      expect_gradient(options, Tilting::quadratic, random_batch(5, 4, 70));
    }
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
