#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace lagoon::datasets {

/// One variable on a rectilinear grid at some times. Missing points are NaN.
struct GriddedField {
  std::vector<double> x, y;  ///< coordinates, ascending (degrees east and north if geographic)
  std::vector<double> time;  ///< seconds (since 1970-01-01 where the file names a date); the file's
                             ///< numbers if it names no unit; one 0 if the variable has no time
  std::vector<double> values;  ///< (time, y, x), with scale_factor and add_offset applied
  std::string units;           ///< of the values, as the file says
  std::string name;            ///< of the variable
  bool geographic = false;     ///< x and y are degrees

  std::size_t n_x() const { return x.size(); }
  std::size_t n_y() const { return y.size(); }
  std::size_t n_times() const { return time.size(); }
};

/// What to read. A coordinate is the name of a variable; or its values as they run in the file,
/// "START:STEP:COUNT" with units after a blank if they matter ("-12:0.25:165 degrees_east"); or
/// empty: found by CF attributes (axis, standard_name, units), then by usual names (lon, longitude,
/// nav_lon, x, ...). Coordinates over two axes are taken where the grid is rectilinear all the
/// same.
struct GriddedRequest {
  std::string variable;  ///< with its groups, if any: "slasnapshot/sla"
  std::string x, y, time;
};

/// Reads from `path`: a file (NetCDF of any kind, or other HDF5 that has plain arrays of numbers),
/// or a folder whose *.nc files, sorted by name, are put one after another in time. The variable's
/// axes may lie in any order and run either way; further axes must be of length 1; _FillValue,
/// missing_value and what was never written become NaN. Throws Error that names the file, the
/// variable and the variables there are; a variable larger than memory is refused. A file may be
/// damaged so that the HDF5 library hangs: one that is not ours is opened in a probe first,
/// probe_file(path, [](const auto& p) { gridded_variables(p); }) (datasets/probe.hpp), which reads
/// all its metadata.
GriddedField read_gridded_field(const std::filesystem::path& path, const GriddedRequest& request);

/// Names, with their groups, of the variables over two or more axes in the file or folder.
std::vector<std::string> gridded_variables(const std::filesystem::path& path);

}  // namespace lagoon::datasets
