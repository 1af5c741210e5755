// Fields on grids, classic NetCDF and netCDF-4: datasets/gridded/gridded_field.hpp.
#include "datasets/gridded/gridded_field.hpp"

#include "datasets/probe.hpp"
#include "tests/datasets/gridded/cf_file.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> result;
  for (const int mode : {0, NC_64BIT_OFFSET, NC_64BIT_DATA, NC_NETCDF4}) {
    result.push_back(bytes_of([mode](const auto& path) {
      lagoon::tests::write_netcdf(path, datasets::cf_file({"time", "lat", "lon"}), mode);
    }));
  }
  return result;
}

void read(const std::string& bytes) {
  const auto path = file_of("field.nc", bytes);
  datasets::probe_file(path, [](const auto& file) { datasets::gridded_variables(file); });
  for (const auto& name : datasets::gridded_variables(path))
    datasets::read_gridded_field(path, {name, "", "", ""});
}

}  // namespace lagoon::fuzz
