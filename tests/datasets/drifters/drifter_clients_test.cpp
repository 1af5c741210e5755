// Other people's programs open our files of drifters, and we open theirs.
#include <gtest/gtest.h>

#include "datasets/drifters/netcdf_reader.hpp"
#include "datasets/drifters/resampling.hpp"
#include "datasets/drifters/storage/drifter_schema.hpp"
#include "datasets/drifters/trajectory_file.hpp"
#include "tests/datasets/drifters/made_tracks.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

constexpr auto kScript = LAGOON_SOURCE_DIR "/tests/datasets/drifters/drifter_clients_test.py ";

DrifterFile content_of(DrifterLayout layout) {
  const DrifterTracks tracks = made_tracks({5, 1, 9}, true);
  DrifterFile content = made_content(tracks, layout);
  if (layout == DrifterLayout::ragged) return content;
  content.tracks = resample(tracks, spread_times(tracks, 9));
  content.records = to_scaled(content.tracks, content.scales);
  return content;
}

/// As ncdump has it.
std::string declared(const drifter_schema::Variable& variable) {
  std::string text = " " + variable.name + "(" + variable.dimensions[0];
  for (std::size_t i = 1; i < variable.dimensions.size(); ++i)
    text += ", " + variable.dimensions[i];
  return text + ") ;";
}

class DrifterClients : public testing::Test {
 protected:
  const TemporaryFolder folder_;
  const std::string path_ = folder_ / "a.nc";
};

TEST_F(DrifterClients, ncdump_lists_every_variable_with_its_dimensions) {
  if (run_command("ncdump 2>&1 | grep -q netCDF").status != 0) GTEST_SKIP() << "no ncdump here";
  for (const auto layout : {DrifterLayout::ragged, DrifterLayout::orthogonal}) {
    const DrifterFile content = content_of(layout);
    write_drifter_file(path_, content, true);
    const CommandResult dump = run_command("ncdump -h " + path_);
    ASSERT_EQ(dump.status, 0) << dump.output;
    for (const auto& variable : drifter_schema::variables(content))
      EXPECT_NE(dump.output.find(declared(variable)), std::string::npos)
          << declared(variable) << dump.output;
  }
}

TEST_F(DrifterClients, xarray_netcdf4_and_h5py_open_name_and_append) {
  const std::string python = find_python();
  if (python.empty()) GTEST_SKIP() << "no Python here has xarray, h5netcdf, netCDF4 and h5py";
  for (const auto layout : {DrifterLayout::ragged, DrifterLayout::orthogonal}) {
    write_drifter_file(path_, content_of(layout), true);
    const CommandResult check = run_command(python + " " + kScript + "check " + path_ + " " +
                                            drifter_schema::to_string(layout));
    EXPECT_EQ(check.status, 0) << check.output;
    EXPECT_NO_THROW(read_drifter_file(path_)) << "after netCDF4 has appended";
  }
}

TEST_F(DrifterClients, files_of_others_are_read_whatever_their_layout) {
  const std::string python = find_python();
  if (python.empty()) GTEST_SKIP() << "no Python here has netCDF4";
  const DrifterTracks expected = made_tracks({5, 1, 9});
  constexpr double kPacked = 1e-5;  // degrees: 1e-7 in packed integers, 1e-6 in single precision
  for (const std::string kind : {"contiguous", "indexed", "orthogonal", "classic"}) {
    SCOPED_TRACE(kind);
    const CommandResult written =
        run_command(python + " " + kScript + "write " + path_ + " " + kind);
    ASSERT_EQ(written.status, 0) << written.output;
    EXPECT_TRUE(is_trajectory_netcdf(path_));
    const DrifterRecords read = read_drifter_netcdf(path_);
    ASSERT_EQ(read.tracks.rowsize, expected.rowsize);
    EXPECT_EQ(read.counts.read, 15);
    for (std::size_t i = 0; i < expected.n_records(); ++i) {
      EXPECT_NEAR(read.tracks.x[i], expected.x[i], kPacked);
      EXPECT_NEAR(read.tracks.y[i], expected.y[i], kPacked);
      const double shift = kind == "orthogonal" ? 7 * (i > 4) + 7 * (i > 5) : 0;
      EXPECT_NEAR(read.tracks.time[i], expected.time[i] - shift, 1e-4);
    }
    if (kind == "orthogonal") continue;
    EXPECT_EQ(read.tracks.ids, (std::vector<std::string>{"68248", "131", "7"}));
    EXPECT_TRUE(std::isnan(read.tracks.velocity_x[0]));
    EXPECT_EQ(read.tracks.velocity_x[1], 0.5);
    EXPECT_EQ(read.tracks.velocity_y[0], -0.25);
  }
}

TEST_F(DrifterClients, the_page_names_every_variable_with_its_dimensions) {
  const std::string page = read_text(LAGOON_SOURCE_DIR "/docs/real_drifters.md");
  for (const auto& variable : drifter_schema::variables(content_of(DrifterLayout::ragged))) {
    EXPECT_NE(page.find(declared(variable)), std::string::npos) << declared(variable);
  }
}

TEST_F(DrifterClients, files_that_hold_no_tracks_are_refused_by_name) {
  write_text(path_, "no NetCDF");
  EXPECT_FALSE(is_trajectory_netcdf(path_));
  EXPECT_NE(error_of([&] { read_drifter_netcdf(path_); }).find("a.nc"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::datasets::tests
