#include "pipelines/assimilation/assimilate.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <optional>

#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "pipelines/assimilation/evaluation.hpp"
#include "pipelines/assimilation/page.hpp"
#include "pipelines/assimilation/summary.hpp"
#include "pipelines/retrieval/statistics.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

struct Inputs {
  fs::path run;
  fs::path data;
};

/// A folder is a run, anything else a dataset.
Inputs sort_inputs(const AssimilateOptions& options) {
  Inputs inputs;
  for (const fs::path path : options.inputs) {
    require(fs::exists(path),
            path.string() + ": is neither a run folder nor a dataset that exists");
    fs::path& place = fs::is_directory(path) ? inputs.run : inputs.data;
    if (!place.empty()) {
      throw UsageError(path.string() + ": give at most one run folder and one dataset");
    }
    place = path;
  }
  return inputs;
}

void require_sense(const AssimilateOptions& options, const Inputs& inputs,
                   const Invocation& invocation) {
  method_names(options.methods);
  const bool is_study = options.study.name != "none";
  if (is_study && !options.inputs.empty()) {
    throw UsageError(options.inputs.front() + ": the study " + options.study.name +
                     " draws its own twins (leave RUN and DATA out)");
  }
  if (!is_study && inputs.data.empty()) {
    throw UsageError("a dataset is missing (give DATA.h5, or --preset exact for twins)");
  }
  if (options.out.empty() && invocation.json.empty()) {
    throw UsageError("--out is missing: give a folder for the page (or --json FILE alone)");
  }
}

std::vector<std::int64_t> choose_rows(const AssimilateOptions& options,
                                      const datasets::Reader& data) {
  const auto rows = rows_of_split(data, resolve_split(options.split, data));
  std::vector<std::int64_t> chosen;
  const auto n_rows = static_cast<std::int64_t>(rows.size());
  for (const std::int64_t i : choose_queries(n_rows, options.queries, options.methods.seed)) {
    chosen.push_back(rows[static_cast<std::size_t>(i)]);
  }
  return chosen;
}

Queries read(const AssimilateOptions& options, const fs::path& path) {
  datasets::probe_file(path);
  const datasets::Reader data(path);
  return read_queries(data, choose_rows(options, data));
}

/// Of a study's settings, the base one must have all methods that were asked for; others go
/// without.
void require_methods(const AssimilateOptions& options, const StudySetting& base) {
  choose_methods(
      make_context(options.methods, draw_twins(base.law, 1, options.methods.seed, 1), {}));
}

/// What the work begins from: all that can be refused before a folder is made.
AssimilationRecord begin(const AssimilateOptions& options, const Inputs& inputs) {
  AssimilationRecord record;
  if (options.study.name == "none") {
    record.queries.emplace(read(options, inputs.data));
  } else {
    record.study = make_study(options.study);
    require_methods(options, record.study->settings[record.study->base]);
  }
  return record;
}

void assimilate_study(const AssimilateOptions& options, AssimilationRecord& record) {
  for (const auto& setting : record.study->settings) {
    const bool is_base = record.settings.size() == record.study->base;
    const auto queries =
        draw_twins(setting.law, options.twins, options.methods.seed, options.methods.threads);
    MethodRequest request = options.methods;
    request.refuses = false;
    const std::string what = record.study->settings.size() == 1
                                 ? ""
                                 : record.study->name + " " + figures_text(setting.value) + ", ";
    record.settings.push_back(
        evaluate_methods(make_context(request, queries, {}), is_base ? options.examples : 0, what));
    if (is_base) record.queries.emplace(queries);
  }
}

void assimilate_data(const AssimilateOptions& options, const Inputs& inputs,
                     AssimilationRecord& record) {
  record.settings.push_back(evaluate_methods(
      make_context(options.methods, *record.queries, inputs.run), options.examples, ""));
}

int dry_run(const AssimilateOptions& options, const Inputs& inputs) {
  const auto record = begin(options, inputs);
  const std::size_t n_settings = record.study ? record.study->settings.size() : 1;
  const flow::Law& law = record.study ? record.study->settings.back().law : record.queries->law;
  const std::size_t n_queries =
      record.study ? static_cast<std::size_t>(options.twins) : record.queries->size();
  const auto n = static_cast<double>(n_queries);
  const auto library = static_cast<double>(options.methods.library_size);
  const double modes = static_cast<double>(law.n_modes());
  const double bytes = n * 2 * static_cast<double>(law.n_drifters() * law.n_times()) * 16 +
                       library * modes * 2 * sizeof(std::complex<double>) +
                       library * n * sizeof(double);
  print("# " + std::to_string(n_settings) + " settings of " + std::to_string(n_queries) +
        " queries, a library of " + std::to_string(options.methods.library_size) + " flows, " +
        bytes_text(bytes) + " in memory");
  return kExitDone;
}

nlohmann::json make_summary(const AssimilateOptions& options, const AssimilationRecord& record,
                            const Invocation& invocation) {
  const auto& queries = *record.queries;
  nlohmann::json summary = {{"verb", "assimilate"},
                            {"inputs", options.inputs},
                            {"study", options.study.name},
                            {"seed", options.methods.seed},
                            {"law_hash", to_hex(flow::hash(queries.law))},
                            {"n_queries", queries.size()},
                            {"n_unknowns", queries.space.size()},
                            {"n_drifters", queries.law.n_drifters()},
                            {"n_times", queries.law.n_times()},
                            {"observation_noise_std", queries.law.observation_noise_std},
                            {"diffusivity", queries.law.diffusivity},
                            {"config", invocation.config_toml},
                            {"history", history_line(invocation)}};
  add_methods(summary, record.base());
  if (!record.study || record.study->settings.size() == 1) return summary;
  summary["base_value"] = record.study->settings[record.study->base].value;
  for (std::size_t s = 0; s < record.settings.size(); ++s) {
    nlohmann::json setting = {{"value", record.study->settings[s].value}};
    add_methods(setting, record.settings[s]);
    summary["settings"].push_back(setting);
  }
  return summary;
}

void print_scores(const AssimilationRecord& record) {
  for (const auto& result : record.base()) {
    if (!result.reason.empty()) {
      log_info(result.title + ": none, " + result.reason);
      continue;
    }
    print(result.title + ": relative error " + estimate_text(result.scores.relative_error) +
          ", CRPS " + figures_text(result.scores.crps.value) + ", 90% coverage " +
          figures_text(result.scores.coverage[2].value) + ", " +
          figures_text(result.seconds_per_query.value) + " s a query");
  }
}

}  // namespace

void declare_assimilate(OptionTable& table, AssimilateOptions& o) {
  table.positional("INPUTS", &o.inputs,
                   "[RUN] [DATA.h5]: run folder of lagoon train, and a dataset of the same law",
                   /*required=*/false);
  table.option("out", &o.out, anything(), "folder to write").command_line_only();
  table.option("study", &o.study.name, one_of(kStudyNames),
               "twins that are drawn on the fly; see the presets of the same names");
  table.option("values", &o.study.values, non_negative(),
               "of what the study varies (default: its own)");
  table.option("law-seed", &o.study.law_seed, anything(), "seed of the study's law");
  table.option("twins", &o.twins, at_least(1), "of each setting of a study");
  table.option("split", &o.split, one_of({"auto", "test", "validation", "train", "all"}),
               "flows of DATA to ask for; auto: test if there are any, else all");
  table.option("queries", &o.queries, non_negative(), "flows asked for (0: the whole split)");
  table.option("examples", &o.examples, non_negative(), "queries shown in pictures");
  declare_methods(table, o.methods);
  add_seed(table, o.methods.seed, "twins, library, ensembles, choice of queries, bootstrap");
  add_threads(table, o.methods.threads);
  add_force(table, o.force);
  table.preset("exact", "study = \"exact\"\ntwins = 2000\n");
  table.preset("noise", "study = \"noise\"\n");
  table.preset("drifters",
               "study = \"drifters\"\ntwins = 40\n"
               "methods = [\"prior\", \"nearest\", \"importance\", \"variational\"]\n");
  table.preset("duration", "study = \"duration\"\n");
  table.preset("missing", "study = \"missing\"\n");
}

int run_assimilate(const AssimilateOptions& options, const Invocation& invocation) {
  const Inputs inputs = sort_inputs(options);
  require_sense(options, inputs, invocation);
  if (invocation.dry_run) return dry_run(options, inputs);
  install_signal_handlers();
  auto record = begin(options, inputs);
  std::optional<FigureFolder> folder;
  if (!options.out.empty()) folder.emplace(FigureFolder::create(options.out, options.force));
  record.study ? assimilate_study(options, record) : assimilate_data(options, inputs, record);
  auto summary = make_summary(options, record, invocation);
  write_json_result(invocation, summary);
  print_scores(record);
  if (folder) {
    write_json(options.out / "summary.json", summary);
    write_page(*folder, record, summary);
    print((options.out / "index.html").string());
  }
  return kExitDone;
}

}  // namespace lagoon::pipelines
