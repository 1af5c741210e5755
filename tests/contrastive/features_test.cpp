#include "contrastive/encoders/features.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "contrastive/encoders/coefficient_encoder.hpp"
#include "contrastive/encoders/layers.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using datasets::tests::error_of;

/// Correlated rows of the small law's 24 coordinates, of decreasing variance.
torch::Tensor correlated_rows(std::int64_t n) {
  WeightSource source(3);
  const torch::Tensor mixing = source.normal({24, 24}, 1).to(at::kDouble);
  const torch::Tensor scale = at::exp(-0.3 * at::arange(24, at::kDouble));
  return at::mm(source.normal({n, 24}, 1).to(at::kDouble) * scale, mixing) + 2;
}

TrajectoryFeatures fit(const char* kind, const torch::Tensor& raw) {
  ModelOptions options = small_model();
  options.lagrangian_features = kind;
  return TrajectoryFeatures::fit(options, small_law(), raw);
}

void expect_white(const torch::Tensor& features) {
  const auto n = static_cast<double>(features.size(0));
  const torch::Tensor wide = features.to(at::kDouble);
  EXPECT_LT(wide.mean(0).abs().max().item<double>(), lagoon::tests::kFloatFeatures);
  const torch::Tensor covariance = at::mm(wide.t(), wide) / n;
  EXPECT_LT((covariance - at::eye(12, at::kDouble)).abs().max().item<double>(),
            lagoon::tests::kFloatFeatures);
}

TEST(Features, whitened_have_identity_covariance_on_their_fitting_set) {
  const torch::Tensor raw = correlated_rows(500);
  expect_white(fit("whitened", raw).apply(raw));
}

TEST(Features, whitened_fit_fewer_rows_than_coordinates) {
  const torch::Tensor raw = correlated_rows(20);
  expect_white(fit("whitened", raw).apply(raw));
}

TEST(Features, whitened_keep_the_directions_of_largest_variance) {
  const torch::Tensor raw = correlated_rows(500);
  const torch::Tensor features = fit("whitened", raw).apply(raw).to(at::kDouble);
  // Least squares of the centred rows on the features leaves the variance of the other components.
  const torch::Tensor centred = raw - raw.mean(0);
  const torch::Tensor explained = at::mm(features, at::mm(features.t(), centred)) / 500;
  const auto values = std::get<0>(at::linalg_eigh(at::mm(centred.t(), centred)));
  const double left = (centred - explained).square().sum().item<double>();
  const double smallest = values.slice(0, 0, 12).sum().item<double>();
  EXPECT_NEAR(left / smallest, 1, 1e-3);
}

TEST(Features, more_components_than_rows_are_refused) {
  EXPECT_NE(
      error_of([] { fit("whitened", correlated_rows(12)); }).find("whitened_components is 12"),
      std::string::npos);
}

TEST(Features, raw_trajectories_are_departures_ordered_by_time) {
  flow::Law law = small_law();
  law.release_x = {0.25, 0.5};
  law.release_y = {0.75, 0.125};
  law.release_time = {0, 0};
  law.times = {0.05, 0.1, 0.15};
  // x, y (flow, drifter, time)
  const std::vector<double> x = {1, 2, 3, 4, 5, 6}, y = {7, 8, 9, 10, 11, 12};
  const torch::Tensor raw = raw_trajectories(law, x, y);
  EXPECT_TRUE(at::equal(raw, torch::tensor({{0.75, 6.25, 3.5, 9.875, 1.75, 7.25, 4.5, 10.875, 2.75,
                                             8.25, 5.5, 11.875}},
                                           at::kDouble)));
}

TEST(Features, unobserved_positions_are_filled_between_their_neighbours) {
  flow::Law law = small_law();
  law.release_x = {0.25};
  law.release_y = {0.75};
  law.release_time = {0};
  law.times = {0.1, 0.2, 0.3, 0.4};
  law.missing_fraction = 0.5;
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> x = {kNan, 1.25, kNan, 3.25}, y = {0.75, 1.75, 2.75, kNan};
  const torch::Tensor raw = raw_trajectories(law, x, y);
  const torch::Tensor filled =
      torch::tensor({{0.5, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 2.0}}, at::kDouble);
  EXPECT_TRUE(at::allclose(raw, filled, 0, lagoon::tests::kFewRoundings)) << raw;
}

TEST(Features, positions_have_unit_root_mean_square) {
  const torch::Tensor raw = correlated_rows(200);
  const torch::Tensor features = fit("positions", raw).apply(raw);
  EXPECT_NEAR(features.square().mean().item<double>(), 1, lagoon::tests::kFloatFeatures);
  EXPECT_EQ(features.sizes(), raw.sizes());
}

TEST(Features, increments_add_up_to_positions) {
  const torch::Tensor raw = correlated_rows(200);
  const auto increments = fit("increments", raw);
  const torch::Tensor steps = increments.apply(raw).view({200, 12, 2}).to(at::kDouble);
  const torch::Tensor sum = steps.cumsum(1) * increments.state()[0].second;
  EXPECT_LT((sum - raw.view({200, 12, 2})).abs().max().item<double>(), 1e-4);
  EXPECT_NEAR(steps.square().mean().item<double>(), 1, lagoon::tests::kFloatFeatures);
}

TEST(Features, of_a_checkpoint_are_the_same_to_the_bit) {
  const torch::Tensor raw = correlated_rows(200);
  for (const char* kind : {"positions", "increments", "whitened"}) {
    const auto fitted = fit(kind, raw);
    datasets::SafeTensors file;
    put_tensors(file, "features.v", fitted.state());
    ModelOptions options = small_model();
    options.lagrangian_features = kind;
    const auto loaded = TrajectoryFeatures::load(options, small_law(), file, "features.v");
    EXPECT_TRUE(at::equal(loaded.apply(raw), fitted.apply(raw)));
    EXPECT_EQ(loaded.n_features(), fitted.n_features());
  }
}

TEST(Features, coefficients_are_standardised_without_constant_columns) {
  torch::Tensor raw = correlated_rows(300).slice(1, 0, 6).clone();
  raw.select(1, 2).fill_(0.5);
  const auto features = CoefficientFeatures::fit(small_model(), raw);
  EXPECT_EQ(features.n_features(), 5);
  const torch::Tensor columns = features.apply(raw);
  EXPECT_LT(columns.mean(0).abs().max().item<double>(), lagoon::tests::kFloatFeatures);
  EXPECT_LT((columns.std(0, /*unbiased=*/false) - 1).abs().max().item<double>(), 1e-2);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
