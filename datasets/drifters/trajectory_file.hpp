#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/gridded/array_file.hpp"

namespace lagoon::datasets {

/// True if libnetcdf opens the file and it says that it holds trajectories: by featureType,
/// cf_role, sample_dimension, or a variable named rowsize, as clouddrift writes it. False for
/// datasets of lagoon's own.
bool is_trajectory_netcdf(const std::filesystem::path& path);

/// What a variable may be called: by CF's standard_name, else by itself in lower case.
struct Naming {
  std::vector<std::string_view> standard_names, names;
};

/// A NetCDF file of trajectories, and how its variables are found and read.
class TrajectoryFile {
 public:
  /// Opens it as open_array_file() does.
  explicit TrajectoryFile(const std::filesystem::path& path);

  /// A variable by what it may be called, by an attribute that it has, by its own name; null if
  /// there is none.
  const ArrayVariable* find(const Naming& naming) const;
  const ArrayVariable* with_attribute(const std::string& attribute) const;
  const ArrayVariable* named(const std::string& name) const { return file_->find(name); }

  /// Unpacked, in metres and metres per second where the units are of these, NaN where missing.
  std::vector<double> values(const ArrayVariable& variable) const;
  /// Of a time, seconds since 1970; numbers without units are seconds. Throws Error naming the file
  /// for units that cannot be read.
  std::vector<double> seconds(const ArrayVariable& time) const;

  /// Names of n trajectories: of a text variable with a usual name, of the variable with cf_role,
  /// or their numbers.
  std::vector<std::string> ids(std::size_t n) const;

  /// "FILE: what (it has ...)", with the names of the variables.
  std::string failure(const std::string& what) const;

 private:
  std::unique_ptr<ArrayFile> file_;
};

}  // namespace lagoon::datasets
