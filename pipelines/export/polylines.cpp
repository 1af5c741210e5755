#include "pipelines/export/polylines.hpp"

#include <array>
#include <functional>

#include "pipelines/export/trajectories.hpp"
#include "pipelines/export/vtk_arrays.hpp"

namespace lagoon::pipelines {
namespace {

using VisitLine = std::function<void(const Trajectory&, const Line&)>;

void for_each_line(const datasets::Reader& reader, const ExportSelection& selection, bool wrap,
                   const VisitLine& visit) {
  for_each_trajectory(reader, selection, [&](const Trajectory& trajectory) {
    const auto& path = trajectory.path;
    for (const Line& line : wrap ? cut_at_seam(path.x, path.y) : cut_at_gaps(path.x, path.y)) {
      visit(trajectory, line);
    }
  });
}

/// The arrays of the file and where its elements name them.
template <class Position>
class PolylineFile {
 public:
  PolylineFile(OutputFile& out, const PolylineCount& count)
      : out_(out),
        points_(arrays_.declare<Position>("Name=\"Points\"", 3, count.points)),
        time_(arrays_.declare<double>("Name=\"time\"", 1, count.points)),
        drifter_(arrays_.declare<std::int32_t>("Name=\"drifter\"", 1, count.points)),
        flow_(arrays_.declare<std::int64_t>("Name=\"flow\"", 1, count.points)),
        trajectory_(arrays_.declare<std::int64_t>("Name=\"trajectory\"", 1, count.lines)),
        connectivity_(arrays_.declare<std::int64_t>("Name=\"connectivity\"", 1, count.points)),
        offsets_(arrays_.declare<std::int64_t>("Name=\"offsets\"", 1, count.lines)) {
    arrays_.begin(out_, "PolyData", body(count));
  }

  void add(const Trajectory& trajectory, const Line& line) {
    for (const auto& [place, x, y] : line) {
      const std::array<Position, 3> point = {static_cast<Position>(x), static_cast<Position>(y), 0};
      arrays_.append<Position>(out_, points_, std::span<const Position>(point));
      arrays_.append(out_, time_, at_place(trajectory.path.time, place));
      arrays_.append(out_, drifter_, trajectory.drifter);
      arrays_.append(out_, flow_, trajectory.flow);
      arrays_.append(out_, connectivity_, n_points_++);
    }
    arrays_.append(out_, offsets_, n_points_);
    arrays_.append(out_, trajectory_, trajectory.number);
  }

  void finish() { arrays_.finish(out_); }

 private:
  std::string body(const PolylineCount& count) const {
    const auto element = [&](std::size_t array) { return "        " + arrays_.element(array); };
    return "  <PolyData>\n    <Piece NumberOfPoints=\"" + std::to_string(count.points) +
           "\" NumberOfVerts=\"0\" NumberOfLines=\"" + std::to_string(count.lines) +
           "\" NumberOfStrips=\"0\" NumberOfPolys=\"0\">\n      <PointData Scalars=\"time\">\n" +
           element(time_) + element(drifter_) + element(flow_) +
           "      </PointData>\n      <CellData>\n" + element(trajectory_) +
           "      </CellData>\n      <Points>\n" + element(points_) +
           "      </Points>\n      <Lines>\n" + element(connectivity_) + element(offsets_) +
           "      </Lines>\n    </Piece>\n  </PolyData>\n";
  }

  OutputFile& out_;
  VtkArrays arrays_;
  std::size_t points_, time_, drifter_, flow_, trajectory_, connectivity_, offsets_;
  std::int64_t n_points_ = 0;
};

template <class Position>
void write_lines(OutputFile& out, const datasets::Reader& reader, const ExportSelection& selection,
                 bool wrap, const PolylineCount& count) {
  PolylineFile<Position> file(out, count);
  for_each_line(reader, selection, wrap, [&](const Trajectory& trajectory, const Line& line) {
    file.add(trajectory, line);
  });
  file.finish();
}

}  // namespace

PolylineCount write_polylines(OutputFile& out, const datasets::Reader& reader,
                              const ExportSelection& selection, bool wrap) {
  PolylineCount count;
  for_each_line(reader, selection, wrap, [&](const Trajectory&, const Line& line) {
    count.points += static_cast<std::int64_t>(line.size());
    ++count.lines;
  });
  const bool single = reader.description().storage == datasets::Storage::float32;
  (single ? write_lines<float> : write_lines<double>)(out, reader, selection, wrap, count);
  return count;
}

}  // namespace lagoon::pipelines
