#include "pipelines/diagnosis/run_diagnosis_options.hpp"

#include "pipelines/diagnosis/diagnosis.hpp"

namespace lagoon::pipelines {

void declare_run_diagnosis(OptionTable& table, RunDiagnosisOptions& o) {
  const auto on = [&o] { return o.on; };
  table.action("diagnose", o.on, "of a run: what its encoders make of held-out pairs");
  table
      .option("diagnose-data", &o.data, anything(),
              "dataset of the run's law whose test flows are taken (none: fresh flows)")
      .only_if(on, "--diagnose");
  table.option("diagnose-pairs", &o.pairs, at_least(kFewestDiagnosed), "flows, each with its path")
      .only_if(on, "--diagnose");
  table.option("diagnose-page", &o.page, anything(), "folder for a page with pictures")
      .command_line_only()
      .only_if(on, "--diagnose");
}

}  // namespace lagoon::pipelines
