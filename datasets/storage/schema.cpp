#include "datasets/storage/schema.hpp"

#include <algorithm>
#include <array>

#include "datasets/writer.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

using hdf5::Type;
using enum Dimension;

const std::array<std::string, 2> kGroups = {"/eulerian", "/integrity"};

// netCDF numbers dimensions in the order of creation, a group's own after its parents'.
const std::array<DimensionRow, 7> kDimensions = {{
    {trajectory, "/trajectory", true},
    {time, "/time", true},
    {flow, "/flow", false},
    {mode, "/eulerian/mode", false},
    {Dimension::complex, "/eulerian/complex", false},
    {block, "/integrity/block", false},
    {counter, "/integrity/counter", false},
}};

const std::array<std::pair<std::string, std::string>, 4> kConstantAttributes = {{
    {"Conventions", "CF-1.8"},
    {"featureType", "trajectory"},
    {"periodic", "x y"},
    {"domain",
     "unit torus; positions are unwrapped: take them modulo 1 for the place on the torus"},
}};

std::vector<VariableRow> root_variables(Type position) {
  return {
      {"/trajectory",
       Type::int64,
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
      {"/flow_index", Type::int64, {trajectory}, "1", "flow that moved the drifter"},
      {"/drifter_index", Type::int32, {trajectory}, "1", "drifter within its flow"},
      {"/release_x", Type::float64, {trajectory}, "1", "x position at time 0"},
      {"/release_y", Type::float64, {trajectory}, "1", "y position at time 0"},
      {"/split",
       Type::int8,
       {flow},
       "",
       "share of the dataset that the flow belongs to",
       {{"flag_meanings", "train validation test"}}},
  };
}

std::vector<VariableRow> group_variables() {
  return {
      {"/eulerian/psi_hat",
       Type::float64,
       {flow, mode, Dimension::complex},
       "1",
       "streamfunction coefficients, (real, imaginary), as they were integrated"},
      {"/eulerian/k", Type::int32, {mode}, "1", "wavenumber in x, waves over the domain"},
      {"/eulerian/l", Type::int32, {mode}, "1", "wavenumber in y, waves over the domain"},
      {"/eulerian/omega", Type::float64, {mode}, "1", "angular frequency, radians per unit time"},
      {"/eulerian/prior_std",
       Type::float64,
       {mode},
       "1",
       "standard deviation of the complex coefficient under the prior"},
      {"/integrity/checksum",
       Type::uint64,
       {block},
       "1",
       "hash of the stored psi_hat, x and y of each block of " +
           std::to_string(Writer::kBlockFlows) + " flows"},
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
    case block:
      return (n_flows + Writer::kBlockFlows - 1) / Writer::kBlockFlows;
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

Extent extent_of(const Description& description) {
  const flow::Law& law = description.law;
  return {description.n_flows, static_cast<std::int64_t>(law.n_drifters()),
          static_cast<std::int64_t>(law.n_times()), static_cast<std::int64_t>(law.n_modes())};
}

std::span<const std::string> groups() {
  return kGroups;
}

std::span<const DimensionRow> dimensions() {
  return kDimensions;
}

std::vector<VariableRow> variables(Storage storage) {
  auto rows = root_variables(storage == Storage::float32 ? Type::float32 : Type::float64);
  std::ranges::move(group_variables(), std::back_inserter(rows));
  return rows;
}

const DimensionRow& row_of(Dimension dimension) {
  return *std::ranges::find(kDimensions, dimension, &DimensionRow::dimension);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::int64_t bytes_of(const Extent& extent, Storage storage) {
  std::int64_t bytes = 0;
  for (const VariableRow& variable : variables(storage)) {
    auto size = static_cast<std::int64_t>(hdf5::size_of(variable.type));
    for (std::int64_t length : extent.lengths(variable)) size *= length;
    bytes += size;
  }
  return bytes;
}

std::string signature(const VariableRow& variable) {
  std::string text = hdf5::to_string(variable.type) + " (";
  for (Dimension dimension : variable.dimensions)
    text += (text.back() == '(' ? "" : ", ") + name_of(row_of(dimension).path);
  return text + ")";
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
