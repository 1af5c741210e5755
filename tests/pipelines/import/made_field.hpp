#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/datasets/gridded/netcdf_writer.hpp"

// Small fields in NetCDF for the tests of import.
namespace lagoon::pipelines::tests {

/// Points of an axis and its CF units.
struct Axis {
  std::vector<double> values;
  std::string units;
};

inline Axis even_axis(double first, double step, int n, const std::string& units) {
  Axis axis{{}, units};
  for (int i = 0; i < n; ++i) axis.values.push_back(first + i * step);
  return axis;
}

struct MadeVariable {
  std::string name, units;
  std::vector<double> values;  ///< (time, y, x)
};

/// variable(x, y, t) on the axes.
template <class Function>
MadeVariable made_variable(const std::string& name, const std::string& units, const Axis& time,
                           const Axis& y, const Axis& x, Function&& function) {
  MadeVariable variable{name, units, {}};
  for (const double t : time.values) {
    for (const double at_y : y.values) {
      for (const double at_x : x.values) variable.values.push_back(function(at_x, at_y, t));
    }
  }
  return variable;
}

inline void write_field(const std::filesystem::path& path, const Axis& time, const Axis& y,
                        const Axis& x, const std::vector<MadeVariable>& variables) {
  lagoon::tests::NetcdfContents contents;
  const auto add = [&contents](const std::string& name, const Axis& axis) {
    contents.dimensions.emplace_back(name, axis.values.size());
    contents.variables.push_back({name, {name}, axis.values, {{"units", axis.units}}, {}});
  };
  add("time", time);
  add("y", y);
  add("x", x);
  for (const auto& [name, units, values] : variables) {
    contents.variables.push_back({name, {"time", "y", "x"}, values, {{"units", units}}, {}});
  }
  lagoon::tests::write_netcdf(path, contents);
}

}  // namespace lagoon::pipelines::tests
