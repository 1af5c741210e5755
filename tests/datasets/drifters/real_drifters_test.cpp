// The real drifters that the shared data hold, with the counts that their pages give.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "datasets/drifters/cleaning.hpp"
#include "datasets/drifters/csv_reader.hpp"
#include "datasets/drifters/resampling.hpp"
#include "datasets/quasi_geostrophic.hpp"
#include "datasets/text/calendar.hpp"
#include "tests/datasets/drifters/made_tracks.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

class RealDrifters : public testing::Test {
 protected:
  void SetUp() override {
    if (real_data("").empty()) GTEST_SKIP() << "LAGOON_DATA is not set";
  }

  static DrifterRecords read(const std::string& name) {
    return read_drifter_csv(real_data(name), {});
  }

  static DrifterTracks cleaned(DrifterRecords& records, const CleaningRules& rules) {
    const DrifterTracks kept = clean(records.tracks, rules, records.counts);
    EXPECT_EQ(records.counts.read, records.counts.kept + records.counts.rejected_in_all());
    return kept;
  }
};

double seconds(const std::string& text) {
  return parse_time(text, NumberedTime::unix_seconds).value();
}

CleaningRules baltic_rules() {
  CleaningRules rules;
  rules.box = {9, 53.5, 14, 56};
  rules.start = seconds("2023-04-24T08:00");
  rules.end = seconds("2023-05-07");
  rules.max_speed = 3;
  rules.max_gap = 6 * 3600;
  rules.stationary_seconds = 6 * 3600;
  rules.min_records = 12;
  return rules;
}

TEST_F(RealDrifters, baltic_rows_as_received_are_all_accounted_for) {
  DrifterRecords records = read("drifters_baltic/drifters_raw.csv");
  EXPECT_EQ(records.counts.read, 19513);  // 19,514 lines, one of them the header
  EXPECT_EQ(records.counts.drifters_read, 8);
  cleaned(records, {});
  EXPECT_EQ(records.counts.rejected_for(Rejection::duplicate_time), 7001);
  EXPECT_EQ(records.counts.rejected_for(Rejection::too_few_records), 1);  // drifter 290
  EXPECT_EQ(records.counts.kept, 12511);
  EXPECT_EQ(records.counts.put_in_order, 0);
  EXPECT_EQ(records.counts.drifters_kept, 7);
}

TEST_F(RealDrifters, baltic_strays_are_outside_of_the_box_and_of_any_track) {
  DrifterRecords records = read("drifters_baltic/drifters_raw.csv");
  const DrifterTracks kept = cleaned(records, baltic_rules());
  EXPECT_EQ(records.counts.rejected_for(Rejection::outside_box), 15);  // drifter 297, off Spain
  EXPECT_EQ(records.counts.drifters_kept, 6);
  for (const std::string& id : kept.ids) EXPECT_TRUE(id >= "298" && id <= "303") << id;
}

TEST_F(RealDrifters, baltic_counts_are_those_that_the_page_prints) {
  const std::string page = read_text(LAGOON_SOURCE_DIR "/docs/real_drifters.md");
  DrifterRecords plain = read("drifters_baltic/drifters_raw.csv");
  DrifterRecords ruled = plain;
  cleaned(plain, {});
  cleaned(ruled, baltic_rules());
  const auto expect_row = [&](std::string row, std::int64_t first, std::int64_t last) {
    row = "| " + row + " | " + std::to_string(first) + " | " + std::to_string(last) + " |";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  };
  for (const Rejection reason : all_rejections())
    if (plain.counts.rejected_for(reason) + ruled.counts.rejected_for(reason) > 0)
      expect_row(std::string(to_string(reason)), plain.counts.rejected_for(reason),
                 ruled.counts.rejected_for(reason));
  expect_row("kept", plain.counts.kept, ruled.counts.kept);
}

TEST_F(RealDrifters, baltic_rows_for_science_are_those_of_their_page) {
  DrifterRecords records = read("drifters_baltic/drifters_science.csv");
  EXPECT_EQ(records.counts.read, 80940);
  CleaningRules rules;
  rules.max_gap = 3600;
  const DrifterTracks kept = cleaned(records, rules);
  EXPECT_EQ(records.counts.rejected_in_all(), 0);
  const std::map<std::string, std::pair<std::int64_t, std::string>> expected = {
      {"D298", {15120, "2023-05-04T19:59:00Z"}}, {"D299", {8940, "2023-04-30T12:59:00Z"}},
      {"D300", {8880, "2023-04-30T11:59:00Z"}},  {"D301", {13500, "2023-05-03T16:59:00Z"}},
      {"D302", {16740, "2023-05-05T22:59:00Z"}}, {"D303", {17760, "2023-05-06T17:59:00Z"}}};
  EXPECT_EQ(records.counts.gaps, 1);  // the two hours of D303
  std::map<std::string, std::pair<std::int64_t, std::string>> found;
  const auto offsets = kept.offsets();
  for (std::size_t i = 0; i < kept.n_tracks(); ++i) {
    found[kept.ids[i]].first += kept.rowsize[i];
    found[kept.ids[i]].second = format_time(kept.time[offsets[i + 1] - 1]);
  }
  EXPECT_EQ(found, expected);
}

/// The rows for science were interpolated from those received by their own authors.
TEST_F(RealDrifters, baltic_tracks_as_cleaned_lead_where_those_for_science_do) {
  DrifterRecords raw = read("drifters_baltic/drifters_raw.csv");
  const DrifterTracks kept = cleaned(raw, baltic_rules());
  const DrifterTracks science = read("drifters_baltic/drifters_science.csv").tracks;
  const auto offsets = science.offsets();
  const std::vector<double> times = regular_times(science, 60);
  const DrifterTracks table = resample(kept, times);
  std::vector<double> departures;
  for (std::size_t i = 0; i < science.n_tracks(); ++i) {
    const auto row = static_cast<std::size_t>(
        std::ranges::find(table.ids, science.ids[i].substr(1)) - table.ids.begin());
    ASSERT_LT(row, table.n_tracks());
    for (std::size_t j = offsets[i]; j < offsets[i + 1]; ++j) {
      const auto at = static_cast<std::size_t>((science.time[j] - times[0]) / 60);
      DrifterTracks pair = made_tracks({2});
      pair.x = {science.x[j], table.x[row * times.size() + at]};
      pair.y = {science.y[j], table.y[row * times.size() + at]};
      if (!std::isnan(pair.x[1])) departures.push_back(distance(pair, 0, 1));
    }
  }
  EXPECT_GT(departures.size(), 79900u);
  std::ranges::sort(departures);
  EXPECT_LT(departures[departures.size() / 2], 5) << "metres";
  EXPECT_LT(departures.back(), 60) << "metres";
}

TEST_F(RealDrifters, the_drifter_of_28_months_is_one_track_whose_velocity_is_its_motion) {
  DrifterRecords records = read("drifters_gdp_floats/drifterbetty.csv");
  const DrifterTracks kept = cleaned(records, {});
  EXPECT_EQ(records.counts.kept, 10373);
  ASSERT_EQ(kept.n_tracks(), 1u);
  EXPECT_EQ(kept.ids[0], "drifterbetty");
  EXPECT_EQ(format_time(kept.time.front()).substr(0, 10), "2005-01-02");
  EXPECT_EQ(format_time(kept.time.back()).substr(0, 10), "2007-05-16");
  ASSERT_TRUE(kept.has_velocity());
  // Velocities of the file are central differences of its positions, here along the meridian.
  const double north = (kept.y[101] - kept.y[99]) * 6371e3 * M_PI / 180 / 14400;
  EXPECT_NEAR(kept.velocity_y[100], north, 0.01);
}

TEST_F(RealDrifters, floats_are_38_tracks) {
  DrifterRecords records = read("drifters_gdp_floats/ebasnfloats.csv");
  const DrifterTracks kept = cleaned(records, {});
  EXPECT_EQ(records.counts.drifters_kept, 38);
  EXPECT_EQ(records.counts.read, 21741);
  EXPECT_EQ(records.counts.kept + records.counts.rejected_for(Rejection::missing_position), 21741);
}

TEST_F(RealDrifters, glad_and_laser_are_snapshots_of_velocities) {
  const std::map<std::string, std::size_t> cases = {
      {"gladfull", 1183}, {"gladsparse", 85}, {"laserfull", 240}, {"lasersparse", 54}};
  for (const auto& [name, n_points] : cases) {
    const auto snapshot =
        read_velocity_snapshot(real_data("drifters_glad_laser/XY_train_" + name + ".csv"),
                               real_data("drifters_glad_laser/UV_train_" + name + ".csv"));
    EXPECT_EQ(snapshot.n_points(), n_points) << name;
  }
}

TEST_F(RealDrifters, drifters_of_the_vortex_run_survive_the_file) {
  const auto run = read_quasi_geostrophic(real_data("qg_torus_drifters/vortex.mat"));
  DrifterTracks tracks;
  tracks.geographic = false;
  for (std::size_t i = 0; i < run.n_drifters; ++i) {
    tracks.ids.push_back(std::to_string(i));
    tracks.segment.push_back(0);
    tracks.rowsize.push_back(static_cast<std::int64_t>(run.n_times()));
    for (const double day : run.days) tracks.time.push_back(day * 86400);
  }
  tracks.x = run.x;
  tracks.y = run.y;
  DrifterRecords records{tracks, {}};
  records.counts.read = static_cast<std::int64_t>(tracks.n_records());
  const DrifterTracks kept = cleaned(records, {});
  EXPECT_EQ(kept, tracks) << "101 drifters, none of their 2001 times rejected";
  const TemporaryFolder folder;
  write_drifter_file(folder / "a.h5", made_content(kept, DrifterLayout::orthogonal), false);
  EXPECT_EQ(read_drifter_file(folder / "a.h5").tracks, tracks);
}

}  // namespace
}  // namespace lagoon::datasets::tests
