#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hdf5.h>
#include <netcdf.h>

#include "datasets/gridded/gridded_field.hpp"
#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "tests/datasets/gridded/cf_file.hpp"
#include "tests/datasets/gridded/netcdf_writer.hpp"

// Gridded files that are cut, damaged, or of a kind that libnetcdf does not open.
namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;
using lagoon::tests::write_netcdf;

TEST_F(GriddedReader, a_file_cut_short_is_refused_in_every_format) {
  for (const int mode : {0, NC_64BIT_OFFSET, NC_64BIT_DATA, NC_NETCDF4}) {
    write_netcdf(file(), cf_file({"time", "lat", "lon"}), mode);
    const std::string whole = tests::read_text(file());
    for (std::size_t length :
         {whole.size() - 4, whole.size() / 2, std::size_t{40}, std::size_t{0}}) {
      tests::write_text(file("cut.nc"), whole.substr(0, length));
      expect_refused(file("cut.nc"), {"psi", "", "", ""}, "truncated");
    }
  }
}

TEST_F(GriddedReader, damaged_files_are_read_or_refused_in_a_probe) {
  const auto open = [](const fs::path& path) { read_gridded_field(path, {"psi", "", "", ""}); };
  for (const int mode : {0, NC_NETCDF4}) {
    write_netcdf(file(), cf_file({"time", "lat", "lon"}), mode);
    const std::string whole = tests::read_text(file());
    std::size_t refused = 0;
    for (std::size_t n = 0; n < 60; ++n) {
      std::string damaged = whole;
      for (std::size_t i = 0; i < 8; ++i)
        damaged[(n * 7919 + i * 104729) % std::min<std::size_t>(whole.size(), 2048)] ^=
            static_cast<char>(1 << (n + i) % 8);
      tests::write_text(file("damaged.nc"), damaged);
      try {
        probe_file(file("damaged.nc"), open);
      } catch (const Error&) {
        ++refused;
      }
    }
    EXPECT_GT(refused, 0U);
  }
}

TEST_F(GriddedReader, files_without_records_are_refused) {
  lagoon::tests::NetcdfContents contents = {
      {{"time", 0}, {"y", 2}, {"x", 2}},
      {{"x", {"x"}, {0, 1}, {}, {}},
       {"y", {"y"}, {0, 1}, {}, {}},
       {"time", {"time"}, {1}, {{"units", "days since 1970-1-1"}}, {}},
       {"h", {"time", "y", "x"}, {1, 2, 3, 4}, {}, {}}}};
  write_netcdf(file("a.nc"), contents);
  contents.variables[2].values = contents.variables[3].values = {};
  write_netcdf(file("b.nc"), contents);
  expect_refused(file("b.nc"), {"h", "", "", ""}, "holds no values");
  EXPECT_NE(refusal(folder_.path(), {"h", "", "", ""}).find("b.nc"), std::string::npos);
}

TEST_F(GriddedReader, coordinates_without_values_are_refused) {
  // A coordinate of two axes that would be repeated in time, if it had been written once.
  write_netcdf(file(), {{{"time", 0}, {"y", 2}, {"x", 3}},
                        {{"nav_lon", {"time", "y", "x"}, {}, {}, {}},
                         {"nav_lat", {"y", "x"}, {40, 40, 40, 41, 41, 41}, {}, {}},
                         {"h", {"y", "x"}, {1, 2, 3, 4, 5, 6}, {}, {}}}});
  expect_refused(file(), {"h", "nav_lon", "", ""}, "holds no values");
  expect_refused(file(), {"h", "", "", ""}, "holds no values");
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
