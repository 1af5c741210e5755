// Tracks of which parts are held out: drift that varies in time, windows, forecasts, baselines.
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "flow/assimilation/observed/track_scores.hpp"
#include "flow/assimilation/observed/track_windows.hpp"
#include "flow/assimilation/observed/velocity_regression.hpp"
#include "flow/assimilation/variational/tangent_linear.hpp"
#include "flow/error.hpp"
#include "tests/flow/assimilation/observed/made_tracks.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using tests::drawn_control;
using tests::drifting_law;
using tests::kNone;

// Without waves the way is the integral of the cosines.
TEST(UnknownDrift, carries_drifters_as_its_cosines_say) {
  const Law law = drifting_law(1, 10, 0);
  const UnknownDrift drift{0.4, 5};
  const ControlSpace space(law, drift);
  Eigen::VectorXd control = drawn_control(space, 3);
  control.head(space.n_coefficients()).setZero();
  const auto paths = tangent_trajectories(law, space, {}, control);
  for (std::size_t j = 0; j < 10; ++j) {
    const double t = law.times[j];
    double x = law.release_x[0];
    for (int b = 0; b < 5; ++b) {
      const double rate = std::numbers::pi * b;
      x += control[space.n_coefficients() + 2 * b] * drift.std / (1 + b) *
           (b == 0 ? t : std::sin(rate * t) / rate);
    }
    EXPECT_NEAR(paths.x[j], x, tests::kCoarseSteps);
  }
}

TEST(UnknownDrift, refuses_terms_that_do_not_fit) {
  const Law law = drifting_law(1, 10, 0);
  EXPECT_THROW(ControlSpace(law, UnknownDrift{1, 0}), Error);
  EXPECT_THROW(ControlSpace(law, UnknownDrift{1, kMostDriftTerms + 1}), Error);
}

// The double integral of the covariance speed^2 exp(-|s - r| / memory) over [0, t]^2.
TEST(UnresolvedMotion, spreads_as_taylor_says) {
  const UnresolvedMotion motion{0.3, 0.7};
  constexpr int kCells = 400;
  const double t = 1.9;
  double sum = 0;
  for (int i = 0; i < kCells; ++i) {
    for (int j = 0; j < kCells; ++j) sum += std::exp(-std::abs(i - j) * t / kCells / 0.7);
  }
  const double expected = 0.3 * t / kCells * std::sqrt(sum);
  EXPECT_NEAR(motion.displacement_std(t) / expected, 1, tests::kCellSum);
  EXPECT_NEAR(motion.displacement_std(1e-5) / (0.3 * 1e-5), 1, tests::kCellSum);
  EXPECT_EQ(motion.displacement_std(0), 0);
}

/// A made table: drifters in waves and a drift that varies, with unresolved motion of their own.
struct MadeTable {
  static constexpr std::size_t kDrifters = 6, kTimes = 24;
  UnknownDrift drift{0.5, 4};
  UnresolvedMotion unresolved;
  Law law;
  TrackTable table;

  explicit MadeTable(std::uint64_t seed, const UnresolvedMotion& motion = {0.1, 0.04})
      : unresolved(motion), law(drifting_law(kDrifters, kTimes, seed)) {
    const ControlSpace space(law, drift);
    const auto paths = tangent_trajectories(law, space, {}, drawn_control(space, seed));
    table.times = law.times;
    table.times.insert(table.times.begin(), 0);
    for (std::size_t p = 0; p < kDrifters; ++p) {
      table.x.push_back(law.release_x[p]), table.y.push_back(law.release_y[p]);
      Eigen::Vector2d astray = Eigen::Vector2d::Zero(), velocity = noise(seed, p, 0);
      for (std::size_t j = 0; j < kTimes; ++j) {
        astray += velocity / kTimes;
        const double kept = std::exp(-1.0 / (kTimes * unresolved.memory));
        velocity = kept * velocity + std::sqrt(1 - kept * kept) * noise(seed, p, j + 1);
        table.x.push_back(paths.x[p * kTimes + j] + astray[0]);
        table.y.push_back(paths.y[p * kTimes + j] + astray[1]);
      }
    }
  }

  Eigen::Vector2d noise(std::uint64_t seed, std::size_t drifter, std::size_t time) const {
    const auto z =
        normal_pair(seed, Purpose::twin_error, drifter, static_cast<std::uint32_t>(time));
    return {unresolved.speed * z[0], unresolved.speed * z[1]};
  }
};

VectorForecast forecast_made(const TrackCase& one, const MadeTable& made) {
  return forecast_by_variational(one, made.drift, made.unresolved,
                                 assimilate_case(one, made.drift, made.unresolved));
}

/// Each drifter held out, then the end: 4D-Var, 0, and a baseline, 1.
std::vector<HeldOutScores> scores_of_made_tables(bool ends,
                                                 const UnresolvedMotion& motion = {0.1, 0.04}) {
  HeldOutRecord record({"variational", "baseline"});
  for (std::size_t unit = 0; unit < 12; ++unit) {
    const MadeTable made(unit, motion);
    const TrackWindow window{0, MadeTable::kTimes};
    for (std::size_t p = 0; p < (ends ? 1 : MadeTable::kDrifters); ++p) {
      TrackCase one = ends ? hold_out_end(made.table, window, 2.0 / 3, made.law)
                           : hold_out_drifter(made.table, window, p, made.law);
      one.unit = unit;
      const auto baseline = ends ? forecast_by_velocity(one, velocities_before_release(one, 0.1))
                                 : forecast_by_neighbours(one, false);
      add_case(one, {forecast_made(one, made), baseline}, 1, record);
    }
  }
  return record.scores(1, 0);
}

TEST(TrackForecast, drifters_that_were_held_out_lie_where_4dvar_says) {
  const auto scores = scores_of_made_tables(false);
  EXPECT_LT(scores[0].against_baseline.upper, 1);
  EXPECT_NEAR(scores[0].coverage[2].value, 0.9, tests::kCoverageOfMadeTracks);
}

TEST(TrackForecast, ends_that_were_held_out_lie_where_4dvar_says) {
  const auto scores = scores_of_made_tables(true);
  EXPECT_LT(scores[0].against_baseline.upper, 1);
  EXPECT_NEAR(scores[0].coverage[2].value, 0.9, tests::kCoverageOfMadeTracks);
}

// A motion that outlasts the window is one error a track, not one a position.
TEST(TrackForecast, motion_that_lasts_is_one_error_a_track) {
  const auto scores = scores_of_made_tables(false, {0.05, 5});
  EXPECT_LT(scores[0].against_baseline.upper, 1);
  EXPECT_NEAR(scores[0].coverage[2].value, 0.9, tests::kCoverageOfMadeTracks);
}

// A drift that varies is found again: the mean velocity over time of four drifters.
TEST(TrackForecast, finds_the_drift) {
  const MadeTable made(1);
  const TrackCase one = hold_out_drifter(made.table, {0, MadeTable::kTimes}, 0, made.law);
  const ControlSpace space(one.seen, made.drift);
  const auto posterior = assimilate_case(one, made.drift, made.unresolved);
  const Eigen::VectorXd truth = drawn_control(ControlSpace(made.law, made.drift), 1);
  const Eigen::VectorXd error = (posterior.mean - truth).tail(8);
  const Eigen::VectorXd std = posterior.covariance.diagonal().tail(8).cwiseSqrt();
  EXPECT_LT(std.head(2).maxCoeff(), 0.9);  // of 1 before anything was seen
  EXPECT_LT((error.array() / std.array()).abs().maxCoeff(), 4);
}

/// Three drifters that keep a velocity of (1, -2); the last one is lost in the middle.
TrackTable steady_table() {
  TrackTable table;
  for (int i = 0; i <= 12; ++i) table.times.push_back(0.5 * i);
  for (int p = 0; p < 3; ++p) {
    for (int i = 0; i <= 12; ++i) {
      const bool lost = p == 2 && i > 5;
      table.x.push_back(lost ? kNone : 0.1 * p + table.times[static_cast<std::size_t>(i)]);
      table.y.push_back(lost ? kNone : -2 * table.times[static_cast<std::size_t>(i)]);
    }
  }
  return table;
}

TEST(TrackWindows, follow_one_another_and_know_their_drifters) {
  const TrackTable table = steady_table();
  const auto windows = cut_windows(table, 4, 2);
  ASSERT_EQ(windows.size(), 3U);
  EXPECT_EQ(windows[1].first, 4U);
  EXPECT_EQ(windows[0].drifters(table).size(), 3U);
  EXPECT_EQ(windows[1].drifters(table).size(), 3U);  // known at 4 and 5
  EXPECT_EQ(windows[2].drifters(table).size(), 2U);
  EXPECT_EQ(cut_windows(table, 4, 3).size(), 2U);
  EXPECT_THROW(cut_windows(table, 2, 2), Error);
}

TEST(TrackWindows, what_is_held_out_is_not_seen) {
  const TrackTable table = steady_table();
  const Law prior = drifting_law(1, 1, 0);
  const TrackCase drifter = hold_out_drifter(table, {4, 4}, 0, prior);
  EXPECT_EQ(drifter.seen.n_drifters(), 2U);
  EXPECT_EQ(drifter.asked.n_drifters(), 1U);
  EXPECT_EQ(asked_places(drifter).size(), 4U);
  EXPECT_NE(drifter.seen.release_x[0], drifter.asked.release_x[0]);
  const TrackCase end = hold_out_end(table, {0, 12}, 2.0 / 3, prior);
  for (std::size_t p = 0; p < 3; ++p) {
    for (std::size_t j = 0; j < 12; ++j) {
      EXPECT_FALSE(std::isfinite(end.x[p * 12 + j]) && std::isfinite(end.truth_x[p * 12 + j]));
    }
  }
  EXPECT_EQ(asked_places(end).size(), 8U);  // the third is lost before
  EXPECT_EQ(end.asked.release_time[0], 4);
  EXPECT_EQ(end.asked.release_time[2], 2.5);
}

TEST(TrackWindows, baselines_are_exact_where_all_drifters_keep_one_velocity) {
  const TrackTable table = steady_table();
  const Law prior = drifting_law(1, 1, 0);
  const TrackCase drifter = hold_out_drifter(table, {0, 12}, 1, prior);
  const TrackCase end = hold_out_end(table, {0, 12}, 2.0 / 3, prior);
  const Eigen::RowVector2d velocity(1, -2);
  EXPECT_LT((mean_velocity_before(table, 12) - velocity).norm(), tests::kFewRoundings);
  EXPECT_EQ(mean_velocity_before(table, 0).norm(), 0);
  const auto expect_exact = [](const TrackCase& one, const VectorForecast& forecast) {
    EXPECT_LT((to_displacements(one, forecast, 1).mean - asked_displacements(one, 1)).norm(),
              10 * tests::kFewRoundings);
  };
  expect_exact(drifter, forecast_by_neighbours(drifter, false));
  expect_exact(drifter, forecast_by_neighbours(drifter, true));
  expect_exact(end, forecast_by_velocity(end, velocities_before_release(end, 1)));
  expect_exact(end, forecast_by_velocity(end, velocity.replicate(3, 1)));
}

}  // namespace
}  // namespace lagoon::flow
