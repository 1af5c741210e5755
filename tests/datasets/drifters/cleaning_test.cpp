#include "datasets/drifters/cleaning.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/datasets/drifters/made_tracks.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Cleaned {
  DrifterTracks tracks;
  RecordCounts counts;
};

/// Cleans, and holds every call to the law of the counts.
Cleaned cleaned(const DrifterTracks& tracks, const CleaningRules& rules) {
  Cleaned result;
  result.counts.read = static_cast<std::int64_t>(tracks.n_records());
  result.tracks = clean(tracks, rules, result.counts);
  EXPECT_EQ(result.counts.read, result.counts.kept + result.counts.rejected_in_all());
  EXPECT_EQ(result.counts.kept, static_cast<std::int64_t>(result.tracks.n_records()));
  return result;
}

TEST(Cleaning, sound_tracks_are_kept_to_the_bit) {
  const DrifterTracks tracks = made_tracks({5, 2, 9}, true);
  const auto result = cleaned(tracks, {});
  EXPECT_EQ(result.tracks, tracks);
  EXPECT_EQ(result.counts.drifters_kept, 3);
}

TEST(Cleaning, each_rule_counts_its_own_records) {
  DrifterTracks tracks = made_tracks({12});
  tracks.time[1] = kNan;
  tracks.x[2] = kNan;
  tracks.y[3] = 91;
  tracks.x[4] = std::numeric_limits<double>::infinity();
  tracks.x[5] = 30;                 // outside of the box
  tracks.time[6] = 0;               // outside of the period
  tracks.time[8] = tracks.time[7];  // twice
  CleaningRules rules;
  rules.box = {9, 53, 11, 55};
  rules.start = 1e9;
  const auto result = cleaned(tracks, rules);
  const std::vector<std::pair<Rejection, int>> expected = {
      {Rejection::missing_time, 1},   {Rejection::missing_position, 1},
      {Rejection::outside_domain, 2}, {Rejection::outside_box, 1},
      {Rejection::outside_period, 1}, {Rejection::duplicate_time, 1}};
  for (const auto& [reason, count] : expected)
    EXPECT_EQ(result.counts.rejected_for(reason), count) << to_string(reason);
  EXPECT_EQ(result.counts.kept, 5);
  EXPECT_EQ(result.tracks.x[1], tracks.x[7]) << "the first of two records at one time is kept";
}

TEST(Cleaning, records_out_of_order_are_sorted_and_counted) {
  DrifterTracks tracks = made_tracks({6});
  const DrifterTracks sorted = tracks;
  for (auto* values : {&tracks.time, &tracks.x, &tracks.y}) std::swap((*values)[2], (*values)[3]);
  const auto result = cleaned(tracks, {});
  EXPECT_EQ(result.tracks, sorted);
  EXPECT_EQ(result.counts.put_in_order, 1);
}

TEST(Cleaning, spikes_are_left_out_and_the_track_is_followed_on) {
  CleaningRules rules;
  rules.max_speed = 3;
  for (const std::vector<std::size_t>& spikes :
       {std::vector<std::size_t>{7}, {0}, {19}, {0, 1}, {8, 9, 10}, {3, 12}, {0, 7, 19}}) {
    DrifterTracks tracks = made_tracks({20});
    for (const std::size_t spike : spikes) tracks.y[spike] += 1;
    const auto result = cleaned(tracks, rules);
    EXPECT_EQ(result.counts.rejected_for(Rejection::too_fast),
              static_cast<std::int64_t>(spikes.size()));
    for (const double y : result.tracks.y) EXPECT_LT(y, 54.1);
  }
}

TEST(Cleaning, a_stray_group_cannot_outweigh_the_longest_run) {
  DrifterTracks tracks = made_tracks({30});
  for (std::size_t i = 0; i < 10; ++i) tracks.x[i] += 5;
  CleaningRules rules;
  rules.max_speed = 3;
  EXPECT_EQ(cleaned(tracks, rules).counts.rejected_for(Rejection::too_fast), 10);
}

TEST(Cleaning, rest_before_deployment_and_ashore_is_no_drifting) {
  DrifterTracks tracks = made_tracks({60});
  for (std::size_t i = 0; i < 20; ++i) tracks.x[i] = 9 + 1e-5 * static_cast<double>(i % 3);
  for (std::size_t i = 20; i < 60; ++i) tracks.y[i] = i < 40 ? tracks.y[i] : 54.02;
  for (std::size_t i = 20; i < 60; ++i) tracks.x[i] = i < 40 ? tracks.x[i] : 10.04;
  for (std::size_t i = 0; i < 20; ++i) tracks.y[i] = 54;
  CleaningRules rules;
  rules.stationary_seconds = 3600;
  const auto result = cleaned(tracks, rules);
  EXPECT_EQ(result.counts.rejected_for(Rejection::before_deployment), 20);
  // The last moving record lies within the radius of the place where the drifter stranded.
  EXPECT_NEAR(static_cast<double>(result.counts.rejected_for(Rejection::stranded)), 20, 1);
  rules.stationary_seconds = 0;
  EXPECT_EQ(cleaned(tracks, rules).counts.kept, 60);
}

TEST(Cleaning, gaps_cut_tracks_into_pieces_of_one_drifter) {
  DrifterTracks tracks = made_tracks({10});
  for (std::size_t i = 4; i < 10; ++i) tracks.time[i] += 86400;
  for (std::size_t i = 9; i < 10; ++i) tracks.time[i] += 86400;
  CleaningRules rules;
  rules.max_gap = 3600;
  const auto result = cleaned(tracks, rules);
  EXPECT_EQ(result.tracks.rowsize, (std::vector<std::int64_t>{4, 5}));
  EXPECT_EQ(result.tracks.ids, (std::vector<std::string>{"D0", "D0"}));
  EXPECT_EQ(result.tracks.segment, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(result.counts.gaps, 2);
  EXPECT_EQ(result.counts.rejected_for(Rejection::too_few_records), 1);
  EXPECT_EQ(result.counts.drifters_kept, 1);
}

TEST(Cleaning, a_box_may_lie_across_the_date_line) {
  DrifterTracks tracks = made_tracks({4});
  tracks.x = {179.5, -179.5, 0, 540.5 - 360};
  CleaningRules rules;
  rules.box = {179, 50, 181, 60};
  const auto result = cleaned(tracks, rules);
  EXPECT_EQ(result.counts.rejected_for(Rejection::outside_box), 1);
  EXPECT_EQ(result.counts.kept, 3);
}

TEST(Cleaning, counts_add_up_for_any_tracks_and_rules) {
  std::mt19937 random(5);
  const auto draw = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  int n_kept = 0;
  for (int round = 0; round < 200; ++round) {
    DrifterTracks tracks = made_tracks({draw(40), 5 + draw(40), draw(3)});
    for (std::size_t i = 0; i < tracks.n_records(); ++i) {
      if (draw(8) == 0) tracks.x[i] = draw(2) == 0 ? kNan : draw(400) - 200;
      if (draw(8) == 0) tracks.y[i] += draw(3) == 0 ? 60 : 0.2;
      if (draw(8) == 0) tracks.time[i] += 300 * (draw(40) - 20);
    }
    CleaningRules rules;
    if (draw(2) == 0) rules.max_speed = 1 + draw(5);
    if (draw(2) == 0) rules.max_gap = 300 * (1 + draw(5));
    if (draw(2) == 0) rules.stationary_seconds = 300 * (1 + draw(5));
    if (draw(2) == 0) rules.box = {9, 53, 10.02, 55};
    rules.min_records = draw(4);
    try {
      n_kept += !cleaned(tracks, rules).tracks.ids.empty();
    } catch (const std::runtime_error&) {
      continue;  // nothing was left
    }
  }
  EXPECT_GT(n_kept, 150);
}

TEST(Cleaning, says_why_nothing_is_left_and_which_rule_cannot_be) {
  DrifterTracks tracks = made_tracks({5});
  for (double& x : tracks.x) x = kNan;
  const auto refusal = [&](const CleaningRules& rules) {
    return error_of([&] { cleaned(tracks, rules); });
  };
  EXPECT_NE(refusal({}).find("missing_position 5"), std::string::npos);
  CleaningRules box;
  box.box = {1, 2, 3};
  EXPECT_NE(refusal(box).find("--box"), std::string::npos);
  CleaningRules period;
  period.start = 10;
  period.end = 5;
  EXPECT_NE(refusal(period).find("--period"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::datasets::tests
