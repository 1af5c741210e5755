#include "datasets/drifters/netcdf_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include <netcdf.h>

#include "datasets/drifters/text.hpp"
#include "datasets/gridded/array_file.hpp"
#include "datasets/gridded/cf_time.hpp"
#include "datasets/storage/hdf5_library.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct Naming {
  std::vector<std::string_view> standard_names, names;
};
const Naming kTime = {{"time"}, {"time", "date", "datetime"}};
const Naming kLongitude = {{"longitude"}, {"longitude", "lon"}};
const Naming kLatitude = {{"latitude"}, {"latitude", "lat"}};
const Naming kPlaneX = {{"projection_x_coordinate"}, {"x", "plane_x"}};
const Naming kPlaneY = {{"projection_y_coordinate"}, {"y", "plane_y"}};
const Naming kVelocityX = {{"eastward_sea_water_velocity", "sea_water_x_velocity",
                            "platform_x_velocity", "eastward_platform_velocity"},
                           {"ve", "u", "velocity_x", "eastward_velocity"}};
const Naming kVelocityY = {{"northward_sea_water_velocity", "sea_water_y_velocity",
                            "platform_y_velocity", "northward_platform_velocity"},
                           {"vn", "v", "velocity_y", "northward_velocity"}};

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

/// A file of trajectories, and how its variables are found and read.
class TrajectoryFile {
 public:
  explicit TrajectoryFile(const std::filesystem::path& path) : file_(open_array_file(path)) {}

  std::string failure(const std::string& what) const {
    constexpr std::size_t kMost = 300;
    std::string names;
    for (const ArrayVariable& variable : file_->variables())
      names += (names.empty() ? "" : ", ") + variable.name;
    return file_->path().string() + ": " + what + " (it has " + names.substr(0, kMost) + ")";
  }

  const ArrayVariable* find(const Naming& naming) const {
    for (const ArrayVariable& variable : file_->variables())
      if (contains(naming.standard_names, variable.text("standard_name"))) return &variable;
    for (const ArrayVariable& variable : file_->variables())
      if (contains(naming.names, lower_case(variable.name))) return &variable;
    return nullptr;
  }

  const ArrayVariable* with_attribute(const std::string& attribute) const {
    for (const ArrayVariable& variable : file_->variables())
      if (!variable.text(attribute).empty()) return &variable;
    return nullptr;
  }

  const ArrayVariable* named(const std::string& name) const { return file_->find(name); }

  /// Unpacked, NaN where missing.
  std::vector<double> values(const ArrayVariable& variable) const {
    const auto number = [&](const std::string& name, double otherwise) {
      const auto found = variable.numbers.find(name);
      return found == variable.numbers.end() || found->second.empty() ? otherwise
                                                                      : found->second[0];
    };
    const double scale = number("scale_factor", 1) * unit_factor(variable);
    const double offset = number("add_offset", 0) * unit_factor(variable);
    std::vector<double> result = file_->values(variable);
    for (double& value : result) {
      const bool missing = std::ranges::find(variable.missing, value) != variable.missing.end();
      value = missing ? kMissing : value * scale + offset;
    }
    return result;
  }

  const std::filesystem::path& path() const { return file_->path(); }

 private:
  std::unique_ptr<ArrayFile> file_;
};

/// The variables that make up records.
struct RecordVariables {
  const ArrayVariable* time = nullptr;
  const ArrayVariable *x = nullptr, *y = nullptr;
  const ArrayVariable *velocity_x = nullptr, *velocity_y = nullptr;
  bool geographic = true;
};

RecordVariables find_variables(const TrajectoryFile& file) {
  RecordVariables found{file.find(kTime), file.find(kLongitude), file.find(kLatitude),
                        file.find(kVelocityX), file.find(kVelocityY)};
  if (found.x == nullptr || found.y == nullptr) {
    found.geographic = false;
    found.x = file.find(kPlaneX);
    found.y = file.find(kPlaneY);
  }
  require(found.x != nullptr && found.y != nullptr,
          file.failure("no variables for longitude and latitude, or x and y"));
  require(found.time != nullptr, file.failure("no variable for time"));
  require(found.x->size() == found.y->size() && found.x->size() > 0,
          file.failure("the positions " + found.x->name + " and " + found.y->name +
                       " are empty, or differ in length"));
  const auto fits = [&](const ArrayVariable* v) { return v && v->size() == found.x->size(); };
  if (!fits(found.velocity_x) || !fits(found.velocity_y))
    found.velocity_x = found.velocity_y = nullptr;
  return found;
}

/// Seconds since 1970; numbers without units are seconds.
std::vector<double> seconds(const TrajectoryFile& file, const ArrayVariable& time) {
  const std::string calendar = time.text("calendar");
  const auto units = parse_time_units(time.units(), calendar);
  std::vector<double> result = file.values(time);
  if (!units) return result;
  for (double& value : result) value = units->origin + units->unit * value;
  return result;
}

/// Records as they lie in the file, times one a record.
DrifterTracks read_records(const TrajectoryFile& file, const RecordVariables& variables) {
  DrifterTracks records;
  records.geographic = variables.geographic;
  records.x = file.values(*variables.x);
  records.y = file.values(*variables.y);
  records.time = seconds(file, *variables.time);
  if (variables.velocity_x != nullptr) {
    records.velocity_x = file.values(*variables.velocity_x);
    records.velocity_y = file.values(*variables.velocity_y);
  }
  return records;
}

/// Closes a file of the library's.
struct OpenFile {
  int id = -1;
  explicit OpenFile(const std::filesystem::path& path) {
    if (nc_open(path.c_str(), NC_NOWRITE, &id) != NC_NOERR) id = -1;
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (id >= 0) nc_close(id);
  }
};

/// The rows of a table of characters, if the file has one of this name with n rows.
std::optional<std::vector<std::string>> text_rows(const std::filesystem::path& path,
                                                  const std::string& name, std::size_t n) {
  constexpr std::size_t kLongestId = 1024;
  const hdf5::Silence silence;
  const OpenFile file(path);
  int variable = -1, n_axes = 0;
  nc_type type = NC_NAT;
  std::array<int, NC_MAX_VAR_DIMS> axes{};
  if (file.id < 0 || nc_inq_varid(file.id, name.c_str(), &variable) != NC_NOERR ||
      nc_inq_var(file.id, variable, nullptr, &type, &n_axes, axes.data(), nullptr) != NC_NOERR ||
      type != NC_CHAR || n_axes != 2)
    return std::nullopt;
  std::size_t rows = 0, length = 0;
  nc_inq_dimlen(file.id, axes[0], &rows);
  nc_inq_dimlen(file.id, axes[1], &length);
  if (rows != n || length > kLongestId) return std::nullopt;
  std::string characters(rows * length, '\0');
  if (nc_get_var_text(file.id, variable, characters.data()) != NC_NOERR) return std::nullopt;
  std::vector<std::string> result;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string row = characters.substr(i * length, length);
    result.emplace_back(trim(row.substr(0, row.find('\0'))));
  }
  return result;
}

std::string id_text(double number) {
  const bool whole = number == std::floor(number) && std::abs(number) < 9e15;
  return whole ? std::to_string(static_cast<std::int64_t>(number)) : std::to_string(number);
}

/// Names of n trajectories: the variable with cf_role, or one of the usual names, or numbers.
std::vector<std::string> read_ids(const TrajectoryFile& file, std::size_t n) {
  for (const std::string name : {"drifter_id", "id", "ID", "drifter_names", "trajectory"})
    if (const auto rows = text_rows(file.path(), name, n)) return *rows;
  const ArrayVariable* variable = file.with_attribute("cf_role");
  for (const std::string name : {"ID", "id", "trajectory"})
    if (variable == nullptr || variable->size() != n) variable = file.named(name);
  std::vector<std::string> ids;
  const bool numbered = variable != nullptr && variable->size() == n;
  const std::vector<double> numbers = numbered ? file.values(*variable) : std::vector<double>{};
  for (std::size_t i = 0; i < n; ++i)
    ids.push_back(numbered ? id_text(numbers[i]) : std::to_string(i));
  return ids;
}

/// The tracks that follow one another, as many records each as `rowsize` says.
DrifterTracks contiguous(const TrajectoryFile& file, DrifterTracks records,
                         const ArrayVariable& rowsize) {
  const std::vector<double> sizes = file.values(rowsize);
  const auto n = static_cast<double>(records.x.size());
  double left = n;
  for (const double size : sizes) {
    require(size >= 0 && size <= left && size == std::floor(size),
            file.failure(rowsize.name + " does not add up to the number of records"));
    left -= size;
    records.rowsize.push_back(static_cast<std::int64_t>(size));
  }
  require(left == 0, file.failure(rowsize.name + " does not add up to the number of records"));
  records.ids = read_ids(file, sizes.size());
  records.segment.assign(sizes.size(), 0);
  return records;
}

/// The tracks of records each of which says by `index` which one it belongs to.
DrifterTracks indexed(const TrajectoryFile& file, const DrifterTracks& records,
                      const ArrayVariable& index) {
  require(index.size() == records.x.size(),
          file.failure(index.name + " does not say of each record which trajectory it is of"));
  std::vector<std::size_t> track;
  std::size_t n_tracks = 0;
  for (const double number : file.values(index)) {
    require(number >= 0 && number < static_cast<double>(records.x.size()),
            file.failure(index.name + " holds a number that is no trajectory's"));
    track.push_back(static_cast<std::size_t>(number));
    n_tracks = std::max(n_tracks, track.back() + 1);
  }
  return group_by_track(records, track, read_ids(file, n_tracks));
}

/// Cells of a table (trajectory, time), or (time, trajectory), that hold a position.
class Table {
 public:
  Table(const TrajectoryFile& file, const RecordVariables& variables) {
    const auto& axes = variables.x->axes;
    require(axes.size() == 1 || axes.size() == 2,
            file.failure(variables.x->name + " has neither one axis nor two"));
    const auto& time_axes = variables.time->axes;
    const bool time_first = axes.size() == 2 && time_axes.size() == 1 &&
                            time_axes[0].name == axes[0].name && !axes[0].name.empty();
    const std::size_t first = axes.size() == 2 ? axes[0].length : 1, last = axes.back().length;
    n_tracks_ = time_first ? last : first;
    n_times_ = time_first ? first : last;
    track_stride_ = time_first ? 1 : last;
    time_stride_ = time_first ? last : 1;
    const std::size_t n = variables.time->size();
    require(n == n_times_ || n == first * last,
            file.failure(variables.time->name + " has neither one time a record nor one a column"));
    common_times_ = n == n_times_ && time_axes.size() == 1;
  }

  DrifterTracks tracks(const TrajectoryFile& file, DrifterTracks cells) const {
    if (common_times_) repeat_times(cells);
    DrifterTracks result;
    result.geographic = cells.geographic;
    result.ids = read_ids(file, n_tracks_);
    result.segment.assign(n_tracks_, 0);
    for (std::size_t i = 0; i < n_tracks_; ++i) {
      const std::size_t before = result.n_records();
      for (std::size_t j = 0; j < n_times_; ++j) {
        const std::size_t cell = i * track_stride_ + j * time_stride_;
        if (!std::isnan(cells.x[cell]) || !std::isnan(cells.y[cell]))
          result.append_record(cells, cell);
      }
      result.rowsize.push_back(static_cast<std::int64_t>(result.n_records() - before));
    }
    return result;
  }

 private:
  void repeat_times(DrifterTracks& cells) const {
    std::vector<double> time(cells.x.size());
    for (std::size_t i = 0; i < n_tracks_; ++i)
      for (std::size_t j = 0; j < n_times_; ++j)
        time[i * track_stride_ + j * time_stride_] = cells.time[j];
    cells.time = std::move(time);
  }

  std::size_t n_tracks_ = 0, n_times_ = 0, track_stride_ = 0, time_stride_ = 0;
  bool common_times_ = false;
};

DrifterTracks read_tracks(const TrajectoryFile& file) {
  const RecordVariables variables = find_variables(file);
  DrifterTracks records = read_records(file, variables);
  const bool time_each = records.time.size() == records.x.size();
  const ArrayVariable* rowsize = file.with_attribute("sample_dimension");
  if (rowsize == nullptr) rowsize = file.named("rowsize");
  const ArrayVariable* index = file.with_attribute("instance_dimension");
  if (rowsize == nullptr && (index == nullptr || variables.x->axes.size() != 1))
    return Table(file, variables).tracks(file, std::move(records));
  require(time_each, file.failure(variables.time->name + " does not hold one time a record"));
  return rowsize != nullptr ? contiguous(file, std::move(records), *rowsize)
                            : indexed(file, records, *index);
}

}  // namespace

bool is_trajectory_netcdf(const std::filesystem::path& path) {
  const hdf5::Silence silence;
  const OpenFile file(path);
  int n_variables = 0;
  if (file.id < 0 || nc_inq_attid(file.id, NC_GLOBAL, "lagoon_version", nullptr) == NC_NOERR ||
      nc_inq_nvars(file.id, &n_variables) != NC_NOERR)
    return false;
  const auto has = [&](int variable, const char* attribute) {
    return nc_inq_attid(file.id, variable, attribute, nullptr) == NC_NOERR;
  };
  for (int variable = 0; variable < n_variables; ++variable)
    if (has(variable, "cf_role") || has(variable, "sample_dimension")) return true;
  return has(NC_GLOBAL, "featureType");
}

DrifterRecords read_drifter_netcdf(const std::filesystem::path& path) {
  const TrajectoryFile file(path);
  DrifterRecords result{read_tracks(file), {}};
  result.counts.read = static_cast<std::int64_t>(result.tracks.n_records());
  result.counts.drifters_read = static_cast<std::int64_t>(result.tracks.n_tracks());
  return result;
}

}  // namespace lagoon::datasets
