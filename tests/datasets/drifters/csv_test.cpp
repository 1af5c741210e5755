#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "datasets/drifters/csv_reader.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

class DrifterCsv : public testing::Test {
 protected:
  DrifterRecords read(const std::string& text, const CsvRequest& request = {}) const {
    write_text(folder_ / "table.csv", text);
    return read_drifter_csv(folder_ / "table.csv", request);
  }

  std::string refusal(const std::string& text, const CsvRequest& request = {}) const {
    return error_of([&] { read(text, request); });
  }

  const TemporaryFolder folder_;
};

TEST_F(DrifterCsv, rows_become_tracks_in_the_order_of_their_first_record) {
  const DrifterTracks tracks = read(
                                   "D_number,date_UTC,Latitude,Longitude\n"
                                   "7,2023-04-24 08:00:00,54.5,10.1\n"
                                   "3,2023-04-24 08:00:30,54.6,10.2\n"
                                   "7,2023-04-24 08:05:00,54.7,10.3\n")
                                   .tracks;
  EXPECT_TRUE(tracks.geographic);
  EXPECT_EQ(tracks.ids, (std::vector<std::string>{"7", "3"}));
  EXPECT_EQ(tracks.rowsize, (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(tracks.x, (std::vector<double>{10.1, 10.3, 10.2}));
  EXPECT_EQ(tracks.y, (std::vector<double>{54.5, 54.7, 54.6}));
  EXPECT_EQ(tracks.time, (std::vector<double>{1682323200, 1682323500, 1682323230}));
}

TEST_F(DrifterCsv, separators_quotes_line_ends_and_a_byte_order_mark_do_not_matter) {
  const auto plain = read("id,time,lon,lat\na b,100,1,2\na b,200,3,4\n").tracks;
  for (const std::string text :
       {"id;time;lon;lat\r\na b;100;1;2\r\na b;200;3;4\r\n",
        "id\ttime\tlon\tlat\na b\t100\t1\t2\na b\t200\t3\t4",
        "\xef\xbb\xbf\"id\",\"time\",lon,lat\n\n\"a b\",100,+1,2\n a b , 200 ,3,4\n\n"})
    EXPECT_EQ(read(text).tracks, plain) << text;
}

TEST_F(DrifterCsv, units_at_the_end_of_a_name_are_obeyed) {
  const auto plane = read("time,x_km,y_m,u_cm_s,v_m_s\n1,2,3,4,5\n").tracks;
  EXPECT_FALSE(plane.geographic);
  EXPECT_EQ(plane.ids, (std::vector<std::string>{"table"})) << "named as the file";
  EXPECT_EQ(plane.x[0], 2000);
  EXPECT_EQ(plane.y[0], 3);
  EXPECT_DOUBLE_EQ(plane.velocity_x[0], 0.04);
  EXPECT_EQ(plane.velocity_y[0], 5);
}

TEST_F(DrifterCsv, columns_are_those_that_are_named) {
  const CsvRequest request{{"id=who", "time=when", "longitude=easting", "latitude=b"},
                           NumberedTime::matlab_days};
  const auto tracks = read("when,a,b,who,easting\n739000.5,9,54,x,10\n", request).tracks;
  EXPECT_EQ(tracks.ids[0], "x");
  EXPECT_EQ(tracks.time[0], 1682337600);
  EXPECT_EQ(tracks.x[0], 10);
  EXPECT_EQ(tracks.y[0], 54);
}

TEST_F(DrifterCsv, columns_that_are_named_after_matlab_hold_its_days) {
  for (const std::string name : {"datenum", "Matlab_time", "DATENUM_UTC"})
    EXPECT_EQ(read(name + ",lon,lat\n739000.5,1,2\n").tracks.time[0], 1682337600) << name;
}

TEST_F(DrifterCsv, rows_that_cannot_be_read_are_counted_and_the_first_is_told) {
  const auto records = read(
      "id,time,lon,lat\na,100,1,2\na,soon,1,2\na,200,east,2\na,300\na,400,nan,2\na,nan,1,2\n"
      "a,500,1,2\n" +
      std::string(2000, 'z') + ",600,1,2\n");
  EXPECT_EQ(records.counts.read, 8);
  EXPECT_EQ(records.counts.rejected_for(Rejection::unreadable), 4)
      << "a name of 2000 letters is none";
  EXPECT_EQ(records.counts.first_unreadable, "line 3: no time could be read");
  EXPECT_EQ(records.tracks.n_records(), 4u);
  EXPECT_TRUE(std::isnan(records.tracks.x[1])) << "a missing value is no unreadable one";
}

TEST_F(DrifterCsv, bad_tables_are_refused_in_one_line_that_names_what_is_wrong) {
  const auto expect_words = [](const std::string& message, std::vector<std::string> words) {
    for (const auto& word : words) EXPECT_NE(message.find(word), std::string::npos) << message;
  };
  expect_words(refusal(""), {"table.csv", "empty"});
  expect_words(refusal("\n\n"), {"empty"});
  expect_words(refusal("1,2\n3,4\n"), {"no header", "--velocities"});
  expect_words(refusal("id,time,lon\n"), {"longitude and latitude", "id, time, lon", "--columns"});
  expect_words(refusal("id,when,lon,lat\n"), {"none for time", "when"});
  expect_words(refusal("id,time_days,lon,lat\na,1,2,3\n"), {"none for time", "time_days"});
  expect_words(refusal("id,time,lon,lat\n", {{"time=Date"}, {}}), {"--columns time=Date", "lon"});
  expect_words(refusal("id,time,lon,lat\n", {{"when=time"}, {}}), {"--columns when=time", "ROLE"});
  expect_words(refusal(std::string("id,time,\0,lat\n", 14)), {"line 1", "zero byte"});
  expect_words(refusal("id,time,lon,lat\n" + std::string(70000, '1')), {"line 2", "65536"});
  expect_words(error_of([&] { read_drifter_csv(folder_ / "missing.csv", {}); }), {"no such file"});
  EXPECT_NE(error_of([&] { read_drifter_csv(folder_.path(), {}); }), "");
}

TEST_F(DrifterCsv, snapshot_pairs_positions_with_velocities) {
  write_text(folder_ / "xy.csv", "1.5,-2\n3e1,4\n");
  write_text(folder_ / "uv.csv", "0.1,0.2\n0.3,0.4\n");
  const auto snapshot = read_velocity_snapshot(folder_ / "xy.csv", folder_ / "uv.csv");
  EXPECT_EQ(snapshot.x, (std::vector<double>{1500, 30000}));
  EXPECT_EQ(snapshot.y, (std::vector<double>{-2000, 4000}));
  EXPECT_EQ(snapshot.velocity_y, (std::vector<double>{0.2, 0.4}));
}

TEST_F(DrifterCsv, snapshot_names_the_line_that_is_no_pair_and_lengths_that_differ) {
  const auto refused = [&](const std::string& positions) {
    write_text(folder_ / "xy.csv", positions);
    write_text(folder_ / "uv.csv", "0.1,0.2\n");
    return error_of([&] { read_velocity_snapshot(folder_ / "xy.csv", folder_ / "uv.csv"); });
  };
  for (const std::string bad : {"1,2\n1,nan\n", "1,2\n1,2,3\n", "1,2\nx,y\n", "1,2\n1\n"})
    EXPECT_NE(refused(bad).find("line 2"), std::string::npos) << bad;
  EXPECT_NE(refused("").find("empty"), std::string::npos);
  EXPECT_NE(refused("1,2\n3,4\n").find("has 2 points"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::datasets::tests
