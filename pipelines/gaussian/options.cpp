#include "pipelines/gaussian/options.hpp"

namespace lagoon::pipelines {

void declare_gaussian(OptionTable& table, GaussianOptions& o) {
  table.positional("STUDY", &o.study, "planar: two components; process: a Gaussian process").check =
      one_of({"planar", "process"});
  table.option("out", &o.out, anything(), "folder to write").command_line_only().required = true;
  const auto is = [&o](const char* study) { return [&o, study] { return o.study == study; }; };
  declare_planar(table, o.planar, is("planar"));
  declare_process(table, o.process, is("process"));
  add_seed(table, o.seed, "pairs and initial weights");
  add_threads(table, o.threads).not_recorded();
  table.action("resume", o.resume, "go on from the fits in OUT that the same training has made")
      .only_if(is("process"), "the study process");
  add_force(table, o.force);
}

}  // namespace lagoon::pipelines
