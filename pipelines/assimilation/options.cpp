#include "pipelines/assimilation/options.hpp"

#include <algorithm>
#include <filesystem>

#include "pipelines/assimilation/observed/observed.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kNeedsLaw = "queries of a law, not --hold-out or kuznetsov";

bool is_study_of_law(const AssimilateOptions& o) {
  return o.study.name != "none" && o.study.name != "kuznetsov";
}

bool is_data_of_law(const AssimilateOptions& o) {
  return o.study.name == "none" && o.observed.hold_out == "none";
}

}  // namespace

void declare_assimilate(OptionTable& table, AssimilateOptions& o) {
  table.positional("INPUTS", &o.inputs,
                   "[RUN] [DATA.h5]: run folder of lagoon train, and a dataset of the same law, of "
                   "its noise or less",
                   /*required=*/false);
  table.option("out", &o.out, anything(), "folder to write").command_line_only();
  table.option("study", &o.study.name, one_of(kStudyNames),
               "twins that are drawn on the fly; see the presets of the same names");
  const auto is_study = [&o] { return o.study.name != "none"; };
  const auto has_law = [&o] { return is_study_of_law(o) || is_data_of_law(o); };
  const auto is_law_study = [&o] { return is_study_of_law(o); };
  const auto is_data = [&o] { return is_data_of_law(o); };
  table
      .option("values", &o.study.values, non_negative(),
              "of what the study varies (default: its own)")
      .only_if(is_study, "a --study or its --preset");
  table.option("law-seed", &o.study.law_seed, anything(), "seed of the study's law")
      .only_if(is_law_study, "a --study of a law, or its --preset");
  table.option("twins", &o.twins, at_least(1), "of each setting of a study")
      .only_if(is_study, "a --study or its --preset");
  table
      .option("coarse-twins", &o.coarse_twins, non_negative(),
              "twins whose truth takes smaller steps than the observations (0: none)")
      .only_if([&o] { return o.study.name == "exact"; }, "--study exact");
  table
      .option("split", &o.split, one_of({"auto", "test", "validation", "train", "all"}),
              "flows of DATA to ask for; auto: test if there are any, else all")
      .only_if(is_data, "DATA.h5 of a law, not a study or --hold-out");
  table.option("queries", &o.queries, non_negative(), "flows asked for (0: the whole split)")
      .only_if(is_data, "DATA.h5 of a law, not a study or --hold-out");
  table.option("examples", &o.examples, non_negative(), "queries shown in pictures")
      .only_if(has_law, kNeedsLaw);
  declare_methods(table, o.methods);
  for (Option& option : table.options()) {
    if (option.group == "Methods") option.only_if(has_law, kNeedsLaw);
  }
  declare_observed(table, o.observed);
  add_seed(table, o.methods.seed, "twins, library, ensembles, choice of queries, bootstrap");
  add_threads(table, o.methods.threads);
  add_force(table, o.force);
  table.action("resume", o.resume, "go on from the methods that a stopped run finished");
  table.preset("exact", "study = \"exact\"\ntwins = 2000\n");
  table.preset("noise", "study = \"noise\"\n");
  table.preset("drifters",
               "study = \"drifters\"\ntwins = 40\n"
               "methods = [\"prior\", \"nearest\", \"importance\", \"variational\"]\n");
  table.preset("duration", "study = \"duration\"\n");
  table.preset("missing", "study = \"missing\"\n");
  table.preset("prior-mismatch", "study = \"prior-mismatch\"\n");
  table.preset("prior-amplitude", "study = \"prior-amplitude\"\n");
  table.preset("diffusion", "study = \"diffusion\"\n");
  table.preset("diffusion-known", "study = \"diffusion-known\"\n");
  table.preset("library",
               "study = \"library\"\nmethods = [\"prior\", \"nearest\", \"importance\"]\n");
  table.preset("kuznetsov", "study = \"kuznetsov\"\ntwins = 40\n");
  table.preset("gulf", "hold_out = \"blocks\"\n");
  table.preset("baltic", "hold_out = \"tracks\"\nfolds = 3\n");
  table.preset("quasi-geostrophic", "hold_out = \"drifters\"\n");
}

bool needs_encoders(const AssimilateOptions& options) {
  const auto& observed = options.observed;
  if (observed.hold_out != "none" && observed.learning.learned) return true;
  return std::ranges::any_of(options.inputs, [](const std::string& input) {
    return std::filesystem::is_directory(input);
  });
}

}  // namespace lagoon::pipelines
