// Tracks in tables (trajectory, time), however their times are written down.
#include <gtest/gtest.h>

#include "datasets/drifters/netcdf_reader.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/datasets/gridded/netcdf_writer.hpp"

namespace lagoon::datasets::tests {
namespace {

/// Two tracks of three records, and times on these axes.
DrifterTracks read_with_times(const std::vector<std::string>& axes,
                              const std::vector<double>& times) {
  const TemporaryFolder folder;
  lagoon::tests::write_netcdf(folder / "a.nc",
                              {{{"traj", 2}, {"time", 3}, {"one", 1}},
                               {{"time", axes, times, {{"standard_name", "time"}}, {}},
                                {"lon", {"traj", "time"}, {1, 2, 3, 4, 5, 6}, {}, {}},
                                {"lat", {"traj", "time"}, {7, 8, 9, 7, 8, 9}, {}, {}}}});
  return read_drifter_netcdf(folder / "a.nc").tracks;
}

TEST(OrthogonalTracks, times_of_a_column_are_common_to_all_tracks_whatever_their_axes) {
  const std::vector<double> twice = {0, 60, 120, 0, 60, 120};
  EXPECT_EQ(read_with_times({"time"}, {0, 60, 120}).time, twice);
  EXPECT_EQ(read_with_times({"one", "time"}, {0, 60, 120}).time, twice);
  EXPECT_EQ(read_with_times({"time", "one"}, {0, 60, 120}).time, twice);
}

TEST(OrthogonalTracks, times_of_each_record_are_its_own) {
  const std::vector<double> times = {0, 60, 120, 1, 61, 121};
  EXPECT_EQ(read_with_times({"traj", "time"}, times).time, times);
}

TEST(OrthogonalTracks, places_in_a_plane_are_taken_where_there_are_no_longitudes) {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& x, const std::string& y) {
    lagoon::tests::write_netcdf(folder / "a.nc",
                                {{{"traj", 2}, {"time", 2}},
                                 {{"time", {"time"}, {0, 60}, {{"standard_name", "time"}}, {}},
                                  {x, {"traj", "time"}, {1, 2, 3, 4}, {}, {}},
                                  {y, {"traj", "time"}, {7, 8, 9, 7}, {}, {}}}});
    return read_drifter_netcdf(folder / "a.nc").tracks;
  };
  EXPECT_TRUE(read("lon", "lat").geographic);
  const DrifterTracks plane = read("x", "y");
  EXPECT_FALSE(plane.geographic);
  EXPECT_EQ(plane.x, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(plane.y, (std::vector<double>{7, 8, 9, 7}));
  EXPECT_NE(error_of([&] { read("east", "north"); }).find("longitude and latitude, or x and y"),
            std::string::npos);
}

/// Two tracks of three records, x on (traj, time), the other variables on axes that a test names.
class OrthogonalAxes : public testing::Test {
 protected:
  using Axes = std::vector<std::string>;

  DrifterTracks read(const Axes& y, const Axes& time, const Axes& velocity_y) const {
    lagoon::tests::write_netcdf(folder_ / "a.nc",
                                {{{"traj", 2}, {"time", 3}, {"one", 1}},
                                 {{"time", time, {0, 1, 2, 3, 4, 5}, {}, {}},
                                  {"lon", {"traj", "time"}, {1, 2, 3, 4, 5, 6}, {}, {}},
                                  {"lat", y, {7, 8, 9, 7, 8, 9}, {}, {}},
                                  {"u", {"traj", "time"}, {1, 2, 3, 4, 5, 6}, {}, {}},
                                  {"v", velocity_y, {1, 2, 3, 4, 5, 6}, {}, {}}}});
    return read_drifter_netcdf(folder_ / "a.nc").tracks;
  }

  const TemporaryFolder folder_;
  const Axes same_ = {"traj", "time"}, turned_ = {"time", "traj"};
};

TEST_F(OrthogonalAxes, tables_of_other_axes_are_not_paired_cell_by_cell) {
  for (const std::string words : {"lon (traj, time)", "lat (time, traj)", "different axes"}) {
    const auto refusal = error_of([&] { read(turned_, same_, same_); });
    EXPECT_NE(refusal.find(words), std::string::npos) << refusal;
  }
  const auto refusal = error_of([&] { read(same_, turned_, same_); });
  EXPECT_NE(refusal.find("time (time, traj)"), std::string::npos) << refusal;
}

TEST_F(OrthogonalAxes, velocities_of_other_axes_are_left_out) {
  EXPECT_TRUE(read(same_, same_, same_).has_velocity());
  EXPECT_FALSE(read(same_, same_, turned_).has_velocity());
}

TEST_F(OrthogonalAxes, an_axis_of_length_one_changes_nothing) {
  const DrifterTracks tracks =
      read({"traj", "one", "time"}, {"one", "traj", "time"}, {"traj", "time", "one"});
  EXPECT_EQ(tracks, read(same_, same_, same_));
}

TEST(OrthogonalTracks, times_that_cannot_be_read_are_told_with_the_file) {
  const TemporaryFolder folder;
  lagoon::tests::write_netcdf(
      folder / "a.nc",
      {{{"obs", 1}},
       {{"time", {"obs"}, {0}, {{"units", "days since 2000-01-01"}, {"calendar", "noleap"}}, {}},
        {"lon", {"obs"}, {1}, {}, {}},
        {"lat", {"obs"}, {7}, {}, {}}}});
  const auto refusal = error_of([&] { read_drifter_netcdf(folder / "a.nc"); });
  EXPECT_NE(refusal.find("a.nc: "), std::string::npos) << refusal;
  EXPECT_NE(refusal.find("noleap"), std::string::npos) << refusal;
}

TEST(OrthogonalTracks, other_numbers_of_times_are_refused) {
  const auto refusal = error_of([] { read_with_times({"one"}, {0}); });
  EXPECT_NE(refusal.find("neither one time a record nor one a column"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::datasets::tests
