#include "pipelines/export/xdmf.hpp"

#include "datasets/text/text.hpp"
#include "flow/error.hpp"
#include "pipelines/export/vtk_arrays.hpp"
#include "pipelines/support/option_value.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

/// Where the heavy data lie.
struct XdmfSource {
  std::string file;  ///< as seen from the XDMF file, escaped
  bool single = true;
  std::int64_t n_rows = 0, n_times = 0;  ///< of x and y in the file
  std::int64_t first = 0, count = 0;     ///< the chosen rows
};

std::string item(const std::string& dimensions, const std::string& type, const std::string& text) {
  return "<DataItem Dimensions=\"" + dimensions + "\" " + type + ">" + text + "</DataItem>";
}

std::string hdf_item(const XdmfSource& source, const std::string& dimensions,
                     const std::string& number, const std::string& variable) {
  return item(dimensions, number + " Format=\"HDF\"", source.file + ":/" + variable);
}

std::string hyperslab(const std::string& result, const std::string& selection,
                      const std::string& axes, const std::string& heavy) {
  return "<DataItem ItemType=\"HyperSlab\" Dimensions=\"" + result + "\">" +
         item("3 " + axes, "NumberType=\"Int\" Format=\"XML\"", selection) + heavy + "</DataItem>";
}

std::string float_type(bool single) {
  return std::string("NumberType=\"Float\" Precision=\"") + (single ? "4" : "8") + "\"";
}

/// x or y of the chosen rows at time j.
std::string position(const XdmfSource& source, const std::string& variable, std::size_t j) {
  const std::string count = std::to_string(source.count);
  const std::string selection =
      std::to_string(source.first) + " " + std::to_string(j) + " 1 1 " + count + " 1";
  const std::string all = std::to_string(source.n_rows) + " " + std::to_string(source.n_times);
  return hyperslab(count + " 1", selection, "2",
                   hdf_item(source, all, float_type(source.single), variable));
}

std::string attribute(const XdmfSource& source, const std::string& name,
                      const std::string& variable, int precision) {
  const std::string count = std::to_string(source.count);
  return "<Attribute Name=\"" + name + "\" AttributeType=\"Scalar\" Center=\"Node\">" +
         hyperslab(count, std::to_string(source.first) + " 1 " + count, "1",
                   hdf_item(source, std::to_string(source.n_rows),
                            "NumberType=\"Int\" Precision=\"" + std::to_string(precision) + "\"",
                            variable)) +
         "</Attribute>\n";
}

std::string grid_at(const XdmfSource& source, double time, std::size_t j) {
  const std::string count = std::to_string(source.count);
  return "<Grid Name=\"drifters\" GridType=\"Uniform\">\n<Time Value=\"" + shortest(time) +
         "\"/>\n<Topology TopologyType=\"Polyvertex\" NodesPerElement=\"1\" NumberOfElements=\"" +
         count + "\"/>\n<Geometry GeometryType=\"XY\"><DataItem ItemType=\"Function\" Function=\"" +
         "JOIN($0, $1)\" Dimensions=\"" + count + " 2\">" + position(source, "x", j) +
         position(source, "y", j) + "</DataItem></Geometry>\n" +
         attribute(source, "flow", "flow_index", 4) +
         attribute(source, "drifter", "drifter_index", 4) + "</Grid>\n";
}

XdmfSource source_of(const fs::path& path, const datasets::Reader& reader,
                     const ExportSelection& selection) {
  const auto& flows = selection.flows;
  const auto n_flows = static_cast<std::int64_t>(flows.size());
  require(flows.back() - flows.front() + 1 == n_flows,
          "an XDMF file shows flows that follow one another (give --flows FIRST:END, or export to "
          ".vtp)");
  const auto n_drifters = static_cast<std::int64_t>(reader.law().n_drifters());
  const fs::path folder = fs::absolute(path).parent_path();
  return {datasets::xml_text(fs::proximate(reader.path(), folder).string()),
          reader.description().storage == datasets::Storage::float32,
          flows_of(reader.description()).size * n_drifters,
          static_cast<std::int64_t>(reader.law().n_times()),
          flows.front() * n_drifters,
          n_flows * n_drifters};
}

}  // namespace

void write_xdmf(OutputFile& out, const fs::path& path, const datasets::Reader& reader,
                const ExportSelection& selection) {
  const XdmfSource source = source_of(path, reader, selection);
  out.append(
      "<?xml version=\"1.0\"?>\n<Xdmf Version=\"2.0\">\n<Domain>\n<Grid Name=\"lagoon\" "
      "GridType=\"Collection\" CollectionType=\"Temporal\">\n");
  for (const std::size_t j : selection.times) {
    out.append(grid_at(source, reader.law().times[j], j));
  }
  out.append("</Grid>\n</Domain>\n</Xdmf>\n");
}

}  // namespace lagoon::pipelines
