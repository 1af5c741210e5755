#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "flow/assimilation/library/instruction_sets.hpp"
#include "flow/assimilation/library/log_likelihoods.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "flow/error.hpp"
#include "flow/observations.hpp"
#include "flow/scores/method_scores.hpp"
#include "flow/scores/moments.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

/// Truths with their tracks, as a twin experiment sees them.
struct ObservedTwins {
  ObservedTwins(const Law& law, std::size_t n, int steps_per_interval)
      : psi_hat(n * law.n_modes()), size(law.n_drifters() * law.n_times()) {
    for (std::size_t i = 0; i < n; ++i) {
      draw_psi_hat(law, {1, Purpose::test, i},
                   std::span(psi_hat).subspan(i * law.n_modes(), law.n_modes()));
    }
    paths = tests::fixed_paths(law, psi_hat, steps_per_interval);
    for (std::size_t i = 0; i < n; ++i) {
      const std::span x = std::span(paths.x).subspan(i * size, size);
      const std::span y = std::span(paths.y).subspan(i * size, size);
      add_observation_noise(law, {1, Purpose::test_noise, i}, x, y);
      remove_unobserved(law, {1, Purpose::test_missing, i}, x, y);
      tracks.push_back({x, y});
    }
  }

  tests::Coefficients psi_hat;
  std::size_t size;
  tests::Paths paths;
  std::vector<Tracks> tracks;
};

LawOptions some_options() {
  LawOptions options;
  options.max_wavenumber = 2;
  options.release = "uniform";
  options.n_drifters = 3;
  options.n_times = 37;
  options.noise_percent = 5;
  return options;
}

/// Of every query and member by the plain sum over what was seen, in double.
LogLikelihoods plain_sums(const Law& law, const tests::Coefficients& library,
                          const std::vector<Tracks>& queries, int steps_per_interval) {
  const tests::Paths paths = tests::fixed_paths(law, library, steps_per_interval);
  const std::size_t size = law.n_drifters() * law.n_times();
  const std::size_t n_members = paths.x.size() / size;
  LogLikelihoods result(static_cast<Eigen::Index>(queries.size()),
                        static_cast<Eigen::Index>(n_members));
  for (std::size_t q = 0; q < queries.size(); ++q) {
    for (std::size_t m = 0; m < n_members; ++m) {
      double sum = 0;
      for (std::size_t i = 0; i < size; ++i) {
        if (std::isnan(queries[q].x[i])) continue;
        sum += std::pow(queries[q].x[i] - paths.x[m * size + i], 2) +
               std::pow(queries[q].y[i] - paths.y[m * size + i], 2);
      }
      result(static_cast<Eigen::Index>(q), static_cast<Eigen::Index>(m)) =
          -sum / (2 * law.observation_noise_std * law.observation_noise_std);
    }
  }
  return result;
}

TEST(Library, likelihoods_are_the_plain_sums) {
  for (const double missing_percent : {0.0, 30.0}) {
    LawOptions options = some_options();
    options.missing_percent = missing_percent;
    const Law law = make_law(options);
    const tests::Coefficients library = tests::draw_flows(law, 130);  // two blocks
    const ObservedTwins twins(law, 14, 2);                            // two blocks of queries
    const LogLikelihoods plain = plain_sums(law, library, twins.tracks, 2);
    const auto largest_difference = [&](Precision precision) {
      const LogLikelihoods fast =
          library_log_likelihoods(law, library, twins.tracks, {2, precision, 1});
      return ((fast - plain).array() / plain.array()).abs().maxCoeff();
    };
    EXPECT_LT(largest_difference(Precision::float64), tests::kShortSquaresRelative);
    EXPECT_LT(largest_difference(Precision::float32), tests::kSinglePathSquaresRelative);
  }
}

TEST(Library, a_drifter_is_unseen_before_its_release) {
  LawOptions options = some_options();
  options.release_interval = 0.02;
  const Law law = make_law(options);
  const tests::Coefficients library = tests::draw_flows(law, 20);
  const ObservedTwins twins(law, 2, 2);
  ASSERT_TRUE(std::isnan(twins.tracks[0].x[2 * law.n_times()]));
  const LogLikelihoods plain = plain_sums(law, library, twins.tracks, 2);
  const LogLikelihoods fast =
      library_log_likelihoods(law, library, twins.tracks, {2, Precision::float64, 1});
  EXPECT_LT(((fast - plain).array() / plain.array()).abs().maxCoeff(),
            tests::kShortSquaresRelative);
}

TEST(Library, same_bits_for_every_instruction_set_and_thread_count) {
  LawOptions options = some_options();
  options.missing_percent = 10;
  const Law law = make_law(options);
  const tests::Coefficients library = tests::draw_flows(law, 200);
  const ObservedTwins twins(law, 5, 1);
  const LogLikelihoods expected = library_log_likelihoods(law, library, twins.tracks, {});
  for (const library::Kernel* kernel : library::available_kernels()) {
    EXPECT_EQ(library_log_likelihoods(*kernel, law, library, twins.tracks, {}), expected)
        << kernel->name;
  }
  EXPECT_EQ(library_log_likelihoods(law, library, twins.tracks, {1, Precision::float32, 3}),
            expected);
  const auto first = std::span(library).first(150 * law.n_modes());
  EXPECT_EQ(library_log_likelihoods(law, first, twins.tracks, {}), expected.leftCols(150));
}

TEST(Library, laws_without_a_likelihood_are_refused) {
  Law law = make_law(some_options());
  const tests::Coefficients library = tests::draw_flows(law, 2);
  const ObservedTwins twins(law, 1, 1);
  const auto likelihoods = [&] { library_log_likelihoods(law, library, twins.tracks, {}); };
  EXPECT_NO_THROW(likelihoods());
  const Law good = law;
  law.observation_noise_std = 0;
  EXPECT_THROW(likelihoods(), Error);
  law = good;
  law.diffusivity = 0.1;
  EXPECT_THROW(likelihoods(), Error);
  law = good;
  law.damping.assign(law.n_modes(), 1);
  EXPECT_THROW(likelihoods(), Error);
  law = good;
  const std::vector<Tracks> shorter = {{twins.tracks[0].x.first(5), twins.tracks[0].y.first(5)}};
  EXPECT_THROW(library_log_likelihoods(law, library, shorter, {}), Error);
}

TEST(LibraryWeights, are_the_normalised_likelihoods) {
  const Eigen::Vector3d log_likelihoods(-5000, -5001, -5000 - std::log(4.0));
  const Eigen::VectorXd weights = importance_weights(log_likelihoods);
  EXPECT_DOUBLE_EQ(weights.sum(), 1);
  EXPECT_NEAR(weights[1] / weights[0], std::exp(-1.0), tests::kRoundingRelative);
  EXPECT_NEAR(weights[2] / weights[0], 0.25, tests::kRoundingRelative);
  const Eigen::VectorXd tempered = importance_weights(log_likelihoods, 0.5);
  EXPECT_NEAR(tempered[2] / tempered[0], 0.5, tests::kRoundingRelative);
  EXPECT_EQ(nearest_member(log_likelihoods), 0);
  EXPECT_THROW(importance_weights(Eigen::VectorXd()), Error);
  const double none = -std::numeric_limits<double>::infinity();
  EXPECT_THROW(importance_weights(Eigen::VectorXd::Constant(2, none)), Error);
}

TEST(LibraryWeights, temper_to_a_sample_size) {
  const Eigen::VectorXd log_likelihoods = -1e5 * Eigen::VectorXd::LinSpaced(1000, 0, 1);
  for (const double target : {2.0, 50.0, 900.0}) {
    const double power = power_of_sample_size(log_likelihoods, target);
    EXPECT_LT(power, 1);
    EXPECT_NEAR(effective_sample_size(importance_weights(log_likelihoods, power)), target,
                tests::kRootOfRounding * target);
  }
  EXPECT_EQ(power_of_sample_size(log_likelihoods / 1e9, 50), 1);
  EXPECT_THROW(power_of_sample_size(log_likelihoods, 1001), Error);
  EXPECT_THROW(power_of_sample_size(log_likelihoods, 0.5), Error);
}

TEST(LibraryWeights, members_that_matter_stand_for_all) {
  const Eigen::MatrixXd controls = Eigen::MatrixXd::Random(3, 50);
  const Eigen::VectorXd log_likelihoods = -Eigen::VectorXd::LinSpaced(50, 0, 100);
  const Eigen::VectorXd weights = importance_weights(log_likelihoods);
  const EnsemblePosterior kept = weighted_members(controls, weights, 1e-8);
  EXPECT_LT(kept.members.cols(), 15);
  EXPECT_EQ(kept.members.col(0), controls.col(0));
  const WeightedMoments all = weighted_moments(controls, weights);
  EXPECT_LT((posterior_mean(kept) - all.mean).norm(), 1e-7);
  EXPECT_LT((posterior_std(kept) - all.spread).norm(), 1e-7);
  const EnsemblePosterior whole = weighted_members(controls, weights, 0);
  EXPECT_LT((posterior_std(whole) - all.spread).norm(), tests::kFewRoundings);
  EXPECT_EQ(whole.members, controls);
  EXPECT_EQ(weighted_members(controls.leftCols(1), Eigen::VectorXd::Ones(1)).members.cols(), 1);
}

TEST(LibraryWeights, controls_are_those_of_the_coefficients) {
  const Law law = make_law(some_options());
  const ControlSpace space(law, 1);
  const tests::Coefficients library = tests::draw_flows(law, 3);
  const Eigen::MatrixXd controls = library_controls(law, space, library);
  ASSERT_EQ(controls.cols(), 3);
  const auto second = tests::flow_of(law, library, 1);
  const tests::Coefficients back = space.psi_hat(controls.col(1));
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    EXPECT_NEAR(std::abs(back[m] - second[m]), 0, tests::kFewRoundings);
  }
}

/// 16 unknowns seen by one drifter ten times: few enough for a library to hold their posterior.
TEST(Library, importance_weights_are_a_calibrated_posterior) {
  LawOptions options;
  options.max_wavenumber = 1;
  options.release = "uniform";
  options.n_times = 10;
  options.noise_percent = 30;
  const Law law = make_law(options);
  const ControlSpace space(law);
  const Scorer scorer(law, space);
  constexpr int kSteps = 10;
  const tests::Coefficients library = tests::draw_flows(law, 4096);
  const Eigen::MatrixXd controls = library_controls(law, space, library);
  const ObservedTwins twins(law, 200, kSteps);
  const LogLikelihoods log_likelihoods =
      library_log_likelihoods(law, library, twins.tracks, {kSteps, Precision::float32, 1});
  std::vector<QueryScores> scores;
  for (Eigen::Index q = 0; q < log_likelihoods.rows(); ++q) {
    const Eigen::VectorXd weights = importance_weights(log_likelihoods.row(q).transpose());
    const Eigen::VectorXd truth =
        space.control(tests::flow_of(law, twins.psi_hat, static_cast<std::size_t>(q)));
    scores.push_back(scorer.score(weighted_members(controls, weights), truth,
                                  {1, Purpose::score_draw, static_cast<std::uint64_t>(q)}));
  }
  const MethodScores of_method = gather_scores(scores, 1);
  const double prior = 1 / std::sqrt(std::numbers::pi);
  EXPECT_LT(of_method.crps.upper, prior);
  EXPECT_LT(of_method.relative_error.upper, 0.95);
  EXPECT_NEAR(of_method.coverage[2].value, 0.9, tests::kSampledScore);
  EXPECT_GT(of_method.effective_sample_size.value, 20);
}

}  // namespace
}  // namespace lagoon::flow
