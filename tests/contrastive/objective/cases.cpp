#include "tests/contrastive/objective/cases.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "contrastive/threads.hpp"

namespace lagoon::contrastive::tests {
namespace {

/// LibTorch's pools cost these small matrices ten times the work on a machine that is shared.
class OneThread : public testing::Environment {
  void SetUp() override { set_threads(1); }
};
const testing::Environment* const kOneThread = testing::AddGlobalTestEnvironment(new OneThread);

}  // namespace

torch::Tensor normals(std::initializer_list<std::int64_t> sizes, std::uint64_t seed) {
  return at::randn(at::IntArrayRef(sizes), at::detail::createCPUGenerator(seed),
                   at::TensorOptions(at::kDouble));
}

EncodedBatch random_batch(std::int64_t n, std::int64_t m, std::uint64_t seed) {
  EncodedBatch batch;
  batch.z_u = normals({n, 3}, seed);
  batch.z_v = normals({n, 3}, seed + 1);
  batch.negatives_u = normals({m, 3}, seed + 2);
  batch.negatives_v = normals({m, 3}, seed + 3);
  batch.u = normals({n, 2}, seed + 4);
  batch.v = normals({n, 2}, seed + 5);
  batch.negative_samples_u = normals({m, 2}, seed + 6);
  batch.negative_samples_v = normals({m, 2}, seed + 7);
  return batch;
}

EncodedBatch batch_of(const torch::Tensor& log_rho) {
  EncodedBatch batch;
  batch.z_u = log_rho;
  batch.z_v = at::eye(log_rho.size(1), log_rho.options());
  return batch;
}

Targets several_positives(std::int64_t n) {
  Targets targets;
  targets.rows = at::cat({at::arange(n, at::kLong), torch::tensor({0, 2, 3}, at::kLong)});
  targets.columns = at::cat({at::arange(n, at::kLong), torch::tensor({1, 1, 0}, at::kLong)});
  targets.weights = at::linspace(0.5, 3, n + 3, at::kDouble);
  return targets;
}

Targets with_exclusions(std::int64_t n) {
  Targets targets;
  targets.excluded_rows = torch::tensor({std::int64_t{0}, std::int64_t{1}, n - 1}, at::kLong);
  targets.excluded_columns =
      torch::tensor({std::int64_t{2}, std::int64_t{0}, std::int64_t{0}}, at::kLong);
  return targets;
}

ObjectiveOptions plain(const char* loss, double lambda_u, double lambda_v) {
  ObjectiveOptions options;
  options.loss = loss;
  options.lambda_u = lambda_u;
  options.lambda_v = lambda_v;
  options.evaluation = "plain";
  return options;
}

double loss_of(const ObjectiveOptions& options, Tilting tilting, const EncodedBatch& batch,
               double inverse_temperature) {
  return batch_loss(options, tilting, batch, scalar(inverse_temperature), scalar(-0.8))
      .item<double>();
}

}  // namespace lagoon::contrastive::tests
