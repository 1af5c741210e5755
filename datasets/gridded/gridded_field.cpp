#include "datasets/gridded/gridded_field.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "datasets/gridded/array_file.hpp"
#include "datasets/gridded/coordinates.hpp"
#include "datasets/text/cf_time.hpp"
#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& path) {
  std::error_code failure;
  if (!fs::is_directory(path, failure)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path, failure))
    if (entry.path().extension() == ".nc") files.push_back(entry.path());
  require(
      !files.empty(),
      path.string() + ": no *.nc files that can be read in this folder: name another, or a file");
  std::sort(files.begin(), files.end());
  return files;
}

/// Variables that could be a field: over two axes or more.
std::vector<std::string> field_names(const ArrayFile& file) {
  std::vector<std::string> names;
  for (const ArrayVariable& variable : file.variables())
    if (variable.long_axes().size() >= 2) names.push_back(variable.name);
  return names;
}

const ArrayVariable& variable_of(const ArrayFile& file, const std::string& name) {
  if (const ArrayVariable* variable = file.find(name)) return *variable;
  const std::string names = joined(field_names(file));
  throw Error(file.path().string() + ": no variable '" + name + "': there " +
              (names.empty() ? "is none on a grid" : "are " + names));
}

/// One axis of the result: the coordinate, and how to walk the file's values along it.
struct Walk {
  std::vector<double> coordinate;
  std::size_t first = 0;      ///< offset of the value at the first coordinate
  std::ptrdiff_t stride = 0;  ///< from one to the next
};

std::size_t stride_of(const ArrayVariable& variable, std::size_t axis) {
  std::size_t stride = 1;
  for (std::size_t i = axis + 1; i < variable.axes.size(); ++i) stride *= variable.axes[i].length;
  return stride;
}

/// Ascending, whichever way the file has it.
Walk walk_along(const ArrayVariable& variable, Coordinate coordinate, const std::string& place) {
  Walk walk{std::move(coordinate.values), 0, 0};
  if (coordinate.axis)
    walk.stride = static_cast<std::ptrdiff_t>(stride_of(variable, *coordinate.axis));
  if (walk.coordinate.size() > 1 && walk.coordinate.front() > walk.coordinate.back()) {
    std::reverse(walk.coordinate.begin(), walk.coordinate.end());
    walk.first = (walk.coordinate.size() - 1) * static_cast<std::size_t>(walk.stride);
    walk.stride = -walk.stride;
  }
  const auto wrong = std::adjacent_find(walk.coordinate.begin(), walk.coordinate.end(),
                                        [](double a, double b) { return !(a < b); });
  require(wrong == walk.coordinate.end(),
          place + " neither ascends nor descends all along: sort the file along it");
  return walk;
}

Coordinate require_coordinate(std::optional<Coordinate> found, const char* role,
                              const std::string& place) {
  if (!found)
    throw Error(place + " has no coordinate that is known as " + role + ": name one for " + role +
                ", or give START:STEP:COUNT");
  return std::move(*found);
}

/// Values in the file's order to (time, y, x).
void gather(const std::vector<double>& stored, const std::array<Walk, 3>& walks,
            std::vector<double>& values) {
  const auto& [t, y, x] = walks;
  const auto start = static_cast<std::ptrdiff_t>(t.first + y.first + x.first);
  const auto steps = [](const Walk& w) { return static_cast<std::ptrdiff_t>(w.coordinate.size()); };
  values.reserve(stored.size());
  for (std::ptrdiff_t n = 0; n < steps(t); ++n)
    for (std::ptrdiff_t j = 0; j < steps(y); ++j)
      for (std::ptrdiff_t i = 0; i < steps(x); ++i)
        values.push_back(
            stored[static_cast<std::size_t>(start + n * t.stride + j * y.stride + i * x.stride)]);
}

void require_no_further_axis(const ArrayVariable& variable, const TakenAxes& taken,
                             const std::string& place) {
  for (std::size_t i = 0; i < variable.axes.size(); ++i) {
    const ArrayAxis& axis = variable.axes[i];
    if (axis.length == 1 || std::find(taken.begin(), taken.end(), i) != taken.end()) continue;
    throw Error(place + " has an axis " + (axis.name.empty() ? std::to_string(i) : axis.name) +
                " of length " + std::to_string(axis.length) +
                " that is neither x, y nor time: name the time coordinate, or cut out one level");
  }
}

GriddedField read_file(const fs::path& path, const GriddedRequest& request) {
  const auto file = open_array_file(path);
  const ArrayVariable& variable = variable_of(*file, request.variable);
  const std::string place = path.string() + ": variable " + variable.name;
  TakenAxes taken;
  auto x =
      require_coordinate(find_coordinate(*file, variable, Role::x, request.x, taken), "x", place);
  auto y =
      require_coordinate(find_coordinate(*file, variable, Role::y, request.y, taken), "y", place);
  auto time = find_coordinate(*file, variable, Role::time, request.time, taken)
                  .value_or(Coordinate{{0.0}, {}, "", "", false});
  to_seconds(time.values, time.units, time.calendar, place);
  require_no_further_axis(variable, taken, place);

  GriddedField field;
  field.geographic = x.degrees && y.degrees;
  field.units = variable.units();
  field.name = variable.name;
  std::array<Walk, 3> walks = {walk_along(variable, std::move(time), place + ": time"),
                               walk_along(variable, std::move(y), place + ": y"),
                               walk_along(variable, std::move(x), place + ": x")};
  gather(file->unpacked(variable), walks, field.values);
  require(!field.values.empty(), place + " holds no values: name another, or leave the file out");
  field.time = std::move(walks[0].coordinate);
  field.y = std::move(walks[1].coordinate);
  field.x = std::move(walks[2].coordinate);
  return field;
}

void append_in_time(GriddedField& field, const GriddedField& next, const fs::path& path) {
  require(next.x == field.x && next.y == field.y,
          path.string() +
              ": its grid differs from that of the files before it: keep files of one "
              "grid in the folder");
  require(next.time.front() > field.time.back(),
          path.string() +
              ": its times do not follow those of the files before it: name the files "
              "so that they sort in time");
  field.time.insert(field.time.end(), next.time.begin(), next.time.end());
  field.values.insert(field.values.end(), next.values.begin(), next.values.end());
}

}  // namespace

GriddedField read_gridded_field(const fs::path& path, const GriddedRequest& request) {
  const auto files = files_of(path);
  GriddedField field = read_file(files[0], request);
  require_memory(path.string() + ": variable " + field.name, field.values.size() * files.size());
  field.values.reserve(field.values.size() * files.size());
  for (std::size_t i = 1; i < files.size(); ++i)
    append_in_time(field, read_file(files[i], request), files[i]);
  return field;
}

std::vector<std::string> gridded_variables(const fs::path& path) {
  std::set<std::string> names;
  for (const fs::path& file : files_of(path)) {
    const auto there = field_names(*open_array_file(file));
    names.insert(there.begin(), there.end());
  }
  return {names.begin(), names.end()};
}

}  // namespace lagoon::datasets
