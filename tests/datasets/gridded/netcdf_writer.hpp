#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <netcdf.h>

// Small NetCDF files for the tests of the reader.
namespace lagoon::tests {

struct NetcdfVariable {
  std::string name;
  std::vector<std::string> dimensions;
  std::vector<double> values;
  std::vector<std::pair<std::string, std::string>> texts;
  std::vector<std::pair<std::string, double>> numbers;
  nc_type type = NC_DOUBLE;
};

struct NetcdfContents {
  std::vector<std::pair<std::string, std::size_t>> dimensions;  ///< length 0: unlimited
  std::vector<NetcdfVariable> variables;
};

inline void check_netcdf(int status) {
  if (status != NC_NOERR) throw std::runtime_error(nc_strerror(status));
}

/// `mode`: NC_NETCDF4, NC_64BIT_OFFSET, ... or 0 for the classic format.
inline void write_netcdf(const std::filesystem::path& path, const NetcdfContents& contents,
                         int mode = NC_NETCDF4) {
  int file = -1;
  check_netcdf(nc_create(path.c_str(), mode | NC_CLOBBER, &file));
  for (const auto& [name, length] : contents.dimensions) {
    int id = -1;
    check_netcdf(nc_def_dim(file, name.c_str(), length, &id));
  }
  for (const NetcdfVariable& variable : contents.variables) {
    std::vector<int> dimensions;
    for (const std::string& name : variable.dimensions) {
      dimensions.emplace_back();
      check_netcdf(nc_inq_dimid(file, name.c_str(), &dimensions.back()));
    }
    int id = -1;
    check_netcdf(nc_def_var(file, variable.name.c_str(), variable.type,
                            static_cast<int>(dimensions.size()), dimensions.data(), &id));
    for (const auto& [name, text] : variable.texts)
      check_netcdf(nc_put_att_text(file, id, name.c_str(), text.size(), text.c_str()));
    for (const auto& [name, number] : variable.numbers) {
      // CF wants missing values of the variable's own type.
      const bool own = name == "_FillValue" || name == "missing_value";
      check_netcdf(
          nc_put_att_double(file, id, name.c_str(), own ? variable.type : NC_DOUBLE, 1, &number));
    }
  }
  check_netcdf(nc_enddef(file));
  for (const NetcdfVariable& variable : contents.variables) {
    if (variable.values.empty()) continue;
    int id = -1;
    check_netcdf(nc_inq_varid(file, variable.name.c_str(), &id));
    std::vector<std::size_t> start, count;
    for (const std::string& name : variable.dimensions) {
      start.push_back(0);
      for (const auto& [dimension, length] : contents.dimensions)
        if (dimension == name) count.push_back(length == 0 ? 1 : length);
    }
    check_netcdf(nc_put_vara_double(file, id, start.data(), count.data(), variable.values.data()));
  }
  check_netcdf(nc_close(file));
}

}  // namespace lagoon::tests
