#include "pipelines/inspection/plots.hpp"

#include "flow/error.hpp"
#include "pipelines/inspection/animation.hpp"
#include "pipelines/inspection/dispersion_figure.hpp"
#include "pipelines/inspection/energy_spectrum.hpp"
#include "pipelines/inspection/potential_figure.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

void write_page(const datasets::Reader& reader, const std::vector<Figure>& figures,
                const std::filesystem::path& folder, const Invocation& invocation) {
  const auto& law = reader.law();
  HtmlPage page("Flows and drifters of " + reader.path().filename().string());
  page.paragraph(std::to_string(reader.n_flows()) + " flows of " + std::to_string(law.n_modes()) +
                 " modes, each with " + std::to_string(law.n_drifters()) +
                 (law.n_drifters() == 1 ? " drifter" : " drifters") + " at " +
                 std::to_string(law.n_times()) + " times.");
  add_figures(page, figures, folder);
  page.folded_text("configuration of the dataset", reader.description().config_toml);
  page.paragraph(history_line(invocation));
  page.write(folder / "index.html");
}

}  // namespace

void declare_plots(OptionTable& table, PlotOptions& o) {
  const auto plots = [&o] { return !o.folder.empty(); };
  table.option("plot", &o.folder, anything(), "folder for pictures of flows, energy, dispersion")
      .command_line_only();
  table.option("plot-flows", &o.flows, at_least(1), "flows whose potential is drawn")
      .only_if(plots, "--plot");
  table.action("animate", o.animate, "a flow through time as well, as GIF")
      .only_if(plots, "--plot");
  const auto animates = [&o] { return !o.folder.empty() && o.animate; };
  table.option("animate-flow", &o.animated_flow, at_least(0), "which flow")
      .only_if(animates, "--plot and --animate");
  table.option("frames", &o.frames, at_least(2), "pictures in the GIF")
      .only_if(animates, "--plot and --animate");
}

std::vector<Figure> draw_plots(const datasets::Reader& reader, const PlotOptions& options,
                               bool force, const Invocation& invocation) {
  require(reader.n_flows() > 0, reader.path().string() + ": holds no flow to draw yet");
  require(!options.animate || options.animated_flow < reader.n_flows(),
          "--animate-flow " + std::to_string(options.animated_flow) + ": the file has flows 0 to " +
              std::to_string(reader.n_flows() - 1) + " (choose one of them)");
  const auto folder = FigureFolder::create(options.folder, force);
  std::vector<Figure> figures = {draw_flows(folder, reader, options.flows)};
  const auto spectrum = measure_energy_spectrum(reader);
  if (spectrum.n_flows > 0) figures.push_back(draw_energy_spectrum(folder, spectrum));
  const auto dispersion = measure_dispersion(reader);
  if (dispersion.one.size() > 1) figures.push_back(draw_dispersion(folder, dispersion));
  if (options.animate) {
    figures.push_back(draw_animation(folder, reader, options.animated_flow, options.frames));
  }
  write_page(reader, figures, folder.path(), invocation);
  return figures;
}

}  // namespace lagoon::pipelines
