#include "contrastive/objective/objective.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/kernels.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/contrastive/objective/oracles.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kRoundingRelative;

constexpr double kInverseTemperature = 1.7;
constexpr double kBias = -0.8;  // of loss_of

Matrix to_matrix(const torch::Tensor& x) {
  Matrix result;
  for (std::int64_t i = 0; i < x.size(0); ++i) {
    result.emplace_back();
    for (std::int64_t j = 0; j < x.size(1); ++j) result.back().push_back(x[i][j].item<double>());
  }
  return result;
}

std::size_t index_at(const torch::Tensor& list, std::int64_t p) {
  return static_cast<std::size_t>(list[p].item<std::int64_t>());
}

ScoreTables score_tables(const ObjectiveOptions& options, Tilting tilting,
                         const EncodedBatch& batch) {
  const auto table = [&](const torch::Tensor& z_u, const torch::Tensor& z_v) {
    return to_matrix(log_rho(tilting, z_u, z_v, scalar(kInverseTemperature)));
  };
  ScoreTables tables;
  tables.batch = tables.rows = tables.columns = table(batch.z_u, batch.z_v);
  if (options.negatives == "second_batch") {
    tables.rows = table(batch.z_u, batch.negatives_v);
    tables.columns = table(batch.negatives_u, batch.z_v);
  }
  Targets targets = batch.targets;
  if (targets.is_diagonal()) {
    targets.rows = targets.columns = at::arange(batch.z_u.size(0), at::kLong);
  }
  for (std::int64_t p = 0; p < targets.rows.size(0); ++p) {
    const double weight = targets.weights.defined() ? targets.weights[p].item<double>() : 1;
    tables.pairs.push_back({index_at(targets.rows, p), index_at(targets.columns, p), weight});
  }
  for (std::int64_t x = 0; targets.has_exclusions() && x < targets.excluded_rows.size(0); ++x) {
    tables.excluded.emplace_back(index_at(targets.excluded_rows, x),
                                 index_at(targets.excluded_columns, x));
  }
  return tables;
}

KernelTables kernel_tables(const ObjectiveOptions& options, const torch::Tensor& samples,
                           const torch::Tensor& of_second_batch) {
  const SampleKernel kernel(parse_kernel(options.kernel), samples, 0);
  const torch::Tensor& negatives = options.negatives == "second_batch" ? of_second_batch : samples;
  return {to_matrix(kernel(samples, samples)), to_matrix(kernel(samples, negatives)),
          to_matrix(kernel(negatives, negatives))};
}

double oracle_of(const ObjectiveOptions& options, Tilting tilting, const EncodedBatch& batch) {
  const ScoreTables tables = score_tables(options, tilting, batch);
  if (options.loss == "conditional") {
    return conditional_oracle(tables, options.lambda_u, options.lambda_v);
  }
  if (options.loss == "joint") return joint_oracle(tables);
  if (options.loss == "sigmoid") return sigmoid_oracle(tables, kBias);
  const bool u_statistic = options.statistic == "u";
  const KernelTables u = kernel_tables(options, batch.u, batch.negative_samples_u);
  const KernelTables v = kernel_tables(options, batch.v, batch.negative_samples_v);
  if (options.loss == "conditional_mmd") {
    return options.lambda_u * mmd_of_u_oracle(tables, u, u_statistic) +
           options.lambda_v * mmd_of_u_oracle(transposed(tables), v, u_statistic);
  }
  const double of_rows = joint_mmd_oracle(tables, u, v, u_statistic);
  return (of_rows + joint_mmd_oracle(transposed(tables), v, u, u_statistic)) / 2;
}

void expect_oracle(const ObjectiveOptions& options, Tilting tilting, const EncodedBatch& batch) {
  EXPECT_NEAR(loss_of(options, tilting, batch), oracle_of(options, tilting, batch),
              kRoundingRelative)
      << options.loss << ", " << options.negatives << ", " << options.kernel << ", "
      << options.statistic;
}

TEST(Objective, every_loss_is_the_loops_of_its_definition) {
  for (const Tilting tilting : kTiltings) {
    for (const char* loss : kLosses) {
      ObjectiveOptions options = plain(loss, 0.7, 1.6);
      EncodedBatch batch = random_batch(6, 7, 10);
      expect_oracle(options, tilting, batch);
      batch.targets = several_positives(6);
      expect_oracle(options, tilting, batch);
      options.negatives = "second_batch";
      expect_oracle(options, tilting, batch);
      batch.targets = {};
      expect_oracle(options, tilting, batch);
    }
  }
}

TEST(Objective, a_mask_takes_pairs_out_of_the_loops) {
  for (const char* loss : kLosses) {
    EncodedBatch batch = random_batch(6, 7, 20);
    batch.targets = with_exclusions(6);
    expect_oracle(plain(loss, 0.7, 1.6), Tilting::cosine, batch);
    const double without = loss_of(plain(loss), Tilting::cosine, random_batch(6, 7, 20));
    EXPECT_GT(std::abs(loss_of(plain(loss), Tilting::cosine, batch) - without), 1e-3);
  }
}

TEST(Objective, a_positive_pair_may_be_masked_where_it_only_normalises) {
  for (const char* loss : {"conditional", "joint", "conditional_mmd", "joint_mmd"}) {
    EncodedBatch batch = random_batch(6, 7, 30);
    batch.targets.excluded_rows = batch.targets.excluded_columns = at::arange(6, at::kLong);
    expect_oracle(plain(loss), Tilting::quadratic, batch);
  }
}

TEST(Objective, rectangular_batches_take_lists_of_pairs) {
  for (const char* loss : kLosses) {
    EncodedBatch batch = random_batch(6, 7, 40);
    batch.z_u = batch.z_u.slice(0, 0, 4);
    batch.u = batch.u.slice(0, 0, 4);
    batch.targets.rows = torch::tensor({0, 1, 2, 3, 3}, at::kLong);
    batch.targets.columns = torch::tensor({1, 0, 3, 5, 4}, at::kLong);
    expect_oracle(plain(loss, 0.7, 1.6), Tilting::inner_product, batch);
  }
}

TEST(Objective, mmd_with_every_kernel_and_statistic_is_its_loops) {
  for (const char* loss : {"conditional_mmd", "joint_mmd"}) {
    for (const char* kernel : kKernels) {
      for (const char* statistic : {"v", "u"}) {
        ObjectiveOptions options = plain(loss, 0.7, 1.6);
        options.kernel = kernel;
        options.statistic = statistic;
        const EncodedBatch batch = random_batch(5, 6, 50);
        expect_oracle(options, Tilting::inner_product, batch);
        options.negatives = "second_batch";
        expect_oracle(options, Tilting::inner_product, batch);
      }
    }
  }
}

TEST(Objective, one_pair_alone_teaches_nothing_but_itself) {
  const EncodedBatch batch = random_batch(1, 1, 140);
  for (const Tilting tilting : kTiltings) {
    const torch::Tensor one = scalar(1);
    const double truth = log_rho(tilting, batch.z_u, batch.z_v, one).item<double>();
    const auto loss = [&](const char* name) {
      return batch_loss(plain(name), tilting, batch, one).item<double>();
    };
    EXPECT_NEAR(loss("conditional"), 0, kRoundingRelative);
    EXPECT_NEAR(loss("joint"), 0, kRoundingRelative);
    EXPECT_NEAR(loss("sigmoid"), std::log1p(std::exp(-truth)), kRoundingRelative);
  }
}

TEST(Objective, equal_embeddings_have_finite_gradients) {
  EncodedBatch batch = random_batch(5, 4, 80);
  batch.z_u = at::ones({5, 3}, at::kDouble).requires_grad_();
  batch.z_v = at::ones({5, 3}, at::kDouble).requires_grad_();
  for (const Tilting tilting : kTiltings) {
    for (const char* loss : kLosses) {
      const torch::Tensor value = batch_loss(plain(loss), tilting, batch, scalar(1));
      const auto gradients = torch::autograd::grad({value}, {batch.z_u, batch.z_v});
      EXPECT_TRUE(gradients[0].isfinite().all().item<bool>() &&
                  gradients[1].isfinite().all().item<bool>());
    }
  }
}

TEST(Objective, large_scores_stay_finite_in_both_precisions) {
  const torch::Tensor scores = 100 * at::tanh(3 * normals({6, 6}, 90));
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    EncodedBatch batch = batch_of(scores.to(type));
    batch.z_u.requires_grad_();
    batch.u = normals({6, 2}, 91).to(type);
    batch.v = normals({6, 2}, 92).to(type);
    for (const char* loss : kLosses) {
      for (const char* statistic : {"v", "u"}) {
        ObjectiveOptions options = plain(loss);
        options.statistic = statistic;
        const torch::Tensor value =
            batch_loss(options, Tilting::inner_product, batch, at::ones({}, type));
        const auto gradient = torch::autograd::grad({value}, {batch.z_u})[0];
        EXPECT_EQ(value.scalar_type(), type);
        EXPECT_TRUE(value.isfinite().item<bool>()) << loss;
        EXPECT_TRUE(gradient.isfinite().all().item<bool>()) << loss;
        EXPECT_GT(gradient.abs().max().item<double>(), 0) << loss;
      }
    }
  }
}

TEST(Objective, single_precision_is_double_precision_rounded) {
  const EncodedBatch exact = random_batch(40, 40, 100);
  EncodedBatch batch = exact;
  for (torch::Tensor* x : {&batch.z_u, &batch.z_v, &batch.u, &batch.v}) *x = x->to(at::kFloat);
  for (const Tilting tilting : kTiltings) {
    for (const char* loss : kLosses) {
      const double single =
          batch_loss(plain(loss), tilting, batch, at::full({}, kInverseTemperature, at::kFloat),
                     at::full({}, kBias, at::kFloat))
              .item<double>();
      EXPECT_NEAR(single, loss_of(plain(loss), tilting, exact), lagoon::tests::kFloatLoss) << loss;
    }
  }
}

std::string refusal(const std::function<void(ObjectiveOptions&, EncodedBatch&)>& change) {
  ObjectiveOptions options = plain("conditional_mmd");
  EncodedBatch batch = random_batch(6, 7, 110);
  change(options, batch);
  return datasets::tests::error_of([&] { batch_loss(options, Tilting::cosine, batch, scalar(1)); });
}

TEST(Objective, a_batch_that_lacks_something_is_refused_with_its_name) {
  const auto expect = [](const std::string& message, const char* word) {
    EXPECT_NE(message.find(word), std::string::npos) << message;
  };
  expect(refusal([](auto&, auto& b) { b.z_v = b.z_v.slice(1, 0, 2); }), "one width");
  expect(refusal([](auto&, auto& b) { b.v = torch::Tensor(); }), "give v,");
  expect(refusal([](auto&, auto& b) { b.u = b.u.slice(0, 0, 3); }), "give u,");
  expect(refusal([](auto& o, auto& b) {
           o.negatives = "second_batch";
           b.negatives_v = torch::Tensor();
         }),
         "negatives_v");
  expect(refusal([](auto& o, auto& b) {
           o.negatives = "second_batch";
           b.negative_samples_u = torch::Tensor();
         }),
         "negative_samples_u");
  expect(refusal([](auto& o, auto& b) {
           o.negatives = "second_batch";
           b.targets = with_exclusions(6);
         }),
         "without exclusions");
  expect(refusal([](auto& o, auto& b) {
           o.statistic = "u";
           b.targets = several_positives(6);
         }),
         "statistic 'v'");
  expect(refusal([](auto& o, auto& b) {
           o.statistic = "u";
           o.loss = "joint_mmd";
           b = random_batch(3, 3, 1);
         }),
         "at least 4");
  expect(refusal([](auto& o, auto& b) {
           o.loss = "sigmoid";
           b.targets.excluded_rows = b.targets.excluded_columns = at::full({1}, 2, at::kLong);
         }),
         "sigmoid loss needs it");
}

}  // namespace
}  // namespace lagoon::contrastive::tests
