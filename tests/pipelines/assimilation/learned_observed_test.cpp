// Encoders trained for cases of real data: the posterior that they say against the exact one of
// made cases, and the methods that the program adds.
#include <cmath>

#include <nlohmann/json.hpp>

#include "flow/assimilation/observed/track_simulator.hpp"
#include "flow/assimilation/observed/track_windows.hpp"
#include "flow/random.hpp"
#include "pipelines/assimilation/observed/learned/learned_forecaster.hpp"
#include "pipelines/programs/learning.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using lagoon::tests::kLearnedForecast;

constexpr flow::VelocityPrior kPrior{
    .matern_tau = 1, .matern_alpha = 1, .rms_speed = 1, .noise_std = 1};

LearnedRequest small_request() {
  LearnedRequest request;
  request.learned = true;
  request.flows = 8192;
  return request;
}

Eigen::VectorXd drawn(Eigen::Index n, std::uint64_t seed, flow::Purpose purpose) {
  Eigen::VectorXd result(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    result[i] = flow::normal_pair(seed, purpose, 0, static_cast<std::uint32_t>(i))[0];
  }
  return result;
}

/// Places by the seed, and there the velocities of a flow of the prior with its errors.
flow::VelocitySamples made_samples(std::size_t n, std::uint64_t seed) {
  flow::VelocitySamples samples;
  for (std::uint64_t i = 0; i < n; ++i) {
    samples.x.push_back(flow::uniform(seed, flow::Purpose::law_release, i, 0));
    samples.y.push_back(flow::uniform(seed, flow::Purpose::law_release, i, 1));
  }
  samples.velocity_x.assign(n, 0), samples.velocity_y.assign(n, 0);
  const auto map =
      flow::VelocityRegression(flow::steady_modes(1), samples).map(kPrior, samples.x, samples.y);
  const Eigen::VectorXd velocities =
      map * drawn(map.cols(), seed, flow::Purpose::twin_truth) +
      kPrior.noise_std * drawn(map.rows(), seed, flow::Purpose::twin_error);
  const auto half = static_cast<std::ptrdiff_t>(n);
  std::copy_n(velocities.data(), half, samples.velocity_x.begin());
  std::copy_n(velocities.data() + half, half, samples.velocity_y.begin());
  return samples;
}

/// Root mean square of a difference over that of what it is of.
double departure(const Eigen::MatrixX2d& found, const Eigen::MatrixX2d& expected) {
  return (found - expected).norm() / expected.norm();
}

// Four waves' and a mean velocity's unknowns from six samples: regression is exact.
TEST(LearnedForecaster, says_of_samples_what_regression_does) {
  const auto request = small_request();
  const LearnedForecaster learned(request, &learning(), 0);
  const auto seen = made_samples(6, 1), asked = made_samples(40, 2);
  const flow::VelocityRegression regression(flow::steady_modes(1), seen);
  const auto exact = regression.forecast(kPrior, asked.x, asked.y);
  const auto found = learned.of_samples(regression, kPrior, seen, asked, 0);
  EXPECT_GT(found.effective_sample_size, 500);
  EXPECT_LT(departure(found.sampled.mean, exact.mean), kLearnedForecast);
  EXPECT_LT(departure(found.sampled.std, exact.std), kLearnedForecast);
}

/// Three drifters of waves |k| = 1 in a window of ten times, one of them held out.
struct MadeWindow {
  flow::UnknownDrift drift{0.03, 1};
  flow::UnresolvedMotion unresolved{0.09, 0.01};  // forgotten from time to time, as 4D-Var has it
  flow::TrackCase track_case;

  MadeWindow() {
    flow::TrackTable table;
    for (int j = 0; j <= 10; ++j) table.times.push_back(0.1 * j);
    for (int p = 0; p < 3; ++p) {
      table.x.insert(table.x.end(), 11, 0.3 + 0.2 * p);
      table.y.insert(table.y.end(), 11, 0.5 + 0.1 * (p % 2));
    }
    flow::VelocityPrior prior = kPrior;
    prior.rms_speed = 0.03;
    flow::Law law = flow::steady_law(flow::steady_modes(1), prior);
    law.observation_noise_std = 0.0005;
    track_case = flow::hold_out_drifter(table, {0, 10}, 1, law);
    flow::TrackSimulator simulator(track_case, drift, unresolved);
    const auto tracks = simulator.draw(drawn(simulator.n_unknowns(), 6, flow::Purpose::twin_truth),
                                       {6, flow::Purpose::twin_error, 0});
    track_case.x.assign(tracks.x.begin(), tracks.x.end());
    track_case.y.assign(tracks.y.begin(), tracks.y.end());
  }
};

TEST(LearnedForecaster, says_of_tracks_what_4dvar_does_and_is_refined_to_it) {
  const auto request = small_request();
  const LearnedForecaster learned(request, &learning(), 0);
  const MadeWindow made;
  const auto& one = made.track_case;
  const auto exact = flow::forecast_by_variational(
      one, made.drift, made.unresolved, flow::assimilate_case(one, made.drift, made.unresolved));
  const auto found = learned.of_tracks(one, made.drift, made.unresolved, 3);
  // Positions lie far from the origin, displacements count.
  const Eigen::RowVector2d release(one.asked.release_x[0], one.asked.release_y[0]);
  EXPECT_LT(departure(found.sampled.mean.rowwise() - release, exact.mean.rowwise() - release),
            2 * kLearnedForecast);
  EXPECT_LT(departure(found.sampled.std, exact.std), kLearnedForecast);
  EXPECT_LT(departure(found.refined.mean, exact.mean), lagoon::tests::kSameOptimum);
  EXPECT_LT(departure(found.refined.std, exact.std), lagoon::tests::kSameOptimum);
}

TEST(LearnedForecaster, is_a_function_of_case_and_seed) {
  auto request = small_request();
  request.flows = 1024;
  request.encoders.epochs = 2;
  const auto seen = made_samples(6, 1), asked = made_samples(4, 2);
  const flow::VelocityRegression regression(flow::steady_modes(1), seen);
  const auto mean = [&](std::uint64_t seed, std::uint64_t number) {
    return LearnedForecaster(request, &learning(), seed)
        .of_samples(regression, kPrior, seen, asked, number)
        .sampled.mean;
  };
  const auto first = mean(0, 0);
  EXPECT_EQ(mean(0, 0), first);
  EXPECT_NE(mean(1, 0), first);
  EXPECT_NE(mean(0, 1), first);
}

class LearnedObservedTest : public ProgramTest {};

TEST_F(LearnedObservedTest, encoders_stand_beside_the_classical_methods) {
  const auto made = run(small("flows.h5", 1,
                              {"--max-wavenumber", "1", "--release", "uniform", "--drifters", "12",
                               "--omega-std", "0", "--rms-speed", "3", "--times", "10"}));
  ASSERT_EQ(made.code, 0) << made.err;
  const auto outcome =
      run({"assimilate", "--preset", "quasi-geostrophic", path("flows.h5").string(), "--waves", "1",
           "--folds", "2", "--learned", "--learned-flows", "1024", "--json",
           path("result.json").string(), "--out", path("page").string(), "--quiet"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto result = nlohmann::json::parse(read_text(path("result.json")));
  const auto& methods = result.at("parts").at("drifters").at("methods");
  EXPECT_EQ(methods.size(), 6U);
  for (const char* name : {"contrastive", "contrastive_refined"}) {
    EXPECT_TRUE(methods.at(name).contains("crps_interval")) << name;
  }
  EXPECT_NEAR(methods.at("contrastive_refined").at("rms_error").get<double>(),
              methods.at("variational").at("rms_error").get<double>(), 1e-3);
  const auto page = read_text(path("page") / "index.html");
  EXPECT_NE(page.find("pair of encoders for each case"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
