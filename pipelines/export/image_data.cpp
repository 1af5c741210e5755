#include "pipelines/export/image_data.hpp"

#include <array>
#include <cstdio>

#include "datasets/text/text.hpp"
#include "flow/grid_fields.hpp"
#include "pipelines/export/vtk_arrays.hpp"
#include "pipelines/inspection/flow_series.hpp"
#include "pipelines/support/option_value.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

/// A flow and the arrays that its fields go to.
struct FlowArrays {
  std::int64_t flow = 0;
  std::size_t psi = 0, velocity = 0, vorticity = 0;
};

/// Arrays bear the number that the flow has in the whole dataset, of which the file may be a shard.
std::vector<FlowArrays> declare_flows(VtkArrays& arrays, const datasets::Reader& reader,
                                      const std::vector<std::int64_t>& flows, int n) {
  const std::int64_t points = static_cast<std::int64_t>(n + 1) * (n + 1);
  std::vector<FlowArrays> declared;
  for (const auto flow : flows) {
    const std::int64_t number = reader.first_flow() + flow;
    const auto declare = [&](const std::string& name, int components) {
      return arrays.declare<double>("Name=\"" + name + "_" + std::to_string(number) + "\"",
                                    components, points);
    };
    declared.push_back({flow, declare("psi", 1), declare("velocity", 3), declare("vorticity", 1)});
  }
  return declared;
}

std::string body(const VtkArrays& arrays, const std::vector<FlowArrays>& flows, double time,
                 int n) {
  std::string elements;
  for (const auto& [flow, psi, velocity, vorticity] : flows) {
    for (const auto array : {psi, velocity, vorticity}) {
      elements += "        " + arrays.element(array);
    }
  }
  const std::string extent = "\"0 " + std::to_string(n) + " 0 " + std::to_string(n) + " 0 0\"";
  const std::string spacing = shortest(1.0 / n);
  return "  <ImageData WholeExtent=" + extent + " Origin=\"0 0 0\" Spacing=\"" + spacing + " " +
         spacing +
         " 1\">\n    <FieldData>\n      <DataArray type=\"Float64\" Name=\"TimeValue\" "
         "NumberOfTuples=\"1\" format=\"ascii\">" +
         shortest(time) + "</DataArray>\n    </FieldData>\n    <Piece Extent=" + extent +
         ">\n      <PointData>\n" + elements + "      </PointData>\n    </Piece>\n  </ImageData>\n";
}

/// Calls append(position in a field of GridFields) in VTK's order, x fastest, the square closed.
template <class Append>
void for_each_point(int n, Append&& append) {
  for (int j = 0; j <= n; ++j) {
    for (int i = 0; i <= n; ++i) append(static_cast<std::size_t>(i % n * n + j % n));
  }
}

void write_flow(OutputFile& out, VtkArrays& arrays, const FlowArrays& own, flow::GridFields& grid,
                const datasets::Reader& reader, std::size_t step) {
  const auto& law = reader.law();
  const FlowSeries series(reader, own.flow);
  const flow::Flow flow = series.at(step);
  const double time = series.time(step);
  const auto psi = grid.psi(flow, time), vorticity = grid.vorticity(flow, time);
  const auto velocity_x = grid.velocity_x(flow, time), velocity_y = grid.velocity_y(flow, time);
  for_each_point(grid.n(), [&](std::size_t p) {
    const std::array<double, 3> velocity = {velocity_x[p] + law.mean_velocity[0],
                                            velocity_y[p] + law.mean_velocity[1], 0};
    arrays.append(out, own.psi, psi[p]);
    arrays.append(out, own.vorticity, vorticity[p]);
    arrays.append(out, own.velocity, std::span<const double>(velocity));
  });
  for (const auto array : {own.psi, own.velocity, own.vorticity}) arrays.complete(out, array);
}

/// OUT_0012.vti beside OUT.pvd.
fs::path image_path(const fs::path& path, std::size_t number) {
  std::array<char, 32> ending;
  std::snprintf(ending.data(), ending.size(), "_%04zu.vti", number);
  return path.parent_path() / (path.stem().string() + ending.data());
}

}  // namespace

std::vector<std::size_t> field_steps(const ExportSelection& selection) {
  std::vector<std::size_t> steps;
  if (selection.release) steps.push_back(0);
  for (const std::size_t j : selection.times) steps.push_back(j + 1);
  return steps;
}

void write_image_data(OutputFile& out, const datasets::Reader& reader,
                      const std::vector<std::int64_t>& flows, std::size_t step, int n) {
  flow::GridFields grid(reader.law().modes, n);
  VtkArrays arrays;
  const auto declared = declare_flows(arrays, reader, flows, n);
  arrays.begin(out, "ImageData", body(arrays, declared, time_of(reader.law(), step), n));
  for (const auto& own : declared) write_flow(out, arrays, own, grid, reader, step);
  arrays.finish(out);
}

std::size_t write_image_series(OutputFile& out, const fs::path& path, bool force,
                               const datasets::Reader& reader, const ExportSelection& selection,
                               int n) {
  const auto steps = field_steps(selection);
  // All before the first is written: images without an index would be in the next attempt's way.
  for (std::size_t i = 0; i < steps.size(); ++i) refuse_existing(image_path(path, i), force);
  out.append(
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"1.0\">\n<Collection>\n");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const fs::path image = image_path(path, i);
    OutputFile image_file(image, force);
    write_image_data(image_file, reader, selection.flows, steps[i], n);
    image_file.finish();
    out.append("<DataSet timestep=\"" + shortest(time_of(reader.law(), steps[i])) + "\" file=\"" +
               datasets::xml_text(image.filename().string()) + "\"/>\n");
  }
  out.append("</Collection>\n</VTKFile>\n");
  return steps.size();
}

}  // namespace lagoon::pipelines
