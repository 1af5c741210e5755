#include "datasets/drifters/netcdf_reader.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "datasets/drifters/trajectory_file.hpp"
#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

const Naming kTime = {{"time"}, {"time", "date", "datetime"}};
const Naming kLongitude = {{"longitude"}, {"longitude", "lon"}};
const Naming kLatitude = {{"latitude"}, {"latitude", "lat"}};
const Naming kPlaneX = {{"projection_x_coordinate"}, {"x", "plane_x"}};
const Naming kPlaneY = {{"projection_y_coordinate"}, {"y", "plane_y"}};
const Naming kVelocityX = {{"eastward_sea_water_velocity", "sea_water_x_velocity",
                            "platform_x_velocity", "eastward_platform_velocity"},
                           {"measured_velocity_x", "ve", "u", "velocity_x", "eastward_velocity"}};
const Naming kVelocityY = {{"northward_sea_water_velocity", "sea_water_y_velocity",
                            "platform_y_velocity", "northward_platform_velocity"},
                           {"measured_velocity_y", "vn", "v", "velocity_y", "northward_velocity"}};

/// The variables that make up records.
struct RecordVariables {
  const ArrayVariable* time = nullptr;
  const ArrayVariable *x = nullptr, *y = nullptr;
  const ArrayVariable *velocity_x = nullptr, *velocity_y = nullptr;
  bool geographic = true;
};

/// Their values follow one another in the same order; an axis of length 1 changes nothing in it.
bool lie_alike(const ArrayVariable& a, const ArrayVariable& b) {
  return std::ranges::equal(a.long_axes(), b.long_axes(), same_axis);
}

/// "lon (trajectory, time)".
std::string with_axes(const ArrayVariable& variable) {
  const auto name = [](const ArrayAxis& axis) {
    return axis.name.empty() ? std::to_string(axis.length) : axis.name;
  };
  return variable.name + " (" + joined(variable.axes | std::views::transform(name)) + ")";
}

void require_alike(const TrajectoryFile& file, const ArrayVariable& a, const ArrayVariable& b) {
  require(lie_alike(a, b), file.failure(with_axes(a) + " and " + with_axes(b) +
                                        " lie on different axes: give both the same, in the same "
                                        "order (ncpdq -a, say)"));
}

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
  require_alike(file, *found.x, *found.y);
  // Times of one axis are those of a column, or of the records of the only track.
  if (found.time->long_axes().size() > 1) require_alike(file, *found.x, *found.time);
  const auto fits = [&](const ArrayVariable* v) { return v && lie_alike(*v, *found.x); };
  if (!fits(found.velocity_x) || !fits(found.velocity_y))
    found.velocity_x = found.velocity_y = nullptr;
  return found;
}

/// Records as they lie in the file, times one a record.
DrifterTracks read_records(const TrajectoryFile& file, const RecordVariables& variables) {
  DrifterTracks records;
  records.geographic = variables.geographic;
  records.x = file.values(*variables.x);
  records.y = file.values(*variables.y);
  records.time = file.seconds(*variables.time);
  if (variables.velocity_x != nullptr) {
    records.velocity_x = file.values(*variables.velocity_x);
    records.velocity_y = file.values(*variables.velocity_y);
  }
  return records;
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
  records.ids = file.ids(sizes.size());
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
  return group_by_track(records, track, file.ids(n_tracks));
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
    common_times_ = n != first * last;
  }

  DrifterTracks tracks(const TrajectoryFile& file, DrifterTracks cells) const {
    if (common_times_) repeat_times(cells);
    DrifterTracks result;
    result.geographic = cells.geographic;
    result.ids = file.ids(n_tracks_);
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

DrifterRecords read_drifter_netcdf(const std::filesystem::path& path) {
  const TrajectoryFile file(path);
  DrifterRecords result{read_tracks(file), {}};
  result.counts.read = static_cast<std::int64_t>(result.tracks.n_records());
  result.counts.drifters_read = static_cast<std::int64_t>(result.tracks.n_tracks());
  return result;
}

}  // namespace lagoon::datasets
