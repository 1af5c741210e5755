#include "pipelines/import/fields/field_options.hpp"

#include <algorithm>
#include <array>

namespace lagoon::pipelines {
namespace {

constexpr auto kAsked = "the --format of a gridded field";

void declare_source(OptionGroup group, FieldSourceOptions& o) {
  group.add("variable", &o.variable, anything(), "name of the field's variable");
  group.add("variable-x", &o.variable_x, anything(), "of velocity to the east, or along x");
  group.add("variable-y", &o.variable_y, anything(), "of velocity to the north, or along y");
  group.add("axis-x", &o.axis_x, anything(),
            "name of the coordinate, or \"START:STEP:COUNT UNITS\"; empty: found");
  group.add("axis-y", &o.axis_y, anything(), "the same");
  group.add("axis-time", &o.axis_time, anything(),
            "the same, UNITS \"days since 2002-01-01\", or days");
  group.add("units", &o.units, anything(), "of the values; empty: as the file says");
  group.add("coordinates", &o.coordinates, one_of({"auto", "degrees", "m", "km"}),
            "units of x and y; auto: degrees if the file says so, else m");
  group.add("snapshots", &o.snapshots, anything(), "START:STEP:COUNT of the times; empty: all");
  group.add("max-missing", &o.max_missing, fraction(), "largest share of land that is filled");
}

void declare_projection(OptionGroup group, FieldImportOptions& o) {
  group.add("streamfunction-by", &o.source.streamfunction_by, one_of({"helmholtz", "height"}),
            "of velocity: its rotational part, or the height whose differences it is");
  group.add("plane", &o.source.plane, one_of({"f", "beta"}),
            "of sea level: Coriolis parameter f0, or f0 + beta y");
  group.add("deformation-radius", &o.projection.deformation_radius, non_negative(),
            "of potential vorticity, km; 0: none");
  group.add("edges", &o.projection.edges, one_of({"taper", "extend", "none"}),
            "how a box becomes a torus: tapered, with its mirror images, or it is periodic");
  group.add("taper", &o.projection.taper, fraction(), "share of the side, both ends together")
      .only_if([&o] { return o.projection.edges == "taper"; }, "--edges taper");
  group.add("grid", &o.projection.grid, non_negative(), "points a side; 0: those of the field")
      .only_if([&o] { return o.projection.edges != "none"; }, "--edges taper or extend");
}

void declare_rates(OptionGroup group, FieldImportOptions& o) {
  group.add(
      "frequencies", &o.frequencies, one_of({"auto", "fit", "steady"}),
      "omega and damping of each mode by its autocovariance; auto: from 10 snapshots on, but not "
      "with mirror images");
  group.add("lag", &o.lag, at_least(1), "snapshots over which the autocovariance is taken")
      .only_if([&o] { return o.frequencies != "steady"; }, "--frequencies auto or fit");
}

void declare_drifters(OptionGroup group, FieldImportOptions& o) {
  LawRequest& law = o.drifters;
  group.add("release", &law.release, anything(), "points \"x,y;x,y;...\", grid or uniform");
  group.add("drifters", &law.options.n_drifters, at_least(1), "a flow; a square for grid")
      .only_if([&law] { return law.release == "grid" || law.release == "uniform"; },
               "--release grid or uniform");
  group.add("times", &law.options.n_times, at_least(1), "observation times, evenly spaced");
  group.add("noise-percent", &law.options.noise_percent, non_negative(),
            "observation noise of the law, percent of the mean net displacement");
  group.add("law-seed", &law.options.law_seed, anything(), "seed of a uniform release");
  group.add("tolerance", &o.tolerance, positive(), "largest error of a position by the step");
  group.add("step-probe", &o.step_probe, at_least(1), "flows on which the step is measured");
}

}  // namespace

FieldImportOptions default_field_options() {
  FieldImportOptions options;
  options.drifters.release = "grid";
  options.drifters.options.n_drifters = 64;
  options.drifters.options.n_times = 20;
  return options;
}

bool is_gridded(const std::string& format) {
  constexpr std::array kFormats = {"streamfunction", "sea-level", "potential-vorticity",
                                   "velocity"};
  return std::ranges::find(kFormats, format) != kFormats.end();
}

void declare_fitted_law(OptionTable& table, FittedLawOptions& options) {
  const std::string heading = "Fitted law";
  table
      .option("max-wavenumber", &options.max_wavenumber, at_least(1),
              "modes |k|, |l| up to this, one of each pair of mirrors")
      .in_group(heading);
  table
      .option("final-time", &options.final_time, positive(),
              "the window's length in units of the law")
      .in_group(heading);
  table
      .option("prior", &options.prior, one_of({"power", "matern", "shells"}),
              "c |k|^-p, c (4 pi^2 |k|^2 + tau^2)^-alpha, or one standard deviation for each |k|")
      .in_group(heading);
}

void declare_fields(OptionTable& table, FieldImportOptions& options,
                    const std::function<bool()>& asked) {
  const auto group = [&](const std::string& heading) {
    return OptionGroup(table, [heading, asked](Option& option) {
      option.in_group(heading).only_if(asked, kAsked);
    });
  };
  declare_source(group("Gridded field"), options.source);
  declare_projection(group("Gridded field on modes"), options);
  declare_rates(group("Law of gridded fields"), options);
  declare_drifters(group("Drifters in gridded fields"), options);
  add_seed(table, options.seed, "seed of what a law with damping draws").only_if(asked, kAsked);
  add_threads(table, options.threads).not_recorded();
  table.option("plot", &options.plot, anything(), "folder of pictures; empty: none")
      .command_line_only()
      .only_if(asked, kAsked);
}

}  // namespace lagoon::pipelines
