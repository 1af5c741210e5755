#include "pipelines/generate.hpp"

#include <algorithm>
#include <array>

#include "datasets/probe.hpp"
#include "datasets/reader.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "flow/integration/accuracy.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/trajectories.hpp"
#include "pipelines/generation/blocks.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

// [BST] 6.3 as printed, but for the step: 32,268 + 32,268 pairs, 1000 times, T = 0.1.
constexpr const char* kPaperPreset = R"(samples = 64536
validation_fraction = 0.0
test_fraction = 0.5
tolerance = 1e-8
times = 1000
rms_speed = 15.0
)";

fs::path part_of(const fs::path& out) {
  return out.string() + ".part";
}

datasets::Description describe(const GenerateOptions& options, const Invocation& invocation) {
  const auto [law, law_seed] = resolve_law(options.law);
  datasets::Description d;
  d.law = law;
  d.law_seed = law_seed;
  d.seed = options.seed;
  d.n_flows = options.samples;
  d.storage =
      options.storage == "float32" ? datasets::Storage::float32 : datasets::Storage::float64;
  d.fractions = options.fractions;
  d.tolerance = options.tolerance;
  d.title = "Random divergence-free flows on the unit torus and the drifters in them";
  d.history = history_line(invocation);
  d.source = "lagoon generate: model output, no observations";
  d.lagoon_version = lagoon_version();
  d.git_commit = git_commit();
  d.config_toml = invocation.config_toml;
  return d;
}

/// Chooses the step by the tolerance and says so.
void choose_scheme(datasets::Description& d, const GenerateOptions& options) {
  const auto choice = choose_step(d.law, d.tolerance, options.threads, options.step_probe);
  d.scheme = "rk4";
  d.steps_per_interval = choice.steps_per_interval;
  d.step = choice.step;
  d.max_error = choice.max_error;
  d.quantile_999_error = choice.quantile_999_error;
  d.n_probe_flows = choice.n_probe_flows;
  log_info("step " + figures_text(d.step) + " (" + std::to_string(d.steps_per_interval) +
           " between observations): largest error " + figures_text(d.max_error) +
           ", 99.9% quantile " + figures_text(d.quantile_999_error) + " over " +
           std::to_string(d.n_probe_flows) + " flows");
}

std::array<std::int64_t, 3> split_sizes(const datasets::Description& d) {
  std::array<std::int64_t, 3> sizes{};
  for (std::int64_t i = 0; i < d.n_flows; ++i) {
    ++sizes[static_cast<std::size_t>(split_of(i, d.fractions))];
  }
  return sizes;
}

double file_bytes(const datasets::Description& d) {
  const auto n_drifters = static_cast<double>(d.law.n_drifters());
  const double stored = d.storage == datasets::Storage::float32 ? 4 : 8;
  const double drifter = 2 * stored * static_cast<double>(d.law.n_times()) + 5 * sizeof(double);
  const double flow = static_cast<double>(d.law.n_modes()) * 2 * sizeof(double);
  return static_cast<double>(d.n_flows) * (flow + n_drifters * drifter);
}

int dry_run(const datasets::Description& d) {
  const auto [train, validation, test] = split_sizes(d);
  print("# " + std::to_string(d.n_flows) + " flows (train " + std::to_string(train) +
        ", validation " + std::to_string(validation) + ", test " + std::to_string(test) + "), " +
        std::to_string(d.law.n_modes()) + " modes, " + std::to_string(d.law.n_drifters()) +
        " drifters, " + std::to_string(d.law.n_times()) + " times");
  print("# file " + bytes_text(file_bytes(d)) + ", memory " + bytes_text(generation_memory(d)));
  return kExitDone;
}

/// An existing, complete OUT under --resume is done already, if it is what was asked for.
datasets::Description description_of_finished(const fs::path& out, datasets::Description asked) {
  datasets::probe_file(out);
  const datasets::Reader reader(out);
  const auto& found = reader.description();
  asked.scheme = "rk4";
  asked.steps_per_interval = found.steps_per_interval;
  asked.lagoon_version = found.lagoon_version;
  std::string difference = sample_difference(found, asked);
  if (difference.empty() && found.tolerance != asked.tolerance) {
    difference = "tolerance (" + figures_text(found.tolerance) + " and " +
                 figures_text(asked.tolerance) + ")";
  }
  require(difference.empty(), out.string() + ": is complete, with another " + difference +
                                  " (choose another name, or give --force to begin anew)");
  return found;
}

void require_place(const GenerateOptions& options) {
  if (options.resume && options.force) {
    throw UsageError("--resume and --force: one continues, the other begins anew; give one");
  }
  const fs::path folder = fs::absolute(options.out).parent_path();
  std::error_code failure;
  require(fs::is_directory(folder, failure),
          options.out.string() + ": there is no folder " + folder.string() + " (make it first)");
  if (options.resume || options.force) return;
  refuse_existing(options.out, /*force=*/false);
  require(!fs::exists(part_of(options.out)),
          part_of(options.out).string() +
              ": an unfinished dataset (--resume continues it, --force begins anew)");
}

datasets::Writer open_writer(const GenerateOptions& options, const datasets::Description& d) {
  if (options.resume && fs::exists(part_of(options.out))) {
    auto writer = datasets::Writer::resume(options.out, d);
    log_info(part_of(options.out).string() + ": continued at flow " +
             std::to_string(writer.flows_complete()));
    return writer;
  }
  return datasets::Writer::create(options.out, d, options.force);
}

/// Without a flow drawn there is no rate: JSON's null.
nlohmann::json result_json(const datasets::Description& d, const fs::path& out, double seconds,
                           std::int64_t drawn) {
  const double flows = static_cast<double>(drawn);
  const double steps =
      flows * static_cast<double>(d.law.n_drifters() * d.law.n_times()) * d.steps_per_interval;
  return {{"verb", "generate"},
          {"file", out.string()},
          {"n_flows", d.n_flows},
          {"flows_drawn", drawn},
          {"seconds", seconds},
          {"flows_per_second", flows / seconds},
          {"drifter_steps_per_second", steps / seconds},
          {"bytes", fs::file_size(out)},
          {"step", d.step},
          {"steps_per_interval", d.steps_per_interval},
          {"tolerance", d.tolerance},
          {"max_error", d.max_error},
          {"quantile_999_error", d.quantile_999_error},
          {"n_probe_flows", d.n_probe_flows},
          {"law_hash", to_hex(hash(d.law))},
          {"instruction_set", flow::instruction_set()}};
}

void print_result(const nlohmann::json& result) {
  print(result["file"].get<std::string>() + ": " +
        std::to_string(result["n_flows"].get<std::int64_t>()) + " flows in " +
        duration_text(result["seconds"]) + ", " + count_text(result["flows_per_second"]) +
        " flows/s, " + count_text(result["drifter_steps_per_second"]) + " drifter steps/s (" +
        result["instruction_set"].get<std::string>() + "), " + bytes_text(result["bytes"]) +
        ", largest error " + figures_text(result["max_error"]));
}

int stopped(const fs::path& out, std::int64_t complete) {
  log_warning("lagoon generate: stopped by " + std::string(stop_signal_name()) + " with " +
              std::to_string(complete) + " flows in " + part_of(out).string() +
              "; the same command with --resume continues");
  return kExitStopped;
}

}  // namespace

void declare_generate(OptionTable& table, GenerateOptions& o) {
  table.positional("OUT", &o.out, "dataset to write (HDF5)");
  table.option("samples", &o.samples, at_least(1), "flows to draw");
  add_seed(table, o.seed, "seed of the flows and of the noise");
  table.option("validation-fraction", &o.fractions.validation, fraction(),
               "share kept for validation");
  table.option("test-fraction", &o.fractions.test, fraction(), "share kept for tests");
  table.option("storage", &o.storage, one_of({"float32", "float64"}), "how positions are stored");
  table.option("tolerance", &o.tolerance, positive(), "largest error of a position by the step");
  table.option("step-probe", &o.step_probe, at_least(1), "flows on which the step is measured");
  declare_law(table, o.law);
  table.action("resume", o.resume, "continue OUT.part if there is one");
  add_force(table, o.force);
  add_threads(table, o.threads).not_recorded();
  table.preset("quick", "");
  table.preset("paper", kPaperPreset);
}

int run_generate(const GenerateOptions& options, const Invocation& invocation) {
  require_valid(options.fractions);
  auto description = describe(options, invocation);
  if (invocation.dry_run) return dry_run(description);
  require_place(options);
  if (options.resume && fs::exists(options.out)) {
    description = description_of_finished(options.out, description);
    print(options.out.string() + ": complete already, nothing to do");
    write_json_result(invocation, result_json(description, options.out, 0, 0));
    return kExitDone;
  }
  choose_scheme(description, options);
  install_signal_handlers();
  auto writer = open_writer(options, description);
  const auto begin = writer.flows_complete();
  Progress progress("drawing flows", description.n_flows, "flows", begin);
  const bool all = generate_flows(description, writer, options.threads, [&](std::int64_t done) {
    progress.update(done);
    return !stop_requested();
  });
  progress.finish();
  if (!all) return stopped(options.out, writer.flows_complete());
  writer.finish();
  const auto result =
      result_json(description, options.out, progress.seconds(), description.n_flows - begin);
  print_result(result);
  write_json_result(invocation, result);
  return kExitDone;
}

}  // namespace lagoon::pipelines
