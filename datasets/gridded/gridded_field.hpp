#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace lagoon::datasets {

/// One variable on a rectilinear grid at some times. Missing points are NaN.
struct GriddedField {
  std::vector<double> x, y;    ///< coordinates, ascending (degrees east and north if geographic)
  std::vector<double> time;    ///< seconds (since 1970-01-01 where the file says a date), else the
                               ///< file's numbers; one 0 if the variable has no time
  std::vector<double> values;  ///< (time, y, x), with scale_factor and add_offset applied
  std::string units;           ///< of the values, as the file says
  std::string name;            ///< of the variable
  bool geographic = false;     ///< x and y are degrees

  std::size_t n_x() const { return x.size(); }
  std::size_t n_y() const { return y.size(); }
  std::size_t n_times() const { return time.size(); }
};

/// What to read. A coordinate is the name of a variable, or its values as "START:STEP:COUNT" (of
/// the axis as it lies in the file), or empty: found by CF attributes (axis, standard_name, units),
/// then by usual names (lon, longitude, nav_lon, x, ...).
struct GriddedRequest {
  std::string variable;  ///< with its groups, if any: "slasnapshot/sla"
  std::string x, y, time;
};

/// Reads from `path`: a file (NetCDF of any kind, or other HDF5), or a folder whose *.nc files,
/// sorted by name, are put one after another in time. The variable's axes may lie in any order and
/// run either way; further axes must be of length 1; _FillValue and missing_value become NaN.
/// Throws Error that names the file, the variable and the variables there are. A file may be
/// damaged so that the HDF5 library hangs: open one that is not ours through probe_file(file, open)
/// first.
GriddedField read_gridded_field(const std::filesystem::path& path, const GriddedRequest& request);

/// Names of all variables in the file (or in the folder's first file), with their groups.
std::vector<std::string> gridded_variables(const std::filesystem::path& path);

}  // namespace lagoon::datasets
