#include "contrastive/inference/amortised/position_features.hpp"

#include <gtest/gtest.h>

#include "contrastive/encoders/layers.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

/// Two drifters of release points of their own at twelve times.
flow::Law two_drifters() {
  flow::Law law = small_law();
  law.release_x = {0.25, 0.5};
  law.release_y = {0.75, 0.125};
  law.release_time = {0, 0};
  return law;
}

/// (n, drifter, time) about the release points.
std::vector<double> positions(const flow::Law& law, const std::vector<double>& release,
                              std::int64_t n, std::uint64_t seed) {
  WeightSource source(seed);
  const auto per_drifter = static_cast<std::int64_t>(law.n_times());
  const torch::Tensor steps = source.normal({n, 2, per_drifter}, 0.1).to(at::kDouble);
  const torch::Tensor begin = torch::tensor(release, at::kDouble).reshape({1, 2, 1});
  const torch::Tensor all = (begin + steps.cumsum(2)).contiguous();
  return {all.data_ptr<double>(), all.data_ptr<double>() + all.numel()};
}

struct Made {
  flow::Law law = two_drifters();
  std::vector<double> x = positions(law, law.release_x, 150, 1);
  std::vector<double> y = positions(law, law.release_y, 150, 2);
  torch::Tensor raw = raw_trajectories(law, x, y);

  TrajectoryFeatures fit(const char* kind) const {
    ModelOptions options = small_model();
    options.lagrangian_features = kind;
    return TrajectoryFeatures::fit(options, law, raw);
  }
};

TEST(PositionFeatures, are_the_whitened_features_of_raw_trajectories) {
  const Made made;
  const auto features = made.fit("whitened");
  const auto fast = PositionFeatures::make(made.law, features);
  ASSERT_TRUE(fast);
  const torch::Tensor slow = features.apply(made.raw);
  const torch::Tensor mine = fast->apply(made.x, made.y);
  EXPECT_EQ(mine.sizes(), slow.sizes());
  EXPECT_LT((mine - slow).abs().max().item<double>(), lagoon::tests::kFloatFeatures);
}

/// Departures that are sums of r waves, the smaller the faster, down to 3e-3 of the largest,
/// alike for all drifters but for noise; (n, drifter, time).
std::vector<double> wavering_positions(const flow::Law& law, const std::vector<double>& release,
                                       std::int64_t n, int r) {
  WeightSource source(1);
  const auto n_times = static_cast<std::int64_t>(law.n_times());
  const auto n_drifters = static_cast<std::int64_t>(law.n_drifters());
  const torch::Tensor weights = source.normal({n, r}, 1).to(at::kDouble);
  const torch::Tensor noise = source.normal({n, n_drifters, n_times}, 1e-4).to(at::kDouble);
  const torch::Tensor order = at::arange(r, at::kDouble);
  const torch::Tensor times = at::arange(n_times, at::kDouble) / static_cast<double>(n_times);
  const torch::Tensor waves =
      at::pow(3e-3, order / (r - 1)).unsqueeze(1) * at::cos(at::outer(order, M_PI * times));
  const torch::Tensor begin = torch::tensor(release, at::kDouble).reshape({1, n_drifters, 1});
  const torch::Tensor all = (begin + at::mm(weights, waves).unsqueeze(1) + noise).contiguous();
  return {all.data_ptr<double>(), all.data_ptr<double>() + all.numel()};
}

// Where sums are longest, and as large beside the least component as is allowed.
TEST(PositionFeatures, of_a_thousand_times_are_as_near_as_they_say) {
  Made made;
  made.law.times.resize(1000);
  for (std::size_t j = 0; j < 1000; ++j) made.law.times[j] = 1e-4 * static_cast<double>(j + 1);
  ModelOptions options = small_model();
  options.whitened_components = 60;
  made.x = wavering_positions(made.law, made.law.release_x, 200, options.whitened_components);
  made.y = wavering_positions(made.law, made.law.release_y, 200, options.whitened_components);
  made.raw = raw_trajectories(made.law, made.x, made.y);
  const auto features = TrajectoryFeatures::fit(options, made.law, made.raw);
  const auto fast = PositionFeatures::make(made.law, features);
  ASSERT_TRUE(fast);
  const torch::Tensor lengths = features.state()[1].second.norm(2, {0});
  EXPECT_LT((lengths.min() / lengths.max()).item<double>(), 3 * PositionFeatures::kLeastShare);
  const torch::Tensor difference = fast->apply(made.x, made.y) - features.apply(made.raw);
  EXPECT_LT(difference.abs().max().item<double>(), lagoon::tests::kPositionFeatures);
}

TEST(PositionFeatures, of_a_row_are_the_same_bits_whatever_stands_beside_it) {
  const Made made;
  const auto fast = PositionFeatures::make(made.law, made.fit("whitened"));
  const torch::Tensor all = fast->apply(made.x, made.y);
  const std::size_t per_row = 2 * made.law.n_times();
  for (const std::size_t row : {0U, 70U, 149U}) {
    const auto of = [&](const std::vector<double>& whole) {
      return std::span(whole).subspan(row * per_row, per_row);
    };
    EXPECT_TRUE(
        at::equal(fast->apply(of(made.x), of(made.y))[0], all[static_cast<std::int64_t>(row)]));
  }
}

TEST(PositionFeatures, are_there_where_single_precision_and_whole_tracks_suffice) {
  Made made;
  EXPECT_FALSE(PositionFeatures::make(made.law, made.fit("positions")));
  // A drifter that hardly moves: its component is divided by its small deviation.
  Made still;
  for (double& y : still.y) y = 0.5 + 1e-6 * y;
  still.raw = raw_trajectories(still.law, still.x, still.y);
  ModelOptions options = small_model();
  options.whitened_components = 40;
  EXPECT_FALSE(
      PositionFeatures::make(still.law, TrajectoryFeatures::fit(options, still.law, still.raw)));
  const auto features = made.fit("whitened");
  made.law.missing_fraction = 0.5;
  EXPECT_FALSE(PositionFeatures::make(made.law, features));
}

TEST(PositionFeatures, refuse_positions_of_another_shape) {
  const Made made;
  const auto fast = PositionFeatures::make(made.law, made.fit("whitened"));
  const std::vector<double> few(5);
  EXPECT_NE(datasets::tests::error_of([&] { fast->apply(few, few); }).find("(flow, drifter, time)"),
            std::string::npos);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
