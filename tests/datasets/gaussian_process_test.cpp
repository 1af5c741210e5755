#include "datasets/gaussian_process.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <numbers>
#include <sstream>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/support/files.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::datasets::tests {
namespace {

using lagoon::tests::kFewRoundings;
using lagoon::tests::kManySigmas;
using lagoon::tests::kSixDigits;
using std::numbers::pi;

TEST(GaussianProcess, entries_are_the_sums_of_the_text) {
  const GaussianProcess process;
  const auto uu = process.cov_uu(), uv = process.cov_uv(), vv = process.cov_vv();
  ASSERT_EQ(uu.size(), 144U);
  ASSERT_EQ(uv.size(), 60U);
  for (const auto& [i, k] : {std::pair<std::size_t, std::size_t>{0, 0}, {2, 7}, {11, 11}, {7, 2}}) {
    double sum = i == k ? 0.0025 : 0;
    for (int j = 1; j <= 1000; ++j)
      sum += 2 * std::pow(j * j * pi * pi + 9, -2) *
             std::cos(j * pi * static_cast<double>(i) / 11) *
             std::cos(j * pi * static_cast<double>(k) / 11);
    EXPECT_NEAR(uu[12 * i + k], sum, kFewRoundings);
  }
  const double lambda_3 = std::pow(9 * pi * pi + 9, -2);
  EXPECT_NEAR(uv[5 * 4 + 2], std::sqrt(2 * lambda_3) * std::cos(3 * pi * 4 / 11), kFewRoundings);
  for (std::size_t i = 0; i < 25; ++i) EXPECT_EQ(vv[i], i % 6 == 0 ? 1 : 0);
}

TEST(GaussianProcess, figures_of_the_text) {
  const GaussianProcess process;
  const auto uu = process.cov_uu();
  const std::vector<double> diagonal = {.009318, .008388, .006708, .005163, .004070, .003517};
  double trace = 0, sum = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_NEAR(uu[13 * i], diagonal[std::min(i, 11 - i)], kSixDigits);
    trace += uu[13 * i];
  }
  for (double lambda : process.eigenvalues()) sum += lambda;
  EXPECT_NEAR(trace, .07432814, lagoon::tests::kEightDigits);
  EXPECT_NEAR(sum, .00340922, lagoon::tests::kEightDigits);
  EXPECT_NEAR(process.eigenvalues()[0], 1 / std::pow(pi * pi + 9, 2), kFewRoundings);
}

std::vector<double> table_of(const std::filesystem::path& path) {
  std::vector<double> numbers;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) numbers.push_back(std::stod(cell));
  }
  return numbers;
}

void expect_same(const std::vector<double>& one, const std::vector<double>& other) {
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], other[i], kFewRoundings) << i;
}

TEST(GaussianProcess, covariances_are_those_of_an_independent_calculation) {
  const auto data = lagoon::tests::real_data();
  const auto folder = data / "../research/gaussian_process_covariances";
  if (data.empty() || !std::filesystem::exists(folder / "Cuu.csv"))
    GTEST_SKIP() << "no gaussian_process_covariances beside LAGOON_DATA";
  const GaussianProcess process;
  expect_same(process.cov_uu(), table_of(folder / "Cuu.csv"));
  expect_same(process.cov_uv(), table_of(folder / "Cuv.csv"));
  expect_same(process.cov_vv(), table_of(folder / "Cvv.csv"));
}

TEST(GaussianProcess, grids) {
  GaussianProcessOptions options;
  options.n_u = 4;
  expect_same(GaussianProcess(options).grid(), {0, 1.0 / 3, 2.0 / 3, 1});
  options.grid = ProcessGrid::centres;
  expect_same(GaussianProcess(options).grid(), {0.125, 0.375, 0.625, 0.875});
  options.grid = ProcessGrid::interior;
  expect_same(GaussianProcess(options).grid(), {0.2, 0.4, 0.6, 0.8});
  options.n_u = 1;
  options.grid = ProcessGrid::ends;
  expect_same(GaussianProcess(options).grid(), {0});
}

TEST(GaussianProcess, the_literal_cosine_halves_the_variance) {
  GaussianProcessOptions options;
  const auto whole = GaussianProcess(options).cov_uu();
  options.orthonormal = false;
  const GaussianProcess literal(options);
  const auto half = literal.cov_uu();
  EXPECT_NEAR(half[0] - 0.0025, (whole[0] - 0.0025) / 2, kFewRoundings);
  EXPECT_EQ(literal.cov_vv()[0], 0.25);
  // Cov(u, v) = sqrt(lambda_1) / 2 at x = 0.
  EXPECT_NEAR(literal.cov_uv()[0], std::sqrt(literal.eigenvalues()[0]) / 2, kFewRoundings);
}

TEST(GaussianProcess, the_first_draws_of_more_are_the_same) {
  const GaussianProcess process;
  const auto few = process.draw(3, Split::train, 0, 4), many = process.draw(3, Split::train, 0, 9);
  EXPECT_TRUE(std::equal(few.u.begin(), few.u.end(), many.u.begin()));
  EXPECT_TRUE(std::equal(few.v.begin(), few.v.end(), many.v.begin()));
  const auto sixth = process.draw(3, Split::train, 6, 1);
  EXPECT_TRUE(std::equal(sixth.u.begin(), sixth.u.end(), many.u.begin() + 6 * 12));
  EXPECT_TRUE(std::equal(sixth.v.begin(), sixth.v.end(), many.v.begin() + 6 * 5));
  EXPECT_NE(process.draw(4, Split::train, 0, 1).v, process.draw(3, Split::train, 0, 1).v);
  EXPECT_NE(process.draw(3, Split::test, 0, 1).v, process.draw(3, Split::train, 0, 1).v);
}

TEST(GaussianProcess, more_coefficients_leave_u_as_it_is) {
  GaussianProcessOptions options;
  const auto five = GaussianProcess(options).draw(1, Split::train, 0, 3);
  options.n_v = 7;
  const auto seven = GaussianProcess(options).draw(1, Split::train, 0, 3);
  EXPECT_EQ(five.u, seven.u);
  EXPECT_EQ(five.v[0], seven.v[0]);
  EXPECT_EQ(five.v[5], seven.v[7]);
}

// Second moments of columns i of one and k of another set of rows.
double mean_product(const std::vector<double>& one, std::size_t n_one, std::size_t i,
                    const std::vector<double>& other, std::size_t n_other, std::size_t k) {
  const std::size_t n = one.size() / n_one;
  double sum = 0;
  for (std::size_t row = 0; row < n; ++row) sum += one[row * n_one + i] * other[row * n_other + k];
  return sum / static_cast<double>(n);
}

TEST(GaussianProcess, draws_have_the_covariances) {
  constexpr std::size_t kDraws = 4000;
  for (const bool orthonormal : {true, false}) {
    GaussianProcessOptions options;
    options.orthonormal = orthonormal;
    options.n_modes = 200;
    const GaussianProcess process(options);
    const auto samples = process.draw(7, Split::test, 0, kDraws);
    const auto uu = process.cov_uu(), uv = process.cov_uv(), vv = process.cov_vv();
    const auto expect = [&](double sampled, double exact, double variances) {
      EXPECT_NEAR(sampled, exact, kManySigmas * std::sqrt((variances + exact * exact) / kDraws));
    };
    for (std::size_t i = 0; i < 12; ++i) {
      for (std::size_t k = 0; k < 12; ++k)
        expect(mean_product(samples.u, 12, i, samples.u, 12, k), uu[12 * i + k],
               uu[13 * i] * uu[13 * k]);
      for (std::size_t k = 0; k < 5; ++k)
        expect(mean_product(samples.u, 12, i, samples.v, 5, k), uv[5 * i + k],
               uu[13 * i] * vv[6 * k]);
    }
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t k = 0; k < 5; ++k)
        expect(mean_product(samples.v, 5, i, samples.v, 5, k), vv[5 * i + k],
               vv[6 * i] * vv[6 * k]);
  }
}

TEST(GaussianProcess, u_is_the_field_and_noise) {
  const GaussianProcess process;
  auto field = process.field_covariance(process.grid(), false);
  for (std::size_t i = 0; i < 12; ++i) field[13 * i] += 0.0025;
  expect_same(process.cov_uu(), field);
}

TEST(GaussianProcess, the_field_given_v_is_the_conditional_law) {
  for (const bool orthonormal : {true, false}) {
    GaussianProcessOptions options;
    options.orthonormal = orthonormal;
    const GaussianProcess process(options);
    const auto prior = process.field_covariance(process.grid(), false);
    const auto rest = process.field_covariance(process.grid(), true);
    const auto uv = process.cov_uv(), vv = process.cov_vv();
    // C_ww - C_wv C_vv^-1 C_vw with C_vv a multiple of the identity, and C_wv = C_uv.
    for (std::size_t i = 0; i < 12; ++i)
      for (std::size_t k = 0; k < 12; ++k) {
        double explained = 0;
        for (std::size_t j = 0; j < 5; ++j) explained += uv[5 * i + j] * uv[5 * k + j] / vv[0];
        EXPECT_NEAR(prior[12 * i + k] - explained, rest[12 * i + k], kFewRoundings);
      }
    const std::vector<double> v = {0.3, -1, 0.5, 2, -0.2};
    const auto mean = process.field_mean(process.grid(), v);
    for (std::size_t i = 0; i < 12; ++i) {
      double expected = 0;
      for (std::size_t j = 0; j < 5; ++j) expected += uv[5 * i + j] / vv[0] * v[j];
      EXPECT_NEAR(mean[i], expected, kFewRoundings);
    }
    expect_same(process.field_mean(process.grid(), {}), std::vector<double>(12));
    EXPECT_THROW(process.field_mean(process.grid(), std::vector<double>(4)), Error);
  }
}

TEST(GaussianProcess, options_that_cannot_be_are_refused) {
  const auto refuse = [](auto change) {
    GaussianProcessOptions options;
    change(options);
    EXPECT_THROW(GaussianProcess{options}, Error);
  };
  refuse([](auto& options) { options.n_u = 0; });
  refuse([](auto& options) { options.n_v = 0; });
  refuse([](auto& options) { options.n_modes = 4; });
  refuse([](auto& options) { options.n_modes = -1; });
  refuse([](auto& options) { options.noise_std = 0; });
  refuse([](auto& options) { options.noise_std = std::nan(""); });
  refuse([](auto& options) { options.exponent = -2; });
  refuse([](auto& options) { options.inverse_length = std::numeric_limits<double>::infinity(); });
}

}  // namespace
}  // namespace lagoon::datasets::tests
