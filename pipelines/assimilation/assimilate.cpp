#include "pipelines/assimilation/assimilate.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "pipelines/assimilation/evaluation.hpp"
#include "pipelines/assimilation/inputs.hpp"
#include "pipelines/assimilation/methods/memory.hpp"
#include "pipelines/assimilation/observed/observed.hpp"
#include "pipelines/assimilation/page.hpp"
#include "pipelines/assimilation/presets/kuznetsov.hpp"
#include "pipelines/assimilation/resumption.hpp"
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

std::vector<std::int64_t> choose_rows(const AssimilateOptions& options,
                                      const datasets::Reader& data) {
  const auto rows = rows_of_split(data, resolve_split(options.split, data));
  std::vector<std::int64_t> chosen;
  const auto n_rows = static_cast<std::int64_t>(rows.size());
  if (const auto warning = too_few_flows(n_rows, options.queries); !warning.empty())
    log_info(warning);
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
  choose_methods(make_context(options.methods, draw_twins(base.law, 1, options.methods.seed, 1)));
}

/// What the work begins from: all that can be refused before a folder is made.
AssimilationRecord begin(const AssimilateOptions& options, const Inputs& inputs) {
  AssimilationRecord record;
  if (options.study.name == "none") {
    record.queries.emplace(read(options, inputs.data));
    warn_of_known_flows(*record.queries, options.methods.library);
  } else {
    record.study = make_study(options.study);
    require_methods(options, record.study->settings[record.study->base]);
  }
  return record;
}

/// A method that a setting has not is left out of it.
MethodRequest request_of(const AssimilateOptions& options, const StudySetting& setting) {
  MethodRequest request = options.methods;
  request.refuses = false;
  if (setting.library_size) request.library_size = *setting.library_size;
  return request;
}

void assimilate_study(const AssimilateOptions& options, FinishedMethods& finished,
                      AssimilationRecord& record) {
  for (const auto& setting : record.study->settings) {
    const bool is_base = record.settings.size() == record.study->base;
    auto queries = draw_twins(setting.truth.value_or(setting.law), options.twins,
                              options.methods.seed, options.methods.threads);
    if (setting.truth) queries.assume(setting.law);
    const MethodRequest request = request_of(options, setting);
    const std::string what = record.study->settings.size() == 1
                                 ? ""
                                 : record.study->name + " " + figures_text(setting.value) + ", ";
    record.settings.push_back(evaluate_methods(make_context(request, queries),
                                               is_base ? options.examples : 0, finished, what,
                                               std::to_string(record.settings.size())));
    if (is_base) record.queries.emplace(queries);
  }
}

void assimilate_data(const AssimilateOptions& options, const Inputs& inputs,
                     FinishedMethods& finished, AssimilationRecord& record) {
  record.settings.push_back(
      evaluate_methods(make_context(options.methods, *record.queries, inputs.run, inputs.learning),
                       options.examples, finished, "", "0"));
}

/// Beside the exact posterior: what the same regression says where observations are coarser.
void assimilate_coarse(const AssimilateOptions& options, AssimilationRecord& record) {
  const auto exact = std::ranges::find(record.base(), "exact", &MethodResult::name);
  if (options.study.name != "exact" || options.coarse_twins == 0 || !exact->reason.empty()) return;
  record.coarse = score_coarse_observations(record.queries->law, options.coarse_twins,
                                            options.methods.seed, options.methods.threads);
}

/// The most that a setting takes, bytes.
double memory_of_setting(const MethodRequest& request, const Inputs& inputs, const Queries& some,
                         std::size_t n_queries) {
  return memory_of(make_context(request, some, inputs.run, inputs.learning), n_queries);
}

int dry_run(const AssimilateOptions& options, const Inputs& inputs) {
  const auto record = begin(options, inputs);
  const auto n_twins = static_cast<std::size_t>(options.twins);
  double bytes = 0;
  if (record.study) {
    for (const auto& setting : record.study->settings) {
      const auto twin = draw_twins(setting.law, 1, options.methods.seed, 1);
      bytes =
          std::max(bytes, memory_of_setting(request_of(options, setting), inputs, twin, n_twins));
    }
  } else {
    bytes =
        memory_of_setting(request_of(options, {}), inputs, *record.queries, record.queries->size());
  }
  const std::size_t n_settings = record.study ? record.study->settings.size() : 1;
  print("# " + std::to_string(n_settings) + (n_settings == 1 ? " setting of " : " settings of ") +
        std::to_string(record.study ? n_twins : record.queries->size()) + " queries, at most " +
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
  add_coarse(summary, record.coarse);
  if (!record.study || record.study->settings.size() == 1) return summary;
  summary["base_value"] = record.study->settings[record.study->base].value;
  for (std::size_t s = 0; s < record.settings.size(); ++s) {
    nlohmann::json setting = {{"value", record.study->settings[s].value}};
    add_methods(setting, record.settings[s]);
    summary["settings"].push_back(setting);
  }
  return summary;
}

/// Writes what work that keeps nothing to go on from came to, and its page if one was asked for.
void conclude(const AssimilateOptions& options, const Invocation& invocation,
              const nlohmann::json& summary,
              const std::function<void(const FigureFolder&)>& write) {
  write_json_result(invocation, summary);
  if (options.out.empty()) return;
  const auto folder = FigureFolder::create(options.out, options.force);
  write_summary(options.out, summary);
  write(folder);
  print((options.out / "index.html").string());
}

/// Vortices in the plane, which are no law's flows.
int assimilate_vortices(const AssimilateOptions& options, const Invocation& invocation) {
  if (!options.out.empty()) FigureFolder::refuse(options.out, options.force);
  const auto study = run_vortex_study(static_cast<int>(options.twins), options.study.values,
                                      options.methods.seed, options.methods.threads);
  nlohmann::json summary = {{"verb", "assimilate"},
                            {"study", options.study.name},
                            {"seed", options.methods.seed},
                            {"config", invocation.config_toml},
                            {"history", history_line(invocation)}};
  summary.update(vortex_json(study));
  print_vortex_study(study);
  conclude(options, invocation, summary,
           [&](const FigureFolder& folder) { write_vortex_page(folder, study, invocation); });
  return kExitDone;
}

/// Real data: no query has a known flow, so that what was held out is the judge.
int assimilate_observed(const AssimilateOptions& options, const fs::path& data,
                        const Invocation& invocation) {
  if (!options.out.empty()) FigureFolder::refuse(options.out, options.force);
  const LearnedForecaster learned(options.observed.learning, invocation.learning,
                                  options.methods.seed);
  const auto study = study_observed(data, options.observed, learned, options.methods.seed,
                                    options.methods.threads);
  nlohmann::json summary = {{"verb", "assimilate"},
                            {"data", data.string()},
                            {"hold_out", options.observed.hold_out},
                            {"seed", options.methods.seed},
                            {"config", invocation.config_toml},
                            {"history", history_line(invocation)}};
  add_study(summary, study);
  print_study(study);
  conclude(options, invocation, summary,
           [&](const FigureFolder& folder) { write_study_page(folder, study, invocation); });
  return kExitDone;
}

void print_scores(const std::vector<MethodResult>& methods) {
  for (const auto& result : methods) {
    if (result.reason == kNotAskedFor) continue;
    if (!result.reason.empty()) {
      log_info(result.title + ": none, " + result.reason);
      continue;
    }
    print(result.title + ": relative error " + estimate_text(result.scores.relative_error) +
          ", CRPS " + figures_text(result.scores.crps.value) + ", 90% coverage " +
          figures_text(result.scores.coverage[flow::kNinetyPercent].value) + ", " +
          figures_text(result.seconds_per_query.value) + " s a query");
  }
}

/// Of a study with several settings those of each, under its value.
void print_scores(const AssimilationRecord& record) {
  for (std::size_t i = 0; i < record.settings.size(); ++i) {
    if (record.settings.size() > 1) {
      print(record.study->name + " " + figures_text(record.study->settings[i].value));
    }
    print_scores(record.settings[i]);
  }
}

/// What did not converge is no posterior.
void warn_of_stragglers(const AssimilationRecord& record) {
  for (const auto& result : record.base()) {
    const double share = result.more.is_object() ? result.more.value("converged", 1.0) : 1;
    if (share == 1) continue;
    log_warning(result.title + ": " + figures_text(100 * (1 - share)) +
                "% of the queries ended without having converged");
  }
}

int write_results(const AssimilateOptions& options, const AssimilationRecord& record,
                  const FigureFolder* folder, const Invocation& invocation) {
  const auto summary = make_summary(options, record, invocation);
  write_json_result(invocation, summary);
  print_scores(record);
  warn_of_stragglers(record);
  if (folder == nullptr) return kExitDone;
  write_summary(options.out, summary);
  write_page(*folder, record, summary, invocation);
  remove_checkpoint(options);
  print((options.out / "index.html").string());
  return kExitDone;
}

}  // namespace

int run_assimilate(const AssimilateOptions& options, const Invocation& invocation) {
  const Inputs inputs = sort_inputs(options, invocation);
  require_sense(options, inputs, invocation);
  if (invocation.dry_run && (is_observed(options) || options.study.name == "kuznetsov")) {
    print("# sizes are not known in advance");
    return kExitDone;
  }
  if (options.study.name == "kuznetsov") return assimilate_vortices(options, invocation);
  if (is_observed(options)) return assimilate_observed(options, inputs.data, invocation);
  if (invocation.dry_run) return dry_run(options, inputs);
  install_signal_handlers();
  auto record = begin(options, inputs);
  std::optional<FigureFolder> folder;
  FinishedMethods finished;
  try {
    if (!options.out.empty()) {
      folder.emplace(open_page(options));
      finished = open_checkpoint(options, inputs, record, invocation);
    }
    record.study ? assimilate_study(options, finished, record)
                 : assimilate_data(options, inputs, finished, record);
    assimilate_coarse(options, record);
  } catch (const Stopped&) {
    return stopped(options);
  } catch (...) {
    leave_nothing_empty(options);
    throw;
  }
  return write_results(options, record, folder ? &*folder : nullptr, invocation);
}

}  // namespace lagoon::pipelines
