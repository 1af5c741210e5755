// Tracks in CF's discrete sampling geometries: datasets/drifters/netcdf_reader.hpp.
#include "datasets/drifters/netcdf_reader.hpp"
#include "datasets/probe.hpp"
#include "tests/datasets/gridded/netcdf_writer.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {
namespace {

using lagoon::tests::NetcdfContents;
using Texts = std::vector<std::pair<std::string, std::string>>;

const Texts kSeconds = {{"units", "seconds since 2020-01-01"}, {"standard_name", "time"}};
const Texts kEast = {{"units", "degrees_east"}, {"standard_name", "longitude"}};
const Texts kNorth = {{"units", "degrees_north"}, {"standard_name", "latitude"}};

NetcdfContents ragged() {
  return {{{"traj", 2}, {"obs", 5}},
          {{"id", {"traj"}, {7, 8}, {{"cf_role", "trajectory_id"}}, {}},
           {"rowsize", {"traj"}, {2, 3}, {{"sample_dimension", "obs"}}, {}, NC_INT},
           {"time", {"obs"}, {0, 60, 0, 60, 120}, kSeconds, {}},
           {"lon", {"obs"}, {1, 2, 3, 4, 5}, kEast, {}},
           {"lat", {"obs"}, {1, 2, 3, 4, 5}, kNorth, {}}}};
}

NetcdfContents orthogonal() {
  return {{{"traj", 2}, {"time", 3}},
          {{"time", {"time"}, {0, 60, 120}, kSeconds, {}},
           {"lon", {"traj", "time"}, {1, 2, 3, 4, 5, -999}, kEast, {{"_FillValue", -999}}},
           {"lat", {"traj", "time"}, {1, 2, 3, 4, 5, -999}, kNorth, {{"_FillValue", -999}}}}};
}

}  // namespace

std::vector<std::string> seeds() {
  std::vector<std::string> result;
  for (const int mode : {0, NC_NETCDF4}) {
    for (const auto& contents : {ragged(), orthogonal()}) {
      result.push_back(
          bytes_of([&](const auto& path) { lagoon::tests::write_netcdf(path, contents, mode); }));
    }
  }
  return result;
}

void read(const std::string& bytes) {
  const auto path = file_of("tracks.nc", bytes);
  const auto open = [](const auto& file) { datasets::read_drifter_netcdf(file); };
  datasets::probe_file(path, open);
  open(path);
}

}  // namespace lagoon::fuzz
