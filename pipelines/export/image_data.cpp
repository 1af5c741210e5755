#include "pipelines/export/image_data.hpp"

#include <array>

#include "flow/error.hpp"
#include "flow/grid_fields.hpp"
#include "pipelines/export/vtk_arrays.hpp"
#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

std::vector<double> field_times(const flow::Law& law, const Selection& selection) {
  std::vector<double> times;
  if (selection.release) times.push_back(0);
  for (const std::size_t j : selection.times) times.push_back(law.times[j]);
  const bool only_start = times.size() == 1 && times.front() == 0;
  require(only_start || !law.has_varying_amplitudes(),
          "the fields of these flows are known at time 0 only, their amplitudes vary (give --times "
          "none)");
  return times;
}

/// The fields of one flow at one time, and the arrays that they go to.
struct Frame {
  std::int64_t flow = 0;
  double time = 0;
  std::size_t psi = 0, velocity = 0, vorticity = 0;
};

std::vector<Frame> declare_frames(VtkArrays& arrays, const std::vector<std::int64_t>& flows,
                                  const std::vector<double>& times, int n) {
  const std::int64_t points = static_cast<std::int64_t>(n + 1) * (n + 1);
  std::vector<Frame> frames;
  for (const auto flow : flows) {
    for (std::size_t step = 0; step < times.size(); ++step) {
      const auto declare = [&](const std::string& name, int components) {
        return arrays.declare<double>("Name=\"" + name + "_" + std::to_string(flow) +
                                          "\" TimeStep=\"" + std::to_string(step) + "\"",
                                      components, points);
      };
      frames.push_back(
          {flow, times[step], declare("psi", 1), declare("velocity", 3), declare("vorticity", 1)});
    }
  }
  return frames;
}

std::string body(const VtkArrays& arrays, const std::vector<Frame>& frames,
                 const std::vector<double>& times, int n) {
  std::string time_values, elements;
  for (const double time : times) time_values += number_text(time, 17) + " ";
  for (const auto& frame : frames) {
    for (const std::size_t array : {frame.psi, frame.velocity, frame.vorticity}) {
      elements += "        " + arrays.element(array);
    }
  }
  const std::string extent = "\"0 " + std::to_string(n) + " 0 " + std::to_string(n) + " 0 0\"";
  const std::string spacing = number_text(1.0 / n, 17);
  return "  <ImageData WholeExtent=" + extent + " Origin=\"0 0 0\" Spacing=\"" + spacing + " " +
         spacing + " 1\" TimeValues=\"" + time_values + "\">\n    <Piece Extent=" + extent +
         ">\n      <PointData Scalars=\"psi_" + std::to_string(frames.front().flow) + "\">\n" +
         elements + "      </PointData>\n    </Piece>\n  </ImageData>\n";
}

/// The value of grid point (i, j), x first, in VTK's order (x fastest), the square closed.
template <class Append>
void for_each_point(int n, Append&& append) {
  for (int j = 0; j <= n; ++j) {
    for (int i = 0; i <= n; ++i) append(static_cast<std::size_t>(i % n * n + j % n));
  }
}

}  // namespace

void write_image_data(OutputFile& out, const datasets::Reader& reader, const Selection& selection,
                      int n) {
  const auto& law = reader.law();
  const auto times = field_times(law, selection);
  VtkArrays arrays;
  const auto frames = declare_frames(arrays, selection.flows, times, n);
  flow::GridFields grid(law.modes, n);
  arrays.begin(out, "ImageData", body(arrays, frames, times, n));
  for (const auto& frame : frames) {
    const auto psi_hat = reader.psi_hat(frame.flow, 1);
    const flow::Flow flow = {law.modes, psi_hat, law.omega};
    const auto psi = grid.psi(flow, frame.time), vorticity = grid.vorticity(flow, frame.time);
    const auto velocity_x = grid.velocity_x(flow, frame.time);
    const auto velocity_y = grid.velocity_y(flow, frame.time);
    for_each_point(n, [&](std::size_t p) {
      arrays.append(out, frame.psi, psi[p]);
      arrays.append(out, frame.vorticity, vorticity[p]);
      const std::array<double, 3> velocity = {velocity_x[p] + law.mean_velocity[0],
                                              velocity_y[p] + law.mean_velocity[1], 0};
      arrays.append<double>(out, frame.velocity, std::span<const double>(velocity));
    });
    for (const std::size_t array : {frame.psi, frame.velocity, frame.vorticity}) {
      arrays.complete(out, array);
    }
  }
  arrays.finish(out);
}

}  // namespace lagoon::pipelines
