#include "datasets/gridded/coordinates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

/// What CF says of a coordinate in each role, and the names it usually has.
struct RoleRow {
  Role role;
  const char* name;
  std::string_view axis;
  std::array<std::string_view, 2> standard_names;
  std::array<std::string_view, 4> units;  ///< beginnings
  std::array<std::string_view, 4> usual_names;
};

constexpr std::array<RoleRow, 3> kRoles = {{
    {Role::x,
     "x",
     "X",
     {"longitude", "projection_x_coordinate"},
     {"degrees_e", "degree_e", "degreese", "degreee"},
     {"lon", "longitude", "nav_lon", "x"}},
    {Role::y,
     "y",
     "Y",
     {"latitude", "projection_y_coordinate"},
     {"degrees_n", "degree_n", "degreesn", "degreen"},
     {"lat", "latitude", "nav_lat", "y"}},
    {Role::time, "time", "T", {"time", "time"}, {}, {"time", "time_counter", "t", "date"}},
}};

/// Coordinates of two axes rank behind those of one, but CF attributes always before usual names.
constexpr double kTwoAxesPenalty = 0.5;
/// No grid is longer; it keeps a range's values within memory.
constexpr double kLongestAxis = 1e8;
constexpr double kNoRank = std::numeric_limits<double>::infinity();

const RoleRow& row_of(Role role) {
  return *std::find_if(kRoles.begin(), kRoles.end(),
                       [&](const RoleRow& row) { return row.role == role; });
}

bool starts_with_one_of(const std::string& text, const std::array<std::string_view, 4>& starts) {
  return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) {
    return !start.empty() && text.starts_with(start);
  });
}

/// 0 if CF attributes give the variable this role, 1 and more by its name, infinite if neither
/// does.
double rank_by_meaning(const ArrayVariable& candidate, const RoleRow& row) {
  const std::string units = lower_case(candidate.units());
  const auto& standard = row.standard_names;
  if (candidate.text("axis") == row.axis || starts_with_one_of(units, row.units) ||
      std::find(standard.begin(), standard.end(), candidate.text("standard_name")) !=
          standard.end() ||
      (row.role == Role::time && units.find(" since ") != std::string::npos))
    return 0;
  const std::string name = lower_case(name_of(candidate.name));
  const auto found = std::find(row.usual_names.begin(), row.usual_names.end(), name);
  return found == row.usual_names.end() ? kNoRank : 1.0 + (found - row.usual_names.begin());
}

/// The axis of `variable` that is `axis`: the last one for x and y, the first for time, where
/// several could be meant.
std::optional<std::size_t> match_axis(const ArrayVariable& variable, const ArrayAxis& axis,
                                      Role role, const TakenAxes& taken) {
  const std::size_t n = variable.axes.size();
  for (std::size_t step = 0; step < n; ++step) {
    const std::size_t i = role == Role::time ? step : n - 1 - step;
    if (std::find(taken.begin(), taken.end(), i) != taken.end()) continue;
    if (same_axis(axis, variable.axes[i])) return i;
  }
  return std::nullopt;
}

bool lies_on(const ArrayVariable& candidate, const ArrayVariable& variable) {
  const auto axes = candidate.long_axes();
  return axes.size() <= 2 && std::all_of(axes.begin(), axes.end(), [&](const ArrayAxis& axis) {
           return match_axis(variable, axis, Role::x, {}).has_value();
         });
}

bool in_scope(const ArrayVariable& candidate, const ArrayVariable& variable) {
  const std::string group = candidate.group();
  return group.empty() || group == variable.group() || variable.group().starts_with(group + "/");
}

const ArrayVariable* best_candidate(const ArrayFile& file, const ArrayVariable& variable,
                                    const RoleRow& row) {
  const ArrayVariable* best = nullptr;
  double least = kNoRank;
  for (const ArrayVariable& candidate : file.variables()) {
    if (&candidate == &variable || !in_scope(candidate, variable) || !lies_on(candidate, variable))
      continue;
    const double penalty = candidate.long_axes().size() == 2 ? kTwoAxesPenalty : 0;
    const double rank = rank_by_meaning(candidate, row) + penalty;
    if (rank < least) {
      least = rank;
      best = &candidate;
    }
  }
  return best;
}

struct Line {
  std::vector<double> values;
  ArrayAxis axis;
};

/// The one row or column that a coordinate over two axes repeats.
Line line_of(const ArrayFile& file, const ArrayVariable& coordinate, const std::string& place) {
  std::vector<double> all = file.values(coordinate);
  require(!all.empty() || coordinate.axes.size() == 1, place + " holds no values: name another");
  const auto axes = coordinate.long_axes();
  if (axes.empty()) return {std::move(all), {"", 1}};
  if (axes.size() == 1) return {std::move(all), axes[0]};
  require(axes.size() == 2, place + " has more than two axes");
  const std::size_t rows = axes[0].length, columns = axes[1].length;
  const bool along_columns = all[0] != all[1];
  Line line{{}, axes[along_columns ? 1 : 0]};
  for (std::size_t i = 0; i < line.axis.length; ++i)
    line.values.push_back(all[along_columns ? i : i * columns]);
  for (std::size_t i = 0; i < rows * columns; ++i)
    if (all[i] != line.values[along_columns ? i % columns : i / columns])
      throw Error(place +
                  " is not the same along one of its axes (a curvilinear grid): interpolate the "
                  "field to a rectilinear grid first");
  return line;
}

/// Numbers without units are degrees if they are named so and could be.
bool are_degrees(const ArrayVariable& coordinate, const std::vector<double>& values, Role role) {
  const std::string units = lower_case(coordinate.units());
  if (!units.empty()) return units.starts_with("degree");
  const double largest = role == Role::x ? 720 : 90;
  const std::string name = lower_case(name_of(coordinate.name));
  const bool named = name.find(role == Role::x ? "lon" : "lat") != std::string::npos;
  return named && std::all_of(values.begin(), values.end(),
                              [&](double value) { return std::abs(value) <= largest; });
}

Coordinate from_variable(const ArrayFile& file, const ArrayVariable& variable,
                         const ArrayVariable& coordinate, Role role, TakenAxes& taken) {
  const std::string place = file.path().string() + ": coordinate " + coordinate.name;
  Line line = line_of(file, coordinate, place);
  Coordinate found{
      std::move(line.values), {}, coordinate.units(), coordinate.text("calendar"), false};
  found.degrees = role != Role::time && are_degrees(coordinate, found.values, role);
  found.axis = match_axis(variable, coordinate.axes.size() == 1 ? coordinate.axes[0] : line.axis,
                          role, taken);
  require(found.axis || found.values.size() == 1, place + " lies on no axis of " + variable.name +
                                                      " that is free: name another for " +
                                                      row_of(role).name);
  if (found.axis) taken.push_back(*found.axis);
  return found;
}

/// "START:STEP:COUNT[ UNITS]", or nothing if the text is of another kind.
std::optional<Coordinate> from_range(const std::string& text) {
  const std::size_t first = text.find(':'), second = text.find(':', first + 1);
  if (first == std::string::npos || second == std::string::npos) return std::nullopt;
  const std::size_t end = std::min(text.find(' ', second), text.size());
  const auto start = parse_number(text.substr(0, first));
  const auto step = parse_number(text.substr(first + 1, second - first - 1));
  const auto count = parse_number(text.substr(second + 1, end - second - 1));
  if (!start || !step || !count) return std::nullopt;
  require(
      std::isfinite(*start) && std::isfinite(*step) && *count >= 1 && *count < kLongestAxis &&
          *count == std::floor(*count) && (*step != 0 || *count == 1),
      "range '" + text + "': give START:STEP:COUNT with a step that is not 0 and a whole count");
  Coordinate range;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(*count); ++i)
    range.values.push_back(*start + static_cast<double>(i) * *step);
  range.units = trim(text.substr(end));
  range.degrees = lower_case(range.units).starts_with("degree");
  return range;
}

}  // namespace

std::optional<Coordinate> find_coordinate(const ArrayFile& file, const ArrayVariable& variable,
                                          Role role, const std::string& request, TakenAxes& taken) {
  const RoleRow& row = row_of(role);
  if (auto range = from_range(request)) {
    range->axis = match_axis(variable, {"", range->values.size()}, role, taken);
    require(range->axis || range->values.size() == 1,
            file.path().string() + ": " + row.name + " = '" + request + "': " + variable.name +
                " has no axis of that length: correct the count");
    if (range->axis) taken.push_back(*range->axis);
    return range;
  }
  const ArrayVariable* coordinate =
      request.empty() ? best_candidate(file, variable, row) : file.find(request, variable.group());
  if (coordinate != nullptr) return from_variable(file, variable, *coordinate, role, taken);
  require(request.empty(), file.path().string() + ": no variable '" + request + "' for " +
                               row.name + ": name one that is there, or give START:STEP:COUNT");
  return std::nullopt;
}

}  // namespace lagoon::datasets
