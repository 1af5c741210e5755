#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/kernels.hpp"
#include "contrastive/objective/mmd_statistics.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/contrastive/objective/discrete/discrete_law.hpp"
#include "tests/support/tolerances.hpp"

// Losses over a whole law: divergences from it, and least at it.
namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kRoundingRelative;

/// A law whose marginals are uniform, so that its atoms are rows and columns that count alike.
DiscreteLaw even_law(std::int64_t n, std::uint64_t seed) {
  DiscreteLaw law = small_law(n, n, seed);
  for (int i = 0; i < 500; ++i) {
    law.mu = law.mu / law.of_u();
    law.mu = law.mu / law.of_v();
  }
  law.mu = law.mu / law.mu.sum();
  return law;
}

/// All pairs of atoms, weighted by mu: the population as a batch.
EncodedBatch population(const DiscreteLaw& law, const torch::Tensor& log_rho) {
  EncodedBatch batch = batch_of(log_rho);
  batch.u = law.u;
  batch.v = law.v;
  const std::int64_t n_u = log_rho.size(0), n_v = log_rho.size(1);
  batch.targets.rows = at::arange(n_u, at::kLong).repeat_interleave(n_v);
  batch.targets.columns = at::arange(n_v, at::kLong).repeat({n_u});
  batch.targets.weights = law.mu.flatten();
  return batch;
}

torch::Tensor population_loss(const ObjectiveOptions& options, const DiscreteLaw& law,
                              const torch::Tensor& log_rho) {
  return batch_loss(options, Tilting::inner_product, population(law, log_rho), scalar(1));
}

/// E over v of the squared lengths of the mean features of mu(.|v): the term that the loss omits.
double energy_of_conditionals(const torch::Tensor& joint, const torch::Tensor& kernel) {
  const torch::Tensor of_v = joint.sum(0, true);
  const torch::Tensor conditional = joint / of_v;
  return (of_v * (conditional * at::mm(kernel, conditional)).sum(0, true)).sum().item<double>();
}

/// What the loss plus a constant of the data must be: the divergence, by its definition.
double divergence(const ObjectiveOptions& options, const DiscreteLaw& law,
                  const torch::Tensor& nu) {
  const KernelKind kernel = parse_kernel(options.kernel);
  const torch::Tensor u = SampleKernel(kernel, law.u, 0)(law.u, law.u);
  const torch::Tensor v = SampleKernel(kernel, law.v, 0)(law.v, law.v);
  if (options.loss == std::string("joint_mmd")) {
    const torch::Tensor difference = nu - law.mu;
    return (difference * at::mm(at::mm(u, difference), v)).sum().item<double>();
  }
  const torch::Tensor of_u = nu / nu.sum(0, true) - law.mu / law.of_v();
  const torch::Tensor of_v = nu / nu.sum(1, true) - law.mu / law.of_u();
  const double u_given_v =
      (law.of_v() * (of_u * at::mm(u, of_u)).sum(0, true)).sum().item<double>();
  const double v_given_u =
      (law.of_u() * (of_v * at::mm(of_v, v)).sum(1, true)).sum().item<double>();
  return options.lambda_u / 2 * u_given_v + options.lambda_v / 2 * v_given_u;
}

double energy_of_data(const ObjectiveOptions& options, const DiscreteLaw& law) {
  const KernelKind kernel = parse_kernel(options.kernel);
  const torch::Tensor u = SampleKernel(kernel, law.u, 0)(law.u, law.u);
  const torch::Tensor v = SampleKernel(kernel, law.v, 0)(law.v, law.v);
  if (options.loss == std::string("joint_mmd")) {
    return (law.mu * at::mm(at::mm(u, law.mu), v)).sum().item<double>();
  }
  return options.lambda_u / 2 * energy_of_conditionals(law.mu, u) +
         options.lambda_v / 2 * energy_of_conditionals(law.mu.t(), v);
}

double largest_gradient(const ObjectiveOptions& options, const DiscreteLaw& law,
                        torch::Tensor log_rho) {
  log_rho.requires_grad_();
  const torch::Tensor loss = population_loss(options, law, log_rho);
  return torch::autograd::grad({loss}, {log_rho})[0].abs().max().item<double>();
}

TEST(Population, mmd_losses_are_the_divergence_less_a_term_of_the_data) {
  const DiscreteLaw law = even_law(4, 1);
  const torch::Tensor log_rho = normals({4, 4}, 5);
  for (const char* loss : {"conditional_mmd", "joint_mmd"}) {
    for (const char* kernel : kKernels) {
      ObjectiveOptions options = plain(loss, 0.7, 1.6);
      options.kernel = kernel;
      const torch::Tensor nu = joint_weights(log_rho, {});
      EXPECT_NEAR(
          population_loss(options, law, log_rho).item<double>() + energy_of_data(options, law),
          divergence(options, law, nu), kRoundingRelative)
          << loss << ", " << kernel;
    }
  }
}

TEST(Population, mmd_vanishes_at_the_density_ratio_and_only_there) {
  const DiscreteLaw law = even_law(4, 2);
  const torch::Tensor truth = law.density().log();
  for (const char* loss : {"conditional_mmd", "joint_mmd"}) {
    for (const char* kernel : kKernels) {
      ObjectiveOptions options = plain(loss);
      options.kernel = kernel;
      const auto mmd = [&](const torch::Tensor& log_rho) {
        return population_loss(options, law, log_rho).item<double>() + energy_of_data(options, law);
      };
      EXPECT_NEAR(mmd(truth + 2), 0, kRoundingRelative) << loss << ", " << kernel;
      EXPECT_LT(largest_gradient(options, law, truth.clone()), kRoundingRelative);
      for (std::uint64_t seed = 10; seed < 20; ++seed) {
        EXPECT_GT(mmd(truth + 0.3 * normals({4, 4}, seed)), 1e-6) << loss << ", " << kernel;
      }
    }
  }
}

TEST(Population, conditional_and_joint_losses_are_least_at_minus_the_information) {
  const DiscreteLaw law = even_law(4, 3);
  const torch::Tensor truth = law.density().log();
  const double information = (law.mu * truth).sum().item<double>();
  for (const char* loss : {"conditional", "joint"}) {
    EXPECT_NEAR(population_loss(plain(loss), law, truth).item<double>(), -information,
                kRoundingRelative);
    EXPECT_LT(largest_gradient(plain(loss), law, truth.clone()), kRoundingRelative);
    for (std::uint64_t seed = 10; seed < 20; ++seed) {
      EXPECT_GT(
          population_loss(plain(loss), law, truth + 0.3 * normals({4, 4}, seed)).item<double>(),
          -information + 1e-6);
    }
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
