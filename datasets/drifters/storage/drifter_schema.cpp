#include "datasets/drifters/storage/drifter_schema.hpp"

#include <algorithm>
#include <iterator>

namespace lagoon::datasets::drifter_schema {
namespace {

using hdf5::Type;

// Counts and identities are of 32 bits: CF 1.8 knows no wider integers.
std::vector<Variable> track_variables(DrifterLayout layout) {
  std::vector<Variable> result = {
      {"trajectory",
       Type::int32,
       {"trajectory"},
       "1",
       "number of the trajectory",
       {{"cf_role", "trajectory_id"}}},
      {"id", Type::character, {"trajectory", "id_length"}, "", "name of the drifter"},
      {"segment", Type::int32, {"trajectory"}, "1", "piece of the drifter's track, from 0"}};
  if (layout == DrifterLayout::ragged)
    result.push_back({"rowsize",
                      Type::int32,
                      {"trajectory"},
                      "1",
                      "number of records of the trajectory",
                      {{"sample_dimension", "obs"}}});
  return result;
}

std::vector<Variable> time_variables(const std::string& dimension) {
  return {{"time",
           Type::float64,
           {dimension},
           "seconds since 1970-01-01 00:00:00",
           "time of the record, UTC",
           {{"standard_name", "time"}, {"calendar", "proleptic_gregorian"}, {"axis", "T"}}},
          {"model_time", Type::float64, {dimension}, "1", "nondimensional time of the record"}};
}

struct Meaning {
  std::string name, units, long_name;
  hdf5::TextAttributes more;
  bool is_coordinate;
};

const std::vector<Meaning>& meanings() {
  static const std::vector<Meaning> all = {
      {"longitude",
       "degrees_east",
       "longitude",
       {{"standard_name", "longitude"}, {"axis", "X"}},
       true},
      {"latitude",
       "degrees_north",
       "latitude",
       {{"standard_name", "latitude"}, {"axis", "Y"}},
       true},
      {"plane_x", "m", "x position on the source's plane", {{"axis", "X"}}, true},
      {"plane_y", "m", "y position on the source's plane", {{"axis", "Y"}}, true},
      {"x", "1", "nondimensional x position, unwrapped", {}, false},
      {"y", "1", "nondimensional y position, unwrapped", {}, false},
      {"measured_velocity_x", "m s-1", "velocity to the east, or along x of the plane", {}, false},
      {"measured_velocity_y", "m s-1", "velocity to the north, or along y of the plane", {}, false},
      {"velocity_x", "1", "nondimensional velocity along x", {}, false},
      {"velocity_y", "1", "nondimensional velocity along y", {}, false}};
  return all;
}

/// Missing values have no place in the coordinates of a ragged file.
Variable record_variable(const std::string& name, const DrifterFile& content) {
  const bool ragged = content.layout == DrifterLayout::ragged;
  const Meaning& meaning = *std::ranges::find(meanings(), name, &Meaning::name);
  Variable variable{name, Type::float64, {}, meaning.units, meaning.long_name, meaning.more};
  variable.dimensions =
      ragged ? std::vector<std::string>{"obs"} : std::vector<std::string>{"trajectory", "time"};
  variable.may_be_missing = !ragged || !meaning.is_coordinate;
  if (!meaning.is_coordinate) {
    const std::string place = content.scales.geographic ? "latitude longitude" : "plane_y plane_x";
    variable.more.emplace_back("coordinates", ragged ? "time " + place : place);
  }
  return variable;
}

}  // namespace

std::vector<Variable> variables(const DrifterFile& content) {
  const bool ragged = content.layout == DrifterLayout::ragged;
  std::vector<Variable> result = track_variables(content.layout);
  std::ranges::move(time_variables(ragged ? "obs" : "time"), std::back_inserter(result));
  visit_records(content, content.tracks.has_velocity(), [&](const std::string& name, const auto&) {
    result.push_back(record_variable(name, content));
  });
  return result;
}

std::vector<std::string> dimensions(DrifterLayout layout) {
  return {"trajectory", layout == DrifterLayout::ragged ? "obs" : "time", "id_length"};
}

std::string to_string(DrifterLayout layout) {
  return layout == DrifterLayout::ragged ? "ragged" : "orthogonal";
}

std::int64_t Extent::length(const std::string& dimension) const {
  if (dimension == "trajectory") return trajectory;
  if (dimension == "obs") return obs;
  return dimension == "time" ? time : id_length;
}

std::vector<std::int64_t> Extent::lengths(const Variable& variable) const {
  std::vector<std::int64_t> result;
  for (const std::string& dimension : variable.dimensions) result.push_back(length(dimension));
  return result;
}

Extent extent_of(const DrifterFile& content) {
  const DrifterTracks& tracks = content.tracks;
  Extent extent{static_cast<std::int64_t>(tracks.n_tracks()),
                static_cast<std::int64_t>(tracks.n_records()), 0, 1};
  if (content.layout == DrifterLayout::orthogonal) extent.time = tracks.rowsize.at(0);
  for (const std::string& id : tracks.ids)
    extent.id_length = std::max(extent.id_length, static_cast<std::int64_t>(id.size()));
  return extent;
}

}  // namespace lagoon::datasets::drifter_schema
