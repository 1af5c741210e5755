#include <cmath>
#include <functional>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/kernels.hpp"
#include "contrastive/objective/mmd_statistics.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/contrastive/objective/discrete/discrete_law.hpp"
#include "tests/support/tolerances.hpp"

// Expectations over every batch that could be drawn from a small law.
namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kRoundingRelative;

/// Calls visit(rows, columns, probability) for every ordered batch of n pairs of the law.
void for_each_batch(
    const DiscreteLaw& law, std::int64_t n,
    const std::function<void(const torch::Tensor&, const torch::Tensor&, double)>& visit) {
  const std::int64_t n_v = law.mu.size(1), n_atoms = law.mu.numel();
  const auto n_batches = static_cast<std::int64_t>(
      std::llround(std::pow(static_cast<double>(n_atoms), static_cast<double>(n))));
  for (std::int64_t batch = 0; batch < n_batches; ++batch) {
    std::vector<std::int64_t> atoms;
    for (std::int64_t rest = batch; std::ssize(atoms) < n; rest /= n_atoms) {
      atoms.push_back(rest % n_atoms);
    }
    const torch::Tensor index = torch::tensor(atoms, at::kLong);
    const double probability = law.mu.flatten().index_select(0, index).prod().item<double>();
    visit(at::div(index, n_v, "floor"), at::remainder(index, n_v), probability);
  }
}

/// Entries (rows i, columns j) of a table over atoms.
torch::Tensor entries(const torch::Tensor& table, const torch::Tensor& rows,
                      const torch::Tensor& columns) {
  return table.index_select(0, rows).index_select(1, columns);
}

/// Kernels over atoms, with a bandwidth and an origin that no batch moves.
struct AtomKernels {
  torch::Tensor u, v;
};

AtomKernels atom_kernels(const DiscreteLaw& law) {
  return {SampleKernel(KernelKind::gaussian, law.u, 1)(law.u, law.u),
          SampleKernel(KernelKind::energy, law.v, 1)(law.v, law.v)};
}

/// A tilting with its true normaliser: of the joint law, or given each v.
torch::Tensor joint_density(const DiscreteLaw& law, const torch::Tensor& log_rho) {
  const torch::Tensor rho = log_rho.exp();
  return rho / (law.of_u() * law.of_v() * rho).sum();
}

torch::Tensor conditional_density(const DiscreteLaw& law, const torch::Tensor& log_rho) {
  const torch::Tensor rho = log_rho.exp();
  return rho / (law.of_u() * rho).sum(0, true);
}

torch::Tensor off_diagonal(const torch::Tensor& square) {
  return square * (1 - at::eye(square.size(0), square.options()));
}

/// The terms of the conditional MMD that a loss keeps, over the whole law.
double exact_conditional_mmd(const DiscreteLaw& law, const torch::Tensor& density,
                             const torch::Tensor& kernel) {
  const torch::Tensor nu = law.of_u() * density;
  const torch::Tensor smoothed = at::mm(kernel, nu);
  return (law.of_v() * (nu * smoothed).sum(0, true) / 2).sum().item<double>() -
         (law.mu * smoothed).sum().item<double>();
}

double exact_joint_mmd(const DiscreteLaw& law, const torch::Tensor& density,
                       const AtomKernels& kernels) {
  const torch::Tensor nu = law.of_u() * law.of_v() * density;
  const torch::Tensor smoothed = at::mm(at::mm(kernels.u, nu), kernels.v);
  return ((nu - 2 * law.mu) * smoothed).sum().item<double>();
}

TEST(Estimators, the_conditional_u_statistic_is_unbiased_and_the_v_statistic_is_not) {
  const DiscreteLaw law = small_law(2, 2, 30);
  const torch::Tensor rho = conditional_density(law, normals({2, 2}, 31));
  const AtomKernels kernels = atom_kernels(law);
  constexpr std::int64_t kBatch = 3;
  double u_statistic = 0, v_statistic = 0;
  for_each_batch(law, kBatch, [&](const auto& rows, const auto& columns, double probability) {
    const torch::Tensor density = entries(rho, rows, columns);
    const torch::Tensor k = entries(kernels.u, rows, rows);
    u_statistic +=
        probability *
        conditional_mmd_u(off_diagonal(density) / (kBatch - 1), k, k, kBatch - 1).item<double>();
    v_statistic += probability * conditional_mmd_v(density / kBatch, k, k, {}).item<double>();
  });
  const double exact = exact_conditional_mmd(law, rho, kernels.u);
  EXPECT_NEAR(u_statistic, exact, kRoundingRelative);
  EXPECT_GT(std::abs(v_statistic - exact), 1e-2);
}

TEST(Estimators, over_a_second_batch_the_conditional_u_statistic_is_unbiased) {
  const DiscreteLaw law = small_law(2, 2, 32);
  const torch::Tensor rho = conditional_density(law, normals({2, 2}, 33));
  const AtomKernels kernels = atom_kernels(law);
  double mean = 0;
  for_each_batch(law, 2, [&](const auto& rows, const auto& columns, double probability) {
    for_each_batch(law, 2, [&](const auto& others, const auto&, double of_others) {
      mean +=
          probability * of_others *
          conditional_mmd_u(entries(rho, others, columns) / 2, entries(kernels.u, others, others),
                            entries(kernels.u, rows, others), 2)
              .template item<double>();
    });
  });
  EXPECT_NEAR(mean, exact_conditional_mmd(law, rho, kernels.u), kRoundingRelative);
}

TEST(Estimators, the_joint_u_statistic_is_unbiased) {
  const DiscreteLaw law = small_law(2, 2, 34);
  const torch::Tensor rho = joint_density(law, normals({2, 2}, 35));
  const AtomKernels kernels = atom_kernels(law);
  constexpr std::int64_t kBatch = 4;
  double u_statistic = 0, v_statistic = 0;
  for_each_batch(law, kBatch, [&](const auto& rows, const auto& columns, double probability) {
    const torch::Tensor density = entries(rho, rows, columns);
    const torch::Tensor u = entries(kernels.u, rows, rows),
                        v = entries(kernels.v, columns, columns);
    u_statistic +=
        probability * joint_mmd_u_in_batch(off_diagonal(density) / (kBatch * (kBatch - 1)), u, v)
                          .template item<double>();
    v_statistic +=
        probability *
        joint_mmd_v(density / (kBatch * kBatch), {u, v, u, v}, {}).template item<double>();
  });
  const double exact = exact_joint_mmd(law, rho, kernels);
  EXPECT_NEAR(u_statistic, exact, kRoundingRelative);
  EXPECT_GT(std::abs(v_statistic - exact), 1e-2);
}

TEST(Estimators, across_two_batches_the_joint_u_statistic_is_unbiased_both_ways) {
  const DiscreteLaw law = small_law(2, 2, 36);
  const torch::Tensor rho = joint_density(law, normals({2, 2}, 37));
  const AtomKernels k = atom_kernels(law);
  double of_rows = 0, of_columns = 0;
  for_each_batch(law, 2, [&](const auto& rows, const auto& columns, double probability) {
    const torch::Tensor u = entries(k.u, rows, rows), v = entries(k.v, columns, columns);
    for_each_batch(
        law, 2, [&](const auto& other_rows, const auto& other_columns, double of_others) {
          const double weight = probability * of_others;
          const PairKernels pairs_in_rows = {u, entries(k.v, other_columns, other_columns), u,
                                             entries(k.v, columns, other_columns)};
          const PairKernels pairs_in_columns = {entries(k.u, other_rows, other_rows), v,
                                                entries(k.u, rows, other_rows), v};
          of_rows += weight *
                     joint_mmd_u_across(entries(rho, rows, other_columns) / 4, pairs_in_rows, true)
                         .template item<double>();
          of_columns += weight * joint_mmd_u_across(entries(rho, other_rows, columns) / 4,
                                                    pairs_in_columns, false)
                                     .template item<double>();
        });
  });
  const double exact = exact_joint_mmd(law, rho, k);
  EXPECT_NEAR(of_rows, exact, kRoundingRelative);
  EXPECT_NEAR(of_columns, exact, kRoundingRelative);
}

/// The gradient by the table of log_rho of the mean loss over every batch of n pairs.
torch::Tensor expected_gradient(const ObjectiveOptions& options, const DiscreteLaw& law,
                                std::int64_t n, const torch::Tensor& at) {
  const torch::Tensor table = at.detach().clone().requires_grad_();
  torch::Tensor mean = scalar(0);
  for_each_batch(law, n, [&](const auto& rows, const auto& columns, double probability) {
    EncodedBatch batch;
    batch.z_u = table.index_select(0, rows);
    batch.z_v = at::eye(law.mu.size(1), at::kDouble).index_select(0, columns);
    batch.u = law.u.index_select(0, rows);
    batch.v = law.v.index_select(0, columns);
    const torch::Tensor bias = scalar(sigmoid_bias_start(options, n));
    mean = mean + probability * batch_loss(options, Tilting::inner_product, batch, scalar(1), bias);
  });
  return torch::autograd::grad({mean}, {table})[0];
}

TEST(Estimators,
     in_batch_losses_that_classify_are_least_at_the_density_ratio_for_every_batch_size) {
  const DiscreteLaw law = small_law(3, 2, 40);
  const torch::Tensor truth = law.density().log();
  for (const std::int64_t n : {2, 3}) {
    for (const char* loss : {"conditional", "conditional_mmd", "sigmoid"}) {
      for (const char* kernel : kKernels) {
        ObjectiveOptions options = plain(loss, 0.7, 1.6);
        options.kernel = kernel;
        options.bandwidth_u = options.bandwidth_v = 1;
        const auto size = [&](const torch::Tensor& at) {
          return expected_gradient(options, law, n, at).abs().max().item<double>();
        };
        EXPECT_LT(size(truth), kRoundingRelative) << loss << ", " << kernel;
        EXPECT_GT(n > 2 ? 1 : size(truth + 0.3 * normals({3, 2}, 41)), 1e-3);
        if (loss != std::string("conditional_mmd")) break;
      }
    }
  }
}

TEST(Estimators, the_joint_loss_of_a_batch_has_its_optimum_elsewhere) {
  const DiscreteLaw law = small_law(3, 2, 42);
  const auto size = [&](std::int64_t n) {
    return expected_gradient(plain("joint"), law, n, law.density().log())
        .abs()
        .max()
        .item<double>();
  };
  EXPECT_GT(size(2), 1e-3);
  EXPECT_LT(size(3), size(2));
}

TEST(Estimators, concentrated_weights_lower_the_u_statistic_below_the_truth) {
  // Why `statistic` is v as default: given v, u is normal about 0 with a spread of a tenth of the
  // bandwidth, and all weight goes to the sample nearest to 0.
  const torch::Tensor u = 0.1 * normals({60, 1}, 43);
  const SampleKernel kernel(KernelKind::gaussian, u, 1);
  const torch::Tensor k = kernel(u, u);
  const torch::Tensor even = off_diagonal(at::ones({60, 60}, at::kDouble)) / 59;
  const torch::Tensor nearest = u.abs().argmin();
  torch::Tensor one = at::zeros({60, 60}, at::kDouble);
  one.index_put_({nearest.view({1})}, at::ones({60}, at::kDouble));
  const auto u_statistic = [&](const torch::Tensor& w) {
    return conditional_mmd_u(off_diagonal(w), k, k, 59).item<double>();
  };
  const auto v_statistic = [&](const torch::Tensor& w) {
    return conditional_mmd_v(w, k, k, {}).item<double>();
  };
  EXPECT_LT(u_statistic(one), u_statistic(even) - 0.3);
  EXPECT_GT(v_statistic(one), v_statistic(even) - 0.01);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
