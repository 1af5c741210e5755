#include "contrastive/objective/kernels.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/contrastive/objective/cases.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kFewRoundings;
using lagoon::tests::kRoundingRelative;

torch::Tensor column(const std::vector<double>& values) {
  return torch::tensor(values, at::kDouble).unsqueeze(1);
}

TEST(Kernels, values) {
  // The mean of the batch is 2; over the bandwidth, its samples are -1, 0, 1.
  const torch::Tensor batch = column({0, 2, 4}), x = column({4}), y = column({0});
  const auto value = [&](KernelKind kernel) {
    return SampleKernel(kernel, batch, 2)(x, y).item<double>();
  };
  EXPECT_NEAR(value(KernelKind::gaussian), std::exp(-2.0), kFewRoundings);
  EXPECT_NEAR(value(KernelKind::polynomial), 0, kFewRoundings);
  EXPECT_NEAR(value(KernelKind::energy), 1, kFewRoundings);
  EXPECT_NEAR(SampleKernel(KernelKind::polynomial, batch, 2)(x, x).item<double>(), 4,
              kFewRoundings);
  EXPECT_NEAR(SampleKernel(KernelKind::energy, batch, 2)(x, x).item<double>(), 2, kFewRoundings);
}

TEST(Kernels, names_are_those_of_the_options) {
  EXPECT_EQ(parse_kernel("gaussian"), KernelKind::gaussian);
  EXPECT_EQ(parse_kernel("polynomial"), KernelKind::polynomial);
  EXPECT_EQ(parse_kernel("energy"), KernelKind::energy);
  EXPECT_NE(datasets::tests::error_of([] { parse_kernel("laplace"); }).find("'laplace'"),
            std::string::npos);
}

TEST(Kernels, median_rule) {
  // Distances 1, 2, 3, 3, 4, 6 and the zero between the twins, which does not count.
  EXPECT_EQ(median_bandwidth(column({0, 1, 4})), 3);
  EXPECT_EQ(median_bandwidth(column({0, 0, 1, 4})), 3);  // 1 1 3 4 4: the third of five
  EXPECT_EQ(median_bandwidth(column({0, 1, 3, 6})), 3);  // 1 2 3 3 5 6: the lower of two
  EXPECT_EQ(median_bandwidth(column({5, 5, 5})), 1);
  EXPECT_EQ(median_bandwidth(at::ones({1, 4}, at::kDouble)), 1);
  // One-hot labels: most distances are sqrt 2 or 0, whatever their shares.
  EXPECT_NEAR(median_bandwidth(at::eye(3, at::kDouble).repeat({5, 1})), std::sqrt(2.0),
              kFewRoundings);
  const torch::Tensor samples = normals({700, 3}, 1);
  EXPECT_EQ(median_bandwidth(samples), median_bandwidth(samples.slice(0, 0, 512)));
}

TEST(Kernels, are_positive_definite_and_so_are_their_products) {
  const torch::Tensor x = normals({20, 3}, 2), y = normals({20, 2}, 3);
  for (const char* name : kKernels) {
    const SampleKernel of_x(parse_kernel(name), x, 0), of_y(parse_kernel(name), y, 0);
    const torch::Tensor gram = of_x(x, x);
    EXPECT_LT((gram - gram.t()).abs().max().item<double>(), kRoundingRelative);
    for (const torch::Tensor& kernel : {gram, gram * of_y(y, y)}) {
      EXPECT_GT(at::linalg_eigvalsh(kernel).min().item<double>(),
                -kRoundingRelative * kernel.max().item<double>() * 20)
          << name;
    }
  }
}

TEST(Kernels, do_not_see_where_the_samples_lie_nor_their_unit) {
  const torch::Tensor x = normals({9, 2, 3}, 4);
  for (const char* name : kKernels) {
    const torch::Tensor moved = 7 * x + 3;
    const torch::Tensor here = SampleKernel(parse_kernel(name), x, 0)(x, x);
    const torch::Tensor there = SampleKernel(parse_kernel(name), moved, 0)(moved, moved);
    EXPECT_LT((here - there).abs().max().item<double>(), kRoundingRelative) << name;
  }
}

TEST(Kernels, energy_gives_half_the_energy_distance) {
  const torch::Tensor x = normals({12, 3}, 5), y = normals({15, 3}, 6) + 0.5;
  const auto mean = [](const torch::Tensor& k) { return k.mean().item<double>(); };
  const double energy = 2 * mean(at::cdist(x, y)) - mean(at::cdist(x, x)) - mean(at::cdist(y, y));
  const SampleKernel k(KernelKind::energy, x, 2);
  const double mmd = mean(k(x, x)) - 2 * mean(k(x, y)) + mean(k(y, y));
  EXPECT_NEAR(mmd, energy / 2 / 2, kRoundingRelative);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
