#include "datasets/drifters/track_scales.hpp"

#include <algorithm>
#include <numbers>

#include <gtest/gtest.h>

#include "datasets/drifters/resampling.hpp"
#include "tests/datasets/drifters/made_tracks.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::datasets::tests {
namespace {

using lagoon::tests::kRoundingRelative;

TEST(TrackScales, there_and_back_is_the_same_place_and_time) {
  for (const double shift : {0.0, 169.99, -190.0}) {
    DrifterTracks tracks = made_tracks({50, 3}, true);
    for (double& x : tracks.x) x = wrap_degrees(x + shift);
    const TrackScales scales = fit_scales(tracks, {});
    const DrifterTracks back = from_scaled(tracks, to_scaled(tracks, scales), scales);
    EXPECT_EQ(back.ids, tracks.ids);
    EXPECT_EQ(back.rowsize, tracks.rowsize);
    for (std::size_t i = 0; i < tracks.n_records(); ++i) {
      EXPECT_NEAR(wrap_degrees(back.x[i] - tracks.x[i]), 0, 360 * kRoundingRelative);
      EXPECT_NEAR(back.y[i], tracks.y[i], 90 * kRoundingRelative);
      EXPECT_NEAR(back.time[i], tracks.time[i], tracks.time[i] * kRoundingRelative);
      EXPECT_NEAR(back.velocity_x[i], tracks.velocity_x[i], kRoundingRelative);
    }
  }
}

TEST(TrackScales, scales_are_those_of_the_box_and_of_the_window) {
  const DrifterTracks tracks = made_tracks({101});
  const TrackScales scales = fit_scales(tracks, {20000, 86400, 0.1});
  EXPECT_EQ(scales.length, 20000);
  EXPECT_EQ(scales.time_unit, 864000);
  EXPECT_NEAR(scales.origin_x, 10.05, kRoundingRelative * 10);
  const ScaledTracks records = to_scaled(tracks, scales);
  const double metres_per_degree = flow::kEarthRadius * std::numbers::pi / 180;
  const double width =
      0.1 * metres_per_degree * std::cos(scales.origin_y * std::numbers::pi / 180) / 20000;
  EXPECT_NEAR(records.x.back() - records.x.front(), width, kRoundingRelative * 100);
  EXPECT_NEAR(records.x.front() + records.x.back(), 1, kRoundingRelative * 100);
  EXPECT_NEAR(records.time.back(), 30000.0 / 864000, kRoundingRelative);
}

TEST(TrackScales, chosen_by_the_tracks_they_fill_four_fifths_and_end_at_the_final_time) {
  const DrifterTracks tracks = made_tracks({101, 40});
  const ScaledTracks records = to_scaled(tracks, fit_scales(tracks, {0, 0, 0.1}));
  const auto [x0, x1] = std::ranges::minmax(records.x);
  const auto [y0, y1] = std::ranges::minmax(records.y);
  EXPECT_NEAR(std::max(x1 - x0, y1 - y0), 0.8, kRoundingRelative * 100);
  EXPECT_NEAR(std::ranges::max(records.time), 0.1, kRoundingRelative);
  EXPECT_EQ(std::ranges::min(records.time), 0);
}

TEST(TrackScales, x_does_not_jump_at_the_date_line) {
  DrifterTracks tracks = made_tracks({30});
  for (double& x : tracks.x) x = wrap_degrees(x + 169.985);
  ASSERT_LT(tracks.x.back(), 0);
  const ScaledTracks records = to_scaled(tracks, fit_scales(tracks, {}));
  for (std::size_t i = 1; i < records.x.size(); ++i)
    EXPECT_NEAR(records.x[i] - records.x[i - 1], 0.8 / 29, 1e-3);
}

TEST(TrackScales, tracks_without_extent_duration_or_plane_are_refused) {
  const auto refusal = [](const DrifterTracks& tracks) {
    return error_of([&] { fit_scales(tracks, {}); });
  };
  EXPECT_NE(refusal(made_tracks({1})).find("--box-km"), std::string::npos);
  DrifterTracks instant = made_tracks({3});
  for (double& time : instant.time) time = 0;
  EXPECT_NE(refusal(instant).find("--window-days"), std::string::npos);
  DrifterTracks pole = made_tracks({3});
  for (double& y : pole.y) y += 35.9999;
  EXPECT_NE(refusal(pole).find("pole"), std::string::npos);
}

TEST(Resampling, lines_stay_lines_and_gaps_stay_missing) {
  DrifterTracks tracks = made_tracks({11});
  // The same drifter again, a day later.
  DrifterTracks later = tracks;
  for (double& time : later.time) time += 86400;
  tracks.ids.push_back("D0");
  tracks.segment.push_back(1);
  tracks.rowsize.push_back(11);
  for (std::size_t i = 0; i < 11; ++i) tracks.append_record(later, i);
  const auto times = regular_times(tracks, 120);
  const DrifterTracks table = resample(tracks, times);
  ASSERT_EQ(table.n_tracks(), 1u);
  EXPECT_EQ(table.n_records(), times.size());
  std::size_t n_present = 0;
  for (std::size_t j = 0; j < times.size(); ++j) {
    const double since = std::fmod(times[j] - tracks.time[0], 86400);
    EXPECT_EQ(std::fmod(times[j], 120), 0);
    EXPECT_EQ(std::isnan(table.x[j]), since > 3000) << since;
    if (std::isnan(table.x[j])) continue;
    ++n_present;
    EXPECT_NEAR(table.x[j], 10 + 0.001 * since / 300, kRoundingRelative * 10);
  }
  EXPECT_EQ(n_present, 2 * 26u);
  EXPECT_EQ(without_missing(table).n_records(), n_present);
}

TEST(Resampling, records_at_the_common_times_are_kept_to_the_bit) {
  const DrifterTracks tracks = made_tracks({9}, true);
  EXPECT_EQ(resample(tracks, spread_times(tracks, 9)), tracks);
}

TEST(Resampling, longitudes_are_interpolated_the_short_way_round) {
  DrifterTracks tracks = made_tracks({2});
  tracks.x = {179.9, -179.9};
  const DrifterTracks middle = resample(tracks, {tracks.time[0] + 150});
  EXPECT_NEAR(wrap_degrees(middle.x[0] - 180), 0, 360 * kRoundingRelative);
}

TEST(Resampling, impossible_times_are_refused) {
  const DrifterTracks tracks = made_tracks({5});
  EXPECT_NE(error_of([&] { regular_times(tracks, 1e-6); }).find("--regular"), std::string::npos);
  EXPECT_NE(error_of([&] { regular_times(tracks, 1.1e7); }), "");
  EXPECT_NE(error_of([&] { regular_times(tracks, 1e-300); }), "");
  DrifterTracks late = tracks;
  for (double& time : late.time) time += 1e17;  // where doubles are 16 apart
  EXPECT_NE(error_of([&] { regular_times(late, 1); }).find("apart"), std::string::npos);
  EXPECT_NE(error_of([&] { spread_times(tracks, 0); }), "");
}

}  // namespace
}  // namespace lagoon::datasets::tests
