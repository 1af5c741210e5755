#include "datasets/storage/schema.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

using hdf5::Type;
using enum Dimension;

const std::array<std::string, 2> kGroups = {"/eulerian", "/integrity"};

// netCDF numbers dimensions in the order of creation, a group's own after its parents'.
const std::array<DimensionRow, 9> kDimensions = {{
    {trajectory, "/trajectory", true},
    {time, "/time", true},
    {flow, "/flow", false},
    {mode, "/eulerian/mode", false},
    {Dimension::complex, "/eulerian/complex", false},
    {station, "/eulerian/station", false},
    {grid_x, "/eulerian/grid_x", true},
    {grid_y, "/eulerian/grid_y", true},
    {counter, "/integrity/counter", false},
}};

const std::array<std::pair<std::string, std::string>, 4> kConstantAttributes = {{
    {"Conventions", "CF-1.8"},
    {"featureType", "trajectory"},
    {"periodic", "x y"},
    {"domain",
     "unit torus; positions are unwrapped: take them modulo 1 for the place on the torus"},
}};

Type type_of(Storage storage) {
  return storage == Storage::float32 ? Type::float32 : Type::float64;
}

std::vector<VariableRow> root_variables(Type position) {
  return {
      {"/trajectory",
       Type::int32,
       {trajectory},
       "1",
       "number of the trajectory",
       {{"cf_role", "trajectory_id"}}},
      {"/time",
       Type::float64,
       {time},
       "seconds since 2000-01-01 00:00:00",
       "model time, read as seconds for clients that want a date",
       {{"standard_name", "time"}, {"calendar", "proleptic_gregorian"}, {"axis", "T"}}},
      {"/x",
       position,
       {trajectory, time},
       "1",
       "unwrapped x position of the drifter",
       {{"axis", "X"}}},
      {"/y",
       position,
       {trajectory, time},
       "1",
       "unwrapped y position of the drifter",
       {{"axis", "Y"}}},
      {"/model_time", Type::float64, {time}, "1", "nondimensional time of the observation"},
      {"/flow_index", Type::int32, {trajectory}, "1", "flow that moved the drifter"},
      {"/drifter_index", Type::int32, {trajectory}, "1", "drifter within its flow"},
      {"/release_x", Type::float64, {trajectory}, "1", "x position at release_time"},
      {"/release_y", Type::float64, {trajectory}, "1", "y position at release_time"},
      {"/release_time",
       Type::float64,
       {trajectory},
       "1",
       "nondimensional time of release; positions before it are not observed"},
      {"/split",
       Type::int8,
       {flow},
       "",
       "share of the dataset that the flow belongs to",
       {{"flag_meanings", "train validation test"}}},
  };
}

std::vector<VariableRow> coefficient_variables() {
  return {
      {"/eulerian/psi_hat",
       Type::float64,
       {flow, mode, Dimension::complex},
       "1",
       "streamfunction coefficients at time 0, (real, imaginary), as they were integrated"},
      {"/eulerian/k", Type::int32, {mode}, "1", "wavenumber in x, waves over the domain"},
      {"/eulerian/l", Type::int32, {mode}, "1", "wavenumber in y, waves over the domain"},
      {"/eulerian/omega", Type::float64, {mode}, "1", "angular frequency, radians per unit time"},
      {"/eulerian/prior_std",
       Type::float64,
       {mode},
       "1",
       "standard deviation of the complex coefficient under the prior"},
      {"/eulerian/damping",
       Type::float64,
       {mode},
       "1",
       "rate of the amplitude's Ornstein-Uhlenbeck process, per unit time; 0: constant"},
      {"/eulerian/amplitudes",
       Type::float64,
       {flow, time, mode, Dimension::complex},
       "1",
       "coefficients over exp(i omega t) at the observation times, (real, imaginary)",
       {},
       Presence::amplitudes},
  };
}

std::vector<VariableRow> observation_variables(Type field) {
  const auto of_station = [](const char* name, const char* long_name) {
    return VariableRow{name, Type::float64, {station}, "1", long_name, {}, Presence::stations};
  };
  const auto at_station = [](const char* name, const char* long_name) {
    return VariableRow{name, Type::float64,     {flow, station}, "1", long_name,
                       {},   Presence::stations};
  };
  const auto gridded = [field](const char* name, const char* long_name, Presence presence) {
    return VariableRow{name, field, {flow, grid_x, grid_y}, "1", long_name, {}, presence};
  };
  const auto axis = [](const char* name, Dimension dimension, const char* long_name,
                       const char* letter) {
    return VariableRow{name,      Type::float64,      {dimension},     "1",
                       long_name, {{"axis", letter}}, Presence::fields};
  };
  return {
      of_station("/eulerian/station_x", "x position of the station"),
      of_station("/eulerian/station_y", "y position of the station"),
      at_station("/eulerian/velocity_x", "observed x velocity at time 0"),
      at_station("/eulerian/velocity_y", "observed y velocity at time 0"),
      axis("/eulerian/grid_x", grid_x, "x position of the grid line", "X"),
      axis("/eulerian/grid_y", grid_y, "y position of the grid line", "Y"),
      gridded("/eulerian/psi", "streamfunction at time 0", Presence::psi),
      gridded("/eulerian/vorticity", "vorticity at time 0", Presence::vorticity),
  };
}

std::vector<VariableRow> integrity_variables() {
  return {
      {"/integrity/checksum", Type::uint64, {flow}, "1", "hash of the stored samples of the flow"},
      {"/integrity/samples_complete",
       Type::int64,
       {counter},
       "1",
       "flows that are safe in the file"},
  };
}

}  // namespace

std::int64_t Extent::length(Dimension dimension) const {
  switch (dimension) {
    case trajectory:
      return n_flows * n_drifters;
    case time:
      return n_times;
    case flow:
      return n_flows;
    case mode:
      return n_modes;
    case Dimension::complex:
      return 2;
    case station:
      return n_stations;
    case grid_x:
    case grid_y:
      return n_grid;
    case counter:
      return 1;
  }
  return 0;
}

std::vector<std::int64_t> Extent::lengths(const VariableRow& variable) const {
  std::vector<std::int64_t> result;
  for (Dimension dimension : variable.dimensions) result.push_back(length(dimension));
  return result;
}

Contents contents_of(const Description& description) {
  const flow::EulerianObservations& eulerian = description.eulerian;
  return {description.storage, description.law.has_varying_amplitudes(), eulerian.n_stations() > 0,
          eulerian.psi, eulerian.vorticity};
}

Extent extent_of(const Description& description) {
  const flow::Law& law = description.law;
  return {flows_of(description).size,
          static_cast<std::int64_t>(law.n_drifters()),
          static_cast<std::int64_t>(law.n_times()),
          static_cast<std::int64_t>(law.n_modes()),
          static_cast<std::int64_t>(description.eulerian.n_stations()),
          description.eulerian.grid};
}

std::span<const std::string> groups() {
  return kGroups;
}

std::vector<DimensionRow> dimensions(const Contents& contents) {
  const std::vector<VariableRow> rows = variables(contents);
  std::vector<DimensionRow> result;
  std::ranges::copy_if(kDimensions, std::back_inserter(result), [&](const DimensionRow& row) {
    return std::ranges::any_of(rows, [&](const VariableRow& variable) {
      return std::ranges::count(variable.dimensions, row.dimension) > 0;
    });
  });
  return result;
}

bool holds(const Contents& contents, Presence presence) {
  switch (presence) {
    case Presence::always:
      return true;
    case Presence::amplitudes:
      return contents.amplitudes;
    case Presence::stations:
      return contents.stations;
    case Presence::psi:
      return contents.psi;
    case Presence::vorticity:
      return contents.vorticity;
    case Presence::fields:
      return contents.psi || contents.vorticity;
  }
  return false;
}

std::vector<VariableRow> variables(const Contents& contents) {
  auto rows = root_variables(type_of(contents.storage));
  std::ranges::move(coefficient_variables(), std::back_inserter(rows));
  std::ranges::move(observation_variables(type_of(contents.storage)), std::back_inserter(rows));
  std::ranges::move(integrity_variables(), std::back_inserter(rows));
  std::erase_if(rows, [&](const VariableRow& row) { return !holds(contents, row.presence); });
  return rows;
}

bool is_position(const VariableRow& variable) {
  return variable.path == "/x" || variable.path == "/y";
}

bool is_of_samples(const VariableRow& variable) {
  return variable.dimensions[0] == trajectory || variable.dimensions[0] == flow;
}

const DimensionRow& row_of(Dimension dimension) {
  return *std::ranges::find(kDimensions, dimension, &DimensionRow::dimension);
}

std::int64_t bytes_of(const Extent& extent, const Contents& contents) {
  std::int64_t bytes = 0;
  for (const VariableRow& variable : variables(contents)) {
    auto size = static_cast<std::int64_t>(hdf5::size_of(variable.type));
    for (std::int64_t length : extent.lengths(variable)) size *= length;
    bytes += size;
  }
  return bytes;
}

std::string signature(const VariableRow& variable) {
  const auto name = [](Dimension dimension) { return name_of(row_of(dimension).path); };
  return hdf5::to_string(variable.type) + " (" +
         joined(variable.dimensions | std::views::transform(name)) + ")";
}

std::span<const std::pair<std::string, std::string>> constant_attributes() {
  return kConstantAttributes;
}

std::string to_string(Storage storage) {
  return storage == Storage::float32 ? "float32" : "float64";
}

Storage storage_from_string(const std::string& name) {
  if (name == "float32") return Storage::float32;
  if (name == "float64") return Storage::float64;
  throw Error("storage '" + name + "' is unknown: give float32 or float64");
}

}  // namespace lagoon::datasets
