// The parts of a flow bridge: instruments, Bayes' rule, recall, posteriors of several instruments.
#include <cmath>
#include <fstream>
#include <numeric>

#include <Eigen/LU>
#include <gtest/gtest.h>

#include "flow/assimilation/library/weights.hpp"
#include "flow/error.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/scores/moments.hpp"
#include "pipelines/bridge/flow/bayes.hpp"
#include "pipelines/bridge/flow/joint_posterior.hpp"
#include "pipelines/bridge/flow/recall.hpp"
#include "pipelines/bridge/weight_store.hpp"
#include "tests/support/files.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using flow::Purpose;

FlowBridgeOptions small() {
  FlowBridgeOptions options;
  options.drifters = 2;
  options.times = 5;
  options.stations = 3;
  options.grid = 3;
  options.noise = 20;
  return options;
}

const Wanted kAll = {true, true, true};

/// Noise alone, (flow, number): what was seen less what there was to see.
struct Errors {
  Eigen::MatrixXd positions, velocities, vorticity;
};

Errors errors_of(const FlowInstruments& instruments, const ObservedFlows& flows) {
  const Eigen::Index n = flows.controls.rows(), half = flows.trajectories.cols() / 2;
  std::vector<std::complex<double>> psi_hat;
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto one = instruments.space.psi_hat(flows.controls.row(i).cast<double>().transpose());
    psi_hat.insert(psi_hat.end(), one.begin(), one.end());
  }
  std::vector<double> x(static_cast<std::size_t>(n * half)), y(x.size());
  integrate_fixed(instruments.law, psi_hat, 2 * instruments.steps_per_interval, 1, x, y);
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::MatrixXd exact(n, 2 * half);
  exact << Eigen::Map<const RowMajor>(x.data(), n, half),
      Eigen::Map<const RowMajor>(y.data(), n, half);
  const Eigen::MatrixXd controls = flows.controls.cast<double>();
  return {flows.trajectories.cast<double>() - exact,
          flows.velocities.cast<double>() - controls * instruments.station_map.transpose(),
          flows.vorticity.cast<double>() - controls * instruments.vorticity_map.transpose()};
}

double std_of(const Eigen::MatrixXd& errors) {
  return std::sqrt(errors.squaredNorm() / static_cast<double>(errors.size()));
}

/// The largest correlation of two different numbers among all of them.
double largest_correlation(const Eigen::MatrixXd& rows) {
  const Eigen::MatrixXd second = rows.transpose() * rows;
  const Eigen::VectorXd scale = second.diagonal().cwiseSqrt().cwiseInverse();
  Eigen::MatrixXd correlation = scale.asDiagonal() * second * scale.asDiagonal();
  correlation.diagonal().setZero();
  return correlation.cwiseAbs().maxCoeff();
}

TEST(FlowBridgeParts, instruments_err_independently_given_the_flow) {
  const auto instruments = make_instruments(small(), 1);
  const std::int64_t n = 4000;
  const auto flows = observe_flows(instruments, {3, Purpose::train, 0, n}, kAll, 1);
  const Errors errors = errors_of(instruments, flows);
  const double relative = 5 / std::sqrt(2.0 * static_cast<double>(n));
  EXPECT_NEAR(std_of(errors.positions) / instruments.law.observation_noise_std, 1, relative);
  EXPECT_NEAR(std_of(errors.velocities) / instruments.stations.station_noise_std, 1, relative);
  EXPECT_NEAR(std_of(errors.vorticity) / instruments.vorticity_noise_std, 1, relative);
  Eigen::MatrixXd all(n, errors.positions.cols() + errors.velocities.cols() +
                             errors.vorticity.cols() + flows.controls.cols());
  all << errors.positions, errors.velocities, errors.vorticity, flows.controls.cast<double>();
  EXPECT_LT(largest_correlation(all), 5 / std::sqrt(static_cast<double>(n)));
}

TEST(FlowBridgeParts, what_is_seen_depends_on_nothing_else) {
  const auto instruments = make_instruments(small(), 1);
  const auto all = observe_flows(instruments, {3, Purpose::train, 7, 600}, kAll, 3);
  const auto some = observe_flows(instruments, {3, Purpose::train, 7, 20}, {.velocities = true}, 1);
  EXPECT_EQ(some.velocities, all.velocities.topRows(20));
  EXPECT_EQ(some.controls, all.controls.topRows(20));
  EXPECT_EQ(some.trajectories.size(), 0);
  const auto later = observe_flows(instruments, {3, Purpose::train, 10, 5}, kAll, 1);
  EXPECT_EQ(later.trajectories, all.trajectories.middleRows(3, 5));
  EXPECT_EQ(later.vorticity, all.vorticity.middleRows(3, 5));
  const auto others = observe_flows(instruments, {3, Purpose::test, 7, 5}, kAll, 1);
  EXPECT_NE(others.controls, all.controls.topRows(5));
  // As a dataset's stations see the same flow.
  std::vector<double> x(3), y(3);
  const auto psi_hat = instruments.space.psi_hat(all.controls.row(0).cast<double>().transpose());
  observe_stations(instruments.law, instruments.stations, {3, Purpose::train_station_noise, 7},
                   psi_hat, x, y);
  for (Eigen::Index s = 0; s < 3; ++s) {
    const auto at = static_cast<std::size_t>(s);
    EXPECT_NEAR(all.velocities(0, s), x[at], lagoon::tests::kSinglePrecisionSpeed);
    EXPECT_NEAR(all.velocities(0, 3 + s), y[at], lagoon::tests::kSinglePrecisionSpeed);
  }
}

TEST(FlowBridgeParts, laplace_and_simulation_agree_and_average_to_the_information) {
  const auto instruments = make_instruments({}, 1);
  const std::int64_t n = 40;
  const auto flows = observe_flows(instruments, {1, Purpose::test, 0, n}, kAll, 1);
  const auto posteriors = laplace_posteriors(instruments, flows, 1);
  const auto laplace = laplace_log_ratios(instruments, flows, posteriors, 1);
  const auto simulated = simulated_log_ratios(instruments, flows, posteriors, 1000, 2, 1);
  double difference = 0, mean = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    difference += std::abs(laplace(i, i) - simulated(i, i)) / static_cast<double>(n);
    mean += simulated(i, i) / static_cast<double>(n);
  }
  const double information = flow_information(instruments, flows, 1).bridge.a_c();
  EXPECT_LT(difference, lagoon::tests::kLaplaceLogRatio);
  EXPECT_NEAR(mean, information, lagoon::tests::kMeanOfFortyLogRatios);
  EXPECT_GT(information, 10);
}

TEST(FlowBridgeParts, recall_counts_ties_in_expectation) {
  // Row 0 finds its partner first; row 1 ties with one other; row 2 has two better.
  const contrastive::ScoreGrid grid{3, 3, {5, 1, 2, 4, 4, 1, 9, 8, 0}};
  const Eigen::MatrixXd found = partners_found(grid);
  Eigen::MatrixXd expected(3, 4);
  expected << 1, 1, 0, 1, 0.5, 1, 0, 1, 0, 1, 0, 1;
  EXPECT_EQ(found, expected);
  const auto recall = recall_of(found, 1);
  EXPECT_DOUBLE_EQ(recall[0][0].value, 0.5);
  EXPECT_EQ(recall[1][1].lower, 1);
  EXPECT_DOUBLE_EQ(recall_relative_to(found, found, 1)[0][0].value, 1);
  EXPECT_THROW(partners_found({2, 3, std::vector<double>(6)}), Error);
}

/// A linear instrument whose log-ratios are exact inner products:
///   log p(c | b) = c^T S b / std^2 - |S b|^2 / (2 std^2) + what b does not change.
FlowLink exact_link(const Eigen::MatrixXd& map, double noise_std, const Eigen::VectorXd& seen,
                    const Eigen::MatrixXd& pool) {
  const double precision = 1 / (noise_std * noise_std);
  const Eigen::Index n = pool.rows();
  FlowLink link;
  link.link = {contrastive::Critic::dot, 1};
  const Eigen::VectorXd pull = precision * map.transpose() * seen;
  link.seen = {1, n + 1, {}};
  for (const double value : pull) link.seen.values.push_back(static_cast<float>(value));
  link.seen.values.push_back(1);
  link.pool = {pool.cols(), n + 1, {}};
  for (const auto& b : pool.colwise()) {
    for (const double value : b) link.pool.values.push_back(static_cast<float>(value));
    link.pool.values.push_back(static_cast<float>(-precision / 2 * (map * b).squaredNorm()));
  }
  return link;
}

TEST(FlowBridgeParts, sums_of_log_ratios_are_the_posterior_of_all_instruments) {
  const Eigen::Index n = 3, members = 100000;
  const auto draws = [&](Eigen::Index rows, Eigen::Index cols, std::uint64_t sample) {
    Eigen::MatrixXd values(rows, cols);
    for (Eigen::Index i = 0; i < values.size(); ++i) {
      values.data()[i] = normal_pair(5, Purpose::test, sample, static_cast<std::uint32_t>(i))[0];
    }
    return values;
  };
  const Eigen::MatrixXd pool = draws(n, members, 0), truth = draws(n, 1, 1);
  const double noise[] = {2.0, 3.0, 1.6};
  std::vector<FlowLink> links;
  Eigen::MatrixXd precision = Eigen::MatrixXd::Identity(n, n);
  Eigen::VectorXd pull = Eigen::VectorXd::Zero(n);
  for (std::uint64_t i = 0; i < 3; ++i) {
    const Eigen::MatrixXd map = draws(2, n, 2 + i);
    const Eigen::VectorXd seen = map * truth + noise[i] * draws(2, 1, 10 + i);
    links.push_back(exact_link(map, noise[i], seen, pool));
    precision += map.transpose() * map / (noise[i] * noise[i]);
    pull += map.transpose() * seen / (noise[i] * noise[i]);
  }
  const Eigen::MatrixXd sum = sum_of_log_ratios({&links[0], &links[1], &links[2]}, 0, 1);
  const auto weights = flow::importance_weights(sum.row(0).transpose());
  const auto moments = flow::weighted_moments(pool, weights);
  const Eigen::MatrixXd covariance = precision.inverse();
  const Eigen::VectorXd mean = covariance * pull;
  const double error = 5 / std::sqrt(flow::effective_sample_size(weights));
  for (Eigen::Index i = 0; i < n; ++i) {
    const double spread = std::sqrt(covariance(i, i));
    EXPECT_NEAR(moments.mean(i), mean(i), error * spread);
    EXPECT_NEAR(moments.spread(i), spread, error * spread);
  }
  EXPECT_LT(error, 0.05);
}

TEST(FlowBridgeParts, whitened_features_are_uncorrelated_and_constants_are_dropped) {
  const auto instruments = make_instruments(small(), 1);
  const auto flows = observe_flows(instruments, {3, Purpose::train, 0, 3000}, kAll, 1);
  FeatureRows rows(3000, flows.velocities.cols() + 1);
  rows << flows.velocities, Eigen::VectorXf::Constant(3000, 4);
  const auto whitening = Whitening::fit(rows, 100);
  ASSERT_EQ(whitening.n_features(), flows.velocities.cols());
  const Eigen::MatrixXd features = whitening.apply(rows).cast<double>();
  const Eigen::MatrixXd covariance = features.transpose() * features / 2999;
  EXPECT_LT((covariance - Eigen::MatrixXd::Identity(6, 6)).cwiseAbs().maxCoeff(),
            lagoon::tests::kWhitenedInFloat);
  EXPECT_EQ(Whitening::fit(rows, 2).n_features(), 2);
  EXPECT_THROW(Whitening::fit(rows.topRows(1), 2), Error);
  EXPECT_THROW(Whitening::fit(FeatureRows::Constant(5, 2, 1), 2), Error);
}

TEST(FlowBridgeParts, weights_are_found_again_if_they_are_of_the_same_training) {
  const lagoon::tests::TemporaryFolder folder;
  const std::vector<float> weights = {1.5F, -2, 0};
  WeightStore(folder / "", {{"epochs", 2}}, false).add("pairs", weights);
  EXPECT_EQ(WeightStore(folder / "", {{"epochs", 2}}, true).find("pairs"), weights);
  EXPECT_FALSE(WeightStore(folder / "", {{"epochs", 2}}, false).find("pairs"));
  EXPECT_FALSE(WeightStore(folder / "", {{"epochs", 3}}, true).find("pairs"));
  EXPECT_FALSE(WeightStore(folder / "", {{"epochs", 2}}, true).find("others"));
  WeightStore(folder / "", {{"epochs", 2}}, true).begin("pairs");
  EXPECT_TRUE(WeightStore(folder / "", {{"epochs", 2}}, true).find("pairs"));
  WeightStore(folder / "", {{"epochs", 2}}, false).begin("pairs");
  EXPECT_FALSE(WeightStore(folder / "", {{"epochs", 2}}, true).find("pairs"));
  std::ofstream(folder / "pairs.safetensors") << "no tensors";
  EXPECT_THROW(WeightStore(folder / "", {{"epochs", 2}}, true).find("pairs"), Error);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
