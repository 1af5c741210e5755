#include "datasets/drifters/trajectory_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <ranges>

#include <netcdf.h>

#include "datasets/drifters/tracks.hpp"
#include "datasets/gridded/netcdf_file.hpp"
#include "datasets/storage/hdf5_library.hpp"
#include "datasets/text/cf_time.hpp"
#include "datasets/text/text.hpp"

namespace lagoon::datasets {
namespace {

bool contains(const std::vector<std::string_view>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

/// Metres, or metres per second, of the variable's unit; 1 for others.
double unit_factor(const ArrayVariable& variable) {
  struct Unit {
    std::string_view name;
    double factor;
  };
  constexpr std::array<Unit, 5> kUnits = {
      {{"km", 1e3}, {"kilometer", 1e3}, {"cm/s", 1e-2}, {"cm s-1", 1e-2}, {"cm s**-1", 1e-2}}};
  const auto found =
      std::ranges::find(kUnits, std::string_view(lower_case(variable.units())), &Unit::name);
  return found == kUnits.end() ? 1 : found->factor;
}

using Ids = std::optional<std::vector<std::string>>;

/// The rows of a table of characters.
Ids character_rows(const NetcdfHandle& file, int variable, std::size_t rows, std::size_t length) {
  if (length > kLongestId) return std::nullopt;
  std::string characters(rows * length, '\0');
  if (nc_get_var_text(file.id(), variable, characters.data()) != NC_NOERR) return std::nullopt;
  std::vector<std::string> result;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string row = characters.substr(i * length, length);
    result.emplace_back(trim(row.substr(0, row.find('\0'))));
  }
  return result;
}

/// The values of a list of strings.
Ids string_values(const NetcdfHandle& file, int variable, std::size_t n) {
  std::vector<char*> strings(n, nullptr);
  if (nc_get_var_string(file.id(), variable, strings.data()) != NC_NOERR) return std::nullopt;
  std::vector<std::string> result;
  for (const char* string : strings)
    result.push_back(std::string(string != nullptr ? string : "").substr(0, kLongestId));
  nc_free_string(n, strings.data());
  return result;
}

/// The n texts of a variable, if the file has one of this name.
Ids texts(const std::filesystem::path& path, const std::string& name, std::size_t n) {
  const hdf5::Silence silence;
  const NetcdfHandle file(path);
  int variable = -1, n_axes = 0;
  nc_type type = NC_NAT;
  std::array<int, NC_MAX_VAR_DIMS> axes{};
  if (!file.is_open() || nc_inq_varid(file.id(), name.c_str(), &variable) != NC_NOERR ||
      nc_inq_var(file.id(), variable, nullptr, &type, &n_axes, axes.data(), nullptr) != NC_NOERR)
    return std::nullopt;
  std::size_t rows = 0, length = 0;
  if (n_axes < 1 || nc_inq_dimlen(file.id(), axes[0], &rows) != NC_NOERR || rows != n)
    return std::nullopt;
  if (type == NC_STRING && n_axes == 1) return string_values(file, variable, n);
  if (type != NC_CHAR || n_axes != 2 || nc_inq_dimlen(file.id(), axes[1], &length) != NC_NOERR)
    return std::nullopt;
  return character_rows(file, variable, rows, length);
}

std::string id_text(double number) {
  const bool whole = number == std::floor(number) && std::abs(number) < 9e15;
  return whole ? std::to_string(static_cast<std::int64_t>(number)) : std::to_string(number);
}

}  // namespace

bool is_trajectory_netcdf(const std::filesystem::path& path) {
  const hdf5::Silence silence;
  const NetcdfHandle file(path);
  int n_variables = 0;
  if (!file.is_open() ||
      nc_inq_attid(file.id(), NC_GLOBAL, "lagoon_version", nullptr) == NC_NOERR ||
      nc_inq_nvars(file.id(), &n_variables) != NC_NOERR)
    return false;
  const auto has = [&](int variable, const char* attribute) {
    return nc_inq_attid(file.id(), variable, attribute, nullptr) == NC_NOERR;
  };
  for (int variable = 0; variable < n_variables; ++variable)
    if (has(variable, "cf_role") || has(variable, "sample_dimension")) return true;
  int rowsize = -1;
  return has(NC_GLOBAL, "featureType") || nc_inq_varid(file.id(), "rowsize", &rowsize) == NC_NOERR;
}

TrajectoryFile::TrajectoryFile(const std::filesystem::path& path) : file_(open_array_file(path)) {}

const ArrayVariable* TrajectoryFile::find(const Naming& naming) const {
  for (const ArrayVariable& variable : file_->variables())
    if (contains(naming.standard_names, variable.text("standard_name"))) return &variable;
  for (const ArrayVariable& variable : file_->variables())
    if (contains(naming.names, lower_case(variable.name))) return &variable;
  return nullptr;
}

const ArrayVariable* TrajectoryFile::with_attribute(const std::string& attribute) const {
  for (const ArrayVariable& variable : file_->variables())
    if (!variable.text(attribute).empty()) return &variable;
  return nullptr;
}

std::vector<double> TrajectoryFile::values(const ArrayVariable& variable) const {
  return file_->unpacked(variable, unit_factor(variable));
}

std::vector<double> TrajectoryFile::seconds(const ArrayVariable& time) const {
  std::vector<double> result = file_->unpacked(time);
  to_seconds(result, time.units(), time.text("calendar"),
             file_->path().string() + ": variable " + time.name);
  return result;
}

std::vector<std::string> TrajectoryFile::ids(std::size_t n) const {
  for (const std::string name : {"id", "ID", "drifter_id", "drifter_names", "trajectory"})
    if (const auto found = texts(file_->path(), name, n)) return *found;
  const ArrayVariable* variable = with_attribute("cf_role");
  for (const std::string name : {"ID", "id", "trajectory"})
    if (variable == nullptr || variable->size() != n) variable = named(name);
  std::vector<std::string> result;
  const bool numbered = variable != nullptr && variable->size() == n;
  const std::vector<double> numbers = numbered ? values(*variable) : std::vector<double>{};
  for (std::size_t i = 0; i < n; ++i)
    result.push_back(numbered ? id_text(numbers[i]) : std::to_string(i));
  return result;
}

std::string TrajectoryFile::failure(const std::string& what) const {
  constexpr std::size_t kMost = 300;
  const std::string names =
      joined(file_->variables() | std::views::transform(&ArrayVariable::name));
  return file_->path().string() + ": " + what + " (it has " + names.substr(0, kMost) + ")";
}

}  // namespace lagoon::datasets
