// Simulations of a case: paths against the tangent-linear's, unresolved motion and the summary of
// tracks against what both must be by law.
#include "flow/assimilation/observed/track_simulator.hpp"

#include <cmath>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include "flow/assimilation/variational/tangent_linear.hpp"
#include "flow/error.hpp"
#include "tests/flow/assimilation/observed/made_tracks.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using tests::drawn_control;
using tests::drifting_law;
using tests::kNone;

constexpr std::size_t kSeen = 3, kTimes = 8;
constexpr UnknownDrift kDrift{0.4, 3};
constexpr UnresolvedMotion kNoMotion{0, 1}, kForgotten{0.1, 0.2};

/// Three drifters seen, two others asked for, one of them released halfway; a gap in what was seen.
TrackCase made_case(double noise_std = 0) {
  TrackCase one;
  one.seen = drifting_law(kSeen, kTimes, 4);
  one.asked = drifting_law(2, kTimes, 5);
  one.seen.observation_noise_std = one.asked.observation_noise_std = noise_std;
  one.asked.release_time[1] = 0.5;
  one.x.assign(kSeen * kTimes, 0.5), one.y.assign(kSeen * kTimes, 0.5);
  one.x[kTimes + 2] = one.y[kTimes + 2] = kNone;
  one.truth_x.assign(2 * kTimes, kNone), one.truth_y = one.truth_x;
  for (const std::size_t place : {3UL, 7UL, kTimes + 6}) {
    one.truth_x[place] = one.truth_y[place] = 0;
  }
  return one;
}

TEST(TrackSimulator, without_unresolved_motion_drifters_go_as_the_tangent_linear_does) {
  const TrackCase one = made_case();
  TrackSimulator simulator(one, kDrift, kNoMotion);
  const auto control = drawn_control(ControlSpace(one.seen, kDrift), 7);
  const auto expected = tangent_trajectories(one.seen, ControlSpace(one.seen, kDrift),
                                             {.steps_per_interval = 1}, control);
  const Tracks drawn = simulator.draw(control, {0, Purpose::train_noise, 0});
  for (std::size_t i = 0; i < drawn.x.size(); ++i) {
    EXPECT_NEAR(drawn.x[i], expected.x[i], tests::kFewRoundings);
    EXPECT_NEAR(drawn.y[i], expected.y[i], tests::kFewRoundings);
  }
}

TEST(TrackSimulator, a_member_is_forecast_along_its_flow_and_two_are_spread) {
  const TrackCase one = made_case();
  TrackSimulator simulator(one, kDrift, kForgotten);
  const ControlSpace space(one.asked, kDrift);
  EnsemblePosterior members{Eigen::MatrixXd(space.size(), 2), Eigen::Vector2d(0.25, 0.75)};
  std::vector<TangentTrajectories> paths;
  for (Eigen::Index i = 0; i < 2; ++i) {
    members.members.col(i) = drawn_control(space, static_cast<std::uint64_t>(i));
    paths.push_back(
        tangent_trajectories(one.asked, space, {.steps_per_interval = 1}, members.members.col(i)));
  }
  const auto forecast = simulator.forecast(members);
  const auto places = asked_places(one);
  ASSERT_EQ(places.size(), 3U);
  const double since[] = {0.5, 1, 0.375};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double first = paths[0].x[places[i]], second = paths[1].x[places[i]];
    const auto row = static_cast<Eigen::Index>(i);
    EXPECT_NEAR(forecast.mean(row, 0), 0.25 * first + 0.75 * second, tests::kFewRoundings);
    const double apart = std::sqrt(0.25 * 0.75) * (second - first);
    EXPECT_NEAR(forecast.std(row, 0), std::hypot(apart, kForgotten.displacement_std(since[i])),
                tests::kFewRoundings);
  }
}

/// The derivative of the summary by the control, at rest, and the covariance of summaries drawn
/// there: where the summary weighs by the errors' true covariance both are Fisher's information.
struct Information {
  Eigen::MatrixXd derivative, covariance;
};
Information information_of(const TrackCase& one, const UnresolvedMotion& motion) {
  const ControlSpace space(one.seen, kDrift);
  TrackSimulator simulator(one, kDrift, motion);
  const auto rest = tangent_trajectories(one.seen, space, {.steps_per_interval = 1},
                                         Eigen::VectorXd::Zero(space.size()));
  Information result{Eigen::MatrixXd(space.size(), space.size()),
                     Eigen::MatrixXd::Zero(space.size(), space.size())};
  for (Eigen::Index i = 0; i < space.size(); ++i) {
    std::vector<double> x = rest.x, y = rest.y;
    for (std::size_t row = 0; row < x.size(); ++row) {
      x[row] += rest.dx(static_cast<Eigen::Index>(row), i);
      y[row] += rest.dy(static_cast<Eigen::Index>(row), i);
    }
    result.derivative.col(i) = simulator.summary({x, y}) - simulator.summary({rest.x, rest.y});
  }
  constexpr int kDraws = 4000;
  const Eigen::VectorXd still = Eigen::VectorXd::Zero(space.size());
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const Eigen::VectorXd summary =
        simulator.summary(simulator.draw(still, {1, Purpose::train_noise, i}));
    result.covariance += summary * summary.transpose() / kDraws;
  }
  return result;
}

// E s s^T = E s (ds/du)^T, whose two sides know the unresolved motion by a formula and by draws.
TEST(TrackSimulator, summaries_scatter_by_fishers_information) {
  for (const double noise : {0.01, 0.1}) {
    const auto [derivative, covariance] = information_of(made_case(noise), kForgotten);
    EXPECT_LT((derivative - derivative.transpose()).norm(),
              tests::kFewRoundings * derivative.norm());
    const Eigen::MatrixXd scaled = derivative.diagonal().cwiseSqrt().cwiseInverse().asDiagonal() *
                                   (covariance - derivative) *
                                   derivative.diagonal().cwiseSqrt().cwiseInverse().asDiagonal();
    EXPECT_LT(scaled.cwiseAbs().maxCoeff(), tests::kScatterOfSummaries);
    const TrackCase one = made_case(noise);
    EXPECT_LT((TrackSimulator(one, kDrift, kForgotten).precision() - derivative).norm(),
              tests::kFewRoundings * derivative.norm() * 1e3);
  }
}

TEST(TrackSimulator, draws_are_functions_of_their_key) {
  const TrackCase one = made_case(0.01);
  TrackSimulator simulator(one, kDrift, kForgotten);
  const auto control = drawn_control(ControlSpace(one.seen, kDrift), 7);
  const auto draw = [&](std::uint64_t sample) {
    const Tracks tracks = simulator.draw(control, {0, Purpose::train_noise, sample});
    return std::vector<double>(tracks.x.begin(), tracks.x.end());
  };
  const auto first = draw(3);
  EXPECT_NE(draw(4), first);
  EXPECT_EQ(draw(3), first);
}

TEST(TrackSimulator, refuses_a_case_that_saw_nothing) {
  TrackCase one = made_case();
  one.x.assign(one.x.size(), kNone);
  EXPECT_THROW(TrackSimulator(one, kDrift, kForgotten), Error);
}

}  // namespace
}  // namespace lagoon::flow
