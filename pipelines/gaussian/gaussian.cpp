#include "pipelines/gaussian/gaussian.hpp"

#include <filesystem>

#include "flow/error.hpp"
#include "pipelines/gaussian/planar/planar_report.hpp"
#include "pipelines/gaussian/process/process_report.hpp"
#include "pipelines/support/json/json_lines.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFits = "fits.jsonl";  ///< of a study, in its folder

/// Counts up whenever the same options begin to mean other pairs, weights or steps.
constexpr int kFitVersion = 1;

/// Everything that a fit depends on beside its setting and seed.
nlohmann::json training_json(const ProcessOptions& o, const ProcessTheory& theory) {
  return {{"version", kFitVersion},           {"n_u", theory.law.n_u()},
          {"n_v", theory.law.n_v()},          {"epochs", o.epochs},
          {"learning_rate", o.learning_rate}, {"decay", o.decay},
          {"standardize", o.standardize}};
}

std::int64_t total_steps(const ProcessOptions& options, const std::vector<SweepPlan>& plans) {
  FitsBySetting settings;
  for (const auto& plan : plans) {
    for (const auto& setting : plan.settings) settings[setting];
  }
  std::int64_t steps = 0;
  bool too_many = false;
  for (const auto& [setting, fits] : settings) {
    too_many |= __builtin_add_overflow(steps, steps_of(options, setting), &steps);
  }
  too_many |= __builtin_mul_overflow(steps, std::int64_t{options.seeds}, &steps);
  require(!too_many, "the sweeps are too many steps to count: take fewer --epochs or --seeds");
  return steps;
}

int run_planar(const GaussianOptions& options, const Invocation& invocation) {
  require_valid(options.planar);
  if (invocation.dry_run) {
    const auto& o = options.planar;
    print("# 6 models in closed form" +
          (o.train ? ", each trained for " + std::to_string(o.steps) + " steps of " +
                         std::to_string(o.pairs) + " fresh pairs"
                   : std::string()));
    return kExitDone;
  }
  const auto folder = FigureFolder::create(options.out, options.force);
  write_text(options.out / "config.toml", invocation.config_toml);
  const auto study = study_planar(options.planar, options.seed, options.threads);
  write_planar_page(folder, study, invocation);
  finish_study("gaussian", options.study, options.out, invocation, to_json(study),
               planar_text(study));
  return kExitDone;
}

int stopped(const GaussianOptions& options) {
  const auto fits = options.out / kFits;
  make_json_lines(fits);
  log_warning("lagoon gaussian: stopped by " + std::string(stop_signal_name()) +
              "; finished fits are in " + fits.string() +
              ", and the same command with --resume goes on");
  return kExitStopped;
}

int run_process(const GaussianOptions& options, const Invocation& invocation) {
  ProcessStudy study{
      process_theory(), options.process, planned_sweeps(options.process), {}, options.seed};
  if (invocation.dry_run) {
    print("# " + std::to_string(total_steps(study.options, study.plans)) + " steps of training");
    return kExitDone;
  }
  const auto file = options.out / kFits;
  const auto folder = options.resume ? FigureFolder::reopen(options.out, file.filename())
                                     : FigureFolder::create(options.out, options.force);
  write_text(options.out / "config.toml", invocation.config_toml);
  install_signal_handlers();
  if (!options.resume) fs::remove(file);
  FitStore store(file, training_json(options.process, study.theory));
  try {
    study.fits =
        fit_processes(study.theory, study.options, study.plans, study.seed, options.threads, store);
  } catch (const Stopped&) {
    return stopped(options);
  }
  write_process_page(folder, study, invocation);
  finish_study("gaussian", options.study, options.out, invocation, to_json(study),
               process_text(study));
  return kExitDone;
}

}  // namespace

int run_gaussian(const GaussianOptions& options, const Invocation& invocation) {
  require_one_of(options.resume, options.force);
  return options.study == "planar" ? run_planar(options, invocation)
                                   : run_process(options, invocation);
}

}  // namespace lagoon::pipelines
