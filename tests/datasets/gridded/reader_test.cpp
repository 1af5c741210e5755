#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "datasets/gridded/gridded_field.hpp"
#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/datasets/gridded/netcdf_writer.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;
using lagoon::tests::NetcdfContents;
using lagoon::tests::NetcdfVariable;
using lagoon::tests::write_netcdf;

class GriddedReader : public ::testing::Test {
 protected:
  fs::path file(const std::string& name = "field.nc") const { return folder_ / name; }

  tests::TemporaryFolder folder_;
};

constexpr std::size_t kLon = 4, kLat = 3, kTimes = 2;

double value_at(double lon, double lat, double hour) {
  return 100 * hour + 10 * lat + lon;
}

/// value_at on longitudes 10, 11, ..., latitudes -1, 0, 1 and hours 0, 6, in this order of axes.
NetcdfContents cf_file(const std::vector<std::string>& order) {
  NetcdfVariable field{"psi", order, {}, {{"units", "m2 s-1"}}, {}};
  const auto length = [](const std::string& axis) {
    return axis == "lon" ? kLon : axis == "lat" ? kLat : axis == "time" ? kTimes : 1;
  };
  std::size_t size = 1;
  for (const auto& axis : order) size *= length(axis);
  for (std::size_t n = 0; n < size; ++n) {
    std::size_t rest = n, i = 0, j = 0, t = 0;
    for (auto axis = order.rbegin(); axis != order.rend(); ++axis) {
      const std::size_t at = rest % length(*axis);
      rest /= length(*axis);
      if (*axis == "lon") i = at;
      if (*axis == "lat") j = at;
      if (*axis == "time") t = at;
    }
    field.values.push_back(value_at(10.0 + static_cast<double>(i), static_cast<double>(j) - 1,
                                    6 * static_cast<double>(t)));
  }
  return {{{"time", kTimes}, {"lat", kLat}, {"lon", kLon}, {"depth", 1}},
          {{"lon", {"lon"}, {10, 11, 12, 13}, {{"units", "degrees_east"}}, {}},
           {"lat", {"lat"}, {-1, 0, 1}, {{"units", "degrees_north"}}, {}},
           {"time", {"time"}, {0, 6}, {{"units", "hours since 1970-01-02"}}, {}},
           field}};
}

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

/// The message of the Error, which must be one line.
std::string refusal(const fs::path& path, const GriddedRequest& request) {
  try {
    read_gridded_field(path, request);
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

void expect_refused(const fs::path& path, const GriddedRequest& request, const std::string& word) {
  const std::string message = refusal(path, request);
  EXPECT_NE(message.find(word), std::string::npos) << message;
  EXPECT_NE(message.find(path.filename().string()), std::string::npos) << message;
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
       {"m", {"y", "x"}, {1, 1e20, 3, 4}, {}, {{"missing_value", 1e20}}, NC_FLOAT}}};
  for (const int mode : {0, NC_NETCDF4}) {
    write_netcdf(file(), contents, mode);
    const auto packed = read_gridded_field(file(), {"h", "", "", ""});
    EXPECT_EQ(packed.values[0], 6);
    EXPECT_TRUE(std::isnan(packed.values[1]));
    EXPECT_EQ(packed.values[3], 16);
    EXPECT_FALSE(packed.geographic);
    EXPECT_EQ(packed.time, std::vector<double>{0});
    for (double value : read_gridded_field(file(), {"never", "", "", ""}).values)
      EXPECT_TRUE(std::isnan(value));
    const auto masked = read_gridded_field(file(), {"m", "", "", ""});
    EXPECT_TRUE(std::isnan(masked.values[1]));
    EXPECT_EQ(masked.values[2], 3);
  }
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

std::string bytes_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_bytes(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST_F(GriddedReader, a_file_cut_short_is_refused_in_every_format) {
  for (const int mode : {0, NC_64BIT_OFFSET, NC_64BIT_DATA, NC_NETCDF4}) {
    write_netcdf(file(), cf_file({"time", "lat", "lon"}), mode);
    const std::string whole = bytes_of(file());
    for (std::size_t length :
         {whole.size() - 4, whole.size() / 2, std::size_t{40}, std::size_t{0}}) {
      write_bytes(file("cut.nc"), whole.substr(0, length));
      expect_refused(file("cut.nc"), {"psi", "", "", ""}, "truncated");
    }
  }
}

TEST_F(GriddedReader, damaged_files_are_read_or_refused_in_a_probe) {
  const auto open = [](const fs::path& path) { read_gridded_field(path, {"psi", "", "", ""}); };
  for (const int mode : {0, NC_NETCDF4}) {
    write_netcdf(file(), cf_file({"time", "lat", "lon"}), mode);
    const std::string whole = bytes_of(file());
    std::size_t refused = 0;
    for (std::size_t n = 0; n < 60; ++n) {
      std::string damaged = whole;
      for (std::size_t i = 0; i < 8; ++i)
        damaged[(n * 7919 + i * 104729) % std::min<std::size_t>(whole.size(), 2048)] ^=
            static_cast<char>(1 << (n + i) % 8);
      write_bytes(file("damaged.nc"), damaged);
      try {
        probe_file(file("damaged.nc"), open);
      } catch (const Error&) {
        ++refused;
      }
    }
    EXPECT_GT(refused, 0U);
  }
}

/// As Julia's JLD2 writes them: behind a block of the user's, with a type that libnetcdf refuses.
void write_foreign_hdf5(const fs::path& path) {
  const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
  H5Pset_userblock(creation, 512);
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, H5P_DEFAULT);
  const hid_t list = H5Tvlen_create(H5T_STD_REF_OBJ);
  const hid_t compound = H5Tcreate(H5T_COMPOUND, sizeof(hvl_t));
  H5Tinsert(compound, "parameters", 0, list);
  H5Tcommit2(file, "a_type", compound, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t lengths[] = {2, 3};
  const hid_t space = H5Screate_simple(2, lengths, nullptr);
  const hid_t group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t dataset =
      H5Dcreate2(group, "UT", H5T_IEEE_F32BE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const double values[] = {1, 2, 3, 4, 5, 6};
  H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  H5Dclose(dataset);
  H5Gclose(group);
  H5Sclose(space);
  H5Tclose(compound);
  H5Tclose(list);
  H5Fclose(file);
  H5Pclose(creation);
}

TEST_F(GriddedReader, hdf5_that_is_not_netcdf_is_read_with_given_coordinates) {
  write_foreign_hdf5(file("foreign.jld2"));
  int netcdf = -1;
  ASSERT_NE(nc_open(file("foreign.jld2").c_str(), NC_NOWRITE, &netcdf), NC_NOERR);
  EXPECT_EQ(gridded_variables(file("foreign.jld2")), std::vector<std::string>{"g/UT"});
  const auto field = read_gridded_field(file("foreign.jld2"), {"g/UT", "0:1:3", "0:1:2", ""});
  EXPECT_EQ(field.values, (std::vector<double>{1, 2, 3, 4, 5, 6}));
  expect_refused(file("foreign.jld2"), {"g/UT", "", "", ""}, "START:STEP:COUNT");
}

}  // namespace
}  // namespace lagoon::datasets
