#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/objective.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/support/tolerances.hpp"

// The two evaluations of a loss through the objective.
namespace lagoon::contrastive::tests {
namespace {

/// Loss and gradients by the embeddings of the batch, by evaluation.
std::vector<torch::Tensor> evaluated(ObjectiveOptions options, const char* evaluation,
                                     Tilting tilting, const EncodedBatch& batch,
                                     at::ScalarType type) {
  options.evaluation = evaluation;
  EncodedBatch leaves = batch;
  std::vector<torch::Tensor> inputs;
  for (torch::Tensor* z : {&leaves.z_u, &leaves.z_v, &leaves.negatives_u, &leaves.negatives_v}) {
    *z = z->to(type).detach().clone().requires_grad_();
    inputs.push_back(*z);
  }
  inputs.push_back(at::full({}, 1.7, type).requires_grad_());
  inputs.push_back(at::full({}, -0.8, type).requires_grad_());
  const torch::Tensor loss = batch_loss(options, tilting, leaves, inputs[4], inputs[5]);
  auto results = torch::autograd::grad({loss}, inputs, {}, false, false, /*allow_unused=*/true);
  results.push_back(loss.detach());
  return results;
}

void expect_streaming(const ObjectiveOptions& options, Tilting tilting, const EncodedBatch& batch) {
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const auto plain_ones = evaluated(options, "plain", tilting, batch, type);
    const auto streaming_ones = evaluated(options, "streaming", tilting, batch, type);
    const double tolerance =
        type == at::kFloat ? lagoon::tests::kFloatLoss : lagoon::tests::kRoundingRelative;
    for (std::size_t k = 0; k < plain_ones.size(); ++k) {
      ASSERT_EQ(plain_ones[k].defined(), streaming_ones[k].defined()) << options.loss << k;
      if (!plain_ones[k].defined()) continue;
      EXPECT_EQ(plain_ones[k].sizes(), streaming_ones[k].sizes());
      EXPECT_LT((plain_ones[k] - streaming_ones[k]).abs().max().item<double>(), tolerance)
          << options.loss << ", " << options.negatives << ", result " << k;
    }
  }
}

TEST(Evaluations, streaming_and_plain_agree_in_value_and_gradient) {
  for (const Tilting tilting : kTiltings) {
    for (const char* loss : {"conditional", "joint", "sigmoid"}) {
      ObjectiveOptions options = plain(loss, 0.7, 1.6);
      EncodedBatch batch = random_batch(130, 110, 120);
      for (const char* negatives : {"in_batch", "second_batch"}) {
        options.negatives = negatives;
        batch.targets = {};
        expect_streaming(options, tilting, batch);
        batch.targets = several_positives(130);
        expect_streaming(options, tilting, batch);
      }
      options.negatives = "in_batch";
      batch.targets = with_exclusions(130);
      expect_streaming(options, tilting, batch);
      options.lambda_u = 0;
      expect_streaming(options, tilting, batch);
    }
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
