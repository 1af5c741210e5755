#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "datasets/gridded/gridded_field.hpp"
#include "flow/error.hpp"
#include "tests/datasets/gridded/cf_file.hpp"
#include "tests/datasets/gridded/netcdf_writer.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;
using lagoon::tests::NetcdfContents;
using lagoon::tests::NetcdfVariable;
using lagoon::tests::write_netcdf;

void expect_cf_field(const GriddedField& field) {
  EXPECT_EQ(field.x, (std::vector<double>{10, 11, 12, 13}));
  EXPECT_EQ(field.y, (std::vector<double>{-1, 0, 1}));
  EXPECT_EQ(field.time, (std::vector<double>{86400, 86400 + 6 * 3600}));
  EXPECT_EQ(field.units, "m2 s-1");
  EXPECT_EQ(field.name, "psi");
  EXPECT_TRUE(field.geographic);
  ASSERT_EQ(field.values.size(), field.n_x() * field.n_y() * field.n_times());
  std::size_t n = 0;
  for (double hour : {0.0, 6.0})
    for (double lat : field.y)
      for (double lon : field.x) EXPECT_EQ(field.values[n++], value_at(lon, lat, hour));
}

TEST_F(GriddedReader, axes_may_lie_in_any_order_in_any_format) {
  const std::vector<std::vector<std::string>> orders = {{"time", "lat", "lon"},
                                                        {"lon", "lat", "time"},
                                                        {"lat", "time", "lon"},
                                                        {"time", "depth", "lat", "lon"}};
  for (const int mode : {0, NC_64BIT_OFFSET, NC_64BIT_DATA, NC_NETCDF4})
    for (const auto& order : orders) {
      write_netcdf(file(), cf_file(order), mode);
      expect_cf_field(read_gridded_field(file(), {"psi", "", "", ""}));
      expect_cf_field(read_gridded_field(file(), {"psi", "lon", "lat", "time"}));
    }
  EXPECT_EQ(gridded_variables(file()), std::vector<std::string>{"psi"});
}

TEST_F(GriddedReader, descending_axes_are_turned) {
  auto contents = cf_file({"time", "lat", "lon"});
  contents.variables[1].values = {1, 0, -1};
  write_netcdf(file(), contents);
  const auto field = read_gridded_field(file(), {"psi", "", "", ""});
  EXPECT_EQ(field.y, (std::vector<double>{-1, 0, 1}));
  // The file's first row, of its northernmost latitude, is the result's last one.
  EXPECT_EQ(field.values[2 * kLon], value_at(10, -1, 0));
  EXPECT_EQ(field.values[0], value_at(10, 1, 0));
}

TEST_F(GriddedReader, packed_values_are_scaled_and_missing_ones_are_nan) {
  NetcdfContents contents = {
      {{"x", 2}, {"y", 2}},
      {{"x", {"x"}, {0, 1}, {}, {}},
       {"y", {"y"}, {0, 1}, {}, {}},
       {"h",
        {"y", "x"},
        {10, -99, 20, 30},
        {},
        {{"_FillValue", -99}, {"scale_factor", 0.5}, {"add_offset", 1}},
        NC_SHORT},
       {"never", {"y", "x"}, {}, {}, {}, NC_FLOAT},
       {"never_packed", {"y", "x"}, {}, {}, {{"scale_factor", 0.5}}, NC_SHORT},
       {"m", {"y", "x"}, {1, 1e20, 3, 4}, {}, {{"missing_value", 1e20}}, NC_FLOAT}}};
  for (const int mode : {0, NC_NETCDF4}) {
    write_netcdf(file(), contents, mode);
    const auto packed = read_gridded_field(file(), {"h", "", "", ""});
    EXPECT_EQ(packed.values[0], 6);
    EXPECT_TRUE(std::isnan(packed.values[1]));
    EXPECT_EQ(packed.values[3], 16);
    EXPECT_FALSE(packed.geographic);
    EXPECT_EQ(packed.time, std::vector<double>{0});
    for (const char* name : {"never", "never_packed"})
      for (double value : read_gridded_field(file(), {name, "", "", ""}).values)
        EXPECT_TRUE(std::isnan(value)) << name;
    const auto masked = read_gridded_field(file(), {"m", "", "", ""});
    EXPECT_TRUE(std::isnan(masked.values[1]));
    EXPECT_EQ(masked.values[2], 3);
  }
}

TEST_F(GriddedReader, attributes_may_be_strings_of_netcdf4) {
  write_netcdf(file(), {{{"a", 2}, {"b", 2}},
                        {{"a", {"a"}, {0, 1}, {}, {}},
                         {"b", {"b"}, {5, 6}, {}, {}},
                         {"h", {"a", "b"}, {1, 2, 3, 4}, {}, {}}}});
  int id = -1;
  lagoon::tests::check_netcdf(nc_open(file().c_str(), NC_WRITE, &id));
  std::array<const char*, 2> units = {"degrees_north", "degrees_east"};
  for (int variable = 0; variable < 2; ++variable)
    lagoon::tests::check_netcdf(nc_put_att_string(id, variable, "units", 1, &units.at(variable)));
  lagoon::tests::check_netcdf(nc_close(id));
  const auto field = read_gridded_field(file(), {"h", "", "", ""});
  EXPECT_TRUE(field.geographic);
  EXPECT_EQ(field.x, (std::vector<double>{5, 6}));
}

TEST_F(GriddedReader, times_that_cannot_be_understood_are_refused) {
  auto contents = cf_file({"time", "lat", "lon"});
  contents.variables[2].texts = {{"units", "fortnights since 1970-01-02"}};
  write_netcdf(file(), contents);
  expect_refused(file(), {"psi", "", "", ""}, "fortnights");
}

TEST_F(GriddedReader, coordinates_over_two_axes_are_taken_where_they_repeat) {
  NetcdfContents contents = {{{"x", 3}, {"y", 2}},
                             {{"nav_lon", {"y", "x"}, {5, 6, 7, 5, 6, 7}, {}, {}},
                              {"nav_lat", {"y", "x"}, {40, 40, 40, 41, 41, 41}, {}, {}},
                              {"h", {"y", "x"}, {1, 2, 3, 4, 5, 6}, {}, {}}}};
  write_netcdf(file(), contents);
  const auto field = read_gridded_field(file(), {"h", "", "", ""});
  EXPECT_EQ(field.x, (std::vector<double>{5, 6, 7}));
  EXPECT_EQ(field.y, (std::vector<double>{40, 41}));
  EXPECT_TRUE(field.geographic);
  contents.variables[0].values[4] = 6.5;
  write_netcdf(file(), contents);
  expect_refused(file(), {"h", "", "", ""}, "curvilinear");
}

TEST_F(GriddedReader, coordinates_may_be_given_as_ranges) {
  write_netcdf(file(), {{{"a", 2}, {"b", 3}}, {{"h", {"a", "b"}, {1, 2, 3, 4, 5, 6}, {}, {}}}});
  const auto field = read_gridded_field(file(), {"h", "-1:0.5:3", "10:-1:2", ""});
  EXPECT_EQ(field.x, (std::vector<double>{-1, -0.5, 0}));
  EXPECT_EQ(field.y, (std::vector<double>{9, 10}));
  EXPECT_EQ(field.values, (std::vector<double>{4, 5, 6, 1, 2, 3}));
  EXPECT_FALSE(field.geographic);
  EXPECT_TRUE(read_gridded_field(file(), {"h", "0:1:3 degrees_east", "0:1:2 degrees_north", ""})
                  .geographic);
  const auto dated =
      read_gridded_field(file(), {"h", "0:1:3", "0:1:2", "3:1:1 days since 1970-01-01"});
  EXPECT_EQ(dated.time, std::vector<double>{3 * 86400});
  expect_refused(file(), {"h", "0:1:4", "0:1:2", ""}, "0:1:4");
  EXPECT_THROW(read_gridded_field(file(), {"h", "0:0:3", "0:1:2", ""}), Error);
  EXPECT_THROW(read_gridded_field(file(), {"h", "0:1:900000000000000000", "0:1:2", ""}), Error);
  EXPECT_THROW(read_gridded_field(file(), {"h", "0:1:2.5", "0:1:2", ""}), Error);
}

TEST_F(GriddedReader, files_of_a_folder_follow_one_another_in_time) {
  const auto day = [&](const std::string& name, double time, double value) {
    write_netcdf(file(name),
                 {{{"time", 0}, {"y", 2}, {"x", 2}},
                  {{"x", {"x"}, {0, 1}, {}, {}},
                   {"y", {"y"}, {0, 1}, {}, {}},
                   {"time", {"time"}, {time}, {{"Unit", "days since 1970-1-1"}}, {}},
                   {"h", {"time", "y", "x"}, {value, 0, 0, 0}, {}, {}}}},
                 0);
  };
  day("b.nc", 2, 20);
  day("a.nc", 1, 10);
  day("c.nc", 3, 30);
  std::ofstream(file("notes.txt")) << "not a field";
  const auto field = read_gridded_field(folder_.path(), {"h", "", "", ""});
  EXPECT_EQ(field.time, (std::vector<double>{86400, 2 * 86400, 3 * 86400}));
  EXPECT_EQ(field.values[8], 30);
  day("d.nc", 3, 40);
  EXPECT_NE(refusal(folder_.path(), {"h", "", "", ""}).find("d.nc"), std::string::npos);
}

TEST_F(GriddedReader, refusals_name_the_file_the_variable_and_what_there_is) {
  write_netcdf(file(), cf_file({"time", "lat", "lon"}));
  expect_refused(file(), {"phi", "", "", ""}, "psi");
  expect_refused(file(), {"psi", "nowhere", "", ""}, "nowhere");
  expect_refused(file(), {"psi", "lat", "lat", ""}, "lat");
  expect_refused(file("absent.nc"), {"psi", "", "", ""}, "no such file");
  std::ofstream(file("text.nc")) << "hello";
  expect_refused(file("text.nc"), {"psi", "", "", ""}, "neither NetCDF nor HDF5");
  fs::create_directory(folder_ / "empty");
  expect_refused(folder_ / "empty", {"psi", "", "", ""}, "no *.nc files");
}

TEST_F(GriddedReader, a_further_axis_is_refused) {
  write_netcdf(file(), {{{"level", 2}, {"y", 2}, {"x", 2}},
                        {{"x", {"x"}, {0, 1}, {}, {}},
                         {"y", {"y"}, {0, 1}, {}, {}},
                         {"h", {"level", "y", "x"}, std::vector<double>(8, 1.0), {}, {}}}});
  expect_refused(file(), {"h", "", "", ""}, "level");
}

TEST_F(GriddedReader, axes_that_turn_are_refused) {
  auto contents = cf_file({"time", "lat", "lon"});
  contents.variables[0].values = {10, 12, 11, 13};
  write_netcdf(file(), contents);
  expect_refused(file(), {"psi", "", "", ""}, "ascends");
  contents.variables[0].values = {10, 11, std::nan(""), 13};
  write_netcdf(file(), contents);
  expect_refused(file(), {"psi", "", "", ""}, "ascends");
}

TEST_F(GriddedReader, a_variable_larger_than_memory_is_refused_before_it_is_read) {
  constexpr std::size_t kMany = 4'000'000;
  write_netcdf(file(), {{{"y", kMany}, {"x", kMany}}, {{"h", {"y", "x"}, {}, {}, {}}}});
  expect_refused(file(), {"h", "0:1:4000000", "0:1:4000000", ""}, "memory");
}

}  // namespace
}  // namespace lagoon::datasets
