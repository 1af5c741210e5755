#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "datasets/gridded/gridded_field.hpp"
#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/datasets/gridded/netcdf_writer.hpp"

// What the tests of gridded fields share: a CF file whose every value is known, and refusals.
namespace lagoon::datasets {

class GriddedReader : public ::testing::Test {
 protected:
  std::filesystem::path file(const std::string& name = "field.nc") const { return folder_ / name; }

  tests::TemporaryFolder folder_;
};

inline constexpr std::size_t kLon = 4, kLat = 3, kTimes = 2;

inline double value_at(double lon, double lat, double hour) {
  return 100 * hour + 10 * lat + lon;
}

/// value_at on longitudes 10, 11, ..., latitudes -1, 0, 1 and hours 0, 6, in this order of axes.
inline lagoon::tests::NetcdfContents cf_file(const std::vector<std::string>& order) {
  lagoon::tests::NetcdfVariable field{"psi", order, {}, {{"units", "m2 s-1"}}, {}};
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

/// The message of the Error, which must be one line.
inline std::string refusal(const std::filesystem::path& path, const GriddedRequest& request) {
  return tests::error_of([&] { read_gridded_field(path, request); });
}

inline void expect_refused(const std::filesystem::path& path, const GriddedRequest& request,
                           const std::string& word) {
  const std::string message = refusal(path, request);
  EXPECT_NE(message.find(word), std::string::npos) << message;
  EXPECT_NE(message.find(path.filename().string()), std::string::npos) << message;
}

}  // namespace lagoon::datasets
