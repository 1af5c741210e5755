#include "pipelines/generate.hpp"

#include <algorithm>
#include <cstdlib>

#include "datasets/shards.hpp"
#include "flow/hash.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/kernels/instruction_sets.hpp"
#include "pipelines/generation/blocks.hpp"
#include "pipelines/generation/destination.hpp"
#include "pipelines/generation/estimate.hpp"
#include "pipelines/generation/shard_choice.hpp"
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
tolerance = 1e-7
times = 1000
rms_speed = 15.0
)";

EnvironmentLookup environment() {
  return [](const char* name) { return std::getenv(name); };
}

/// All but the step, which has to be measured.
datasets::Description describe(const GenerateOptions& options, const datasets::Shard& shard,
                               const Invocation& invocation) {
  const auto [law, law_seed] = resolve_law(options.law);
  datasets::Description d;
  d.law = law;
  d.eulerian = resolve_eulerian(options.eulerian, law, law_seed);
  d.law_seed = law_seed;
  d.seed = options.seed;
  d.n_flows = options.samples;
  d.shard = shard;
  d.storage =
      options.storage == "float32" ? datasets::Storage::float32 : datasets::Storage::float64;
  d.fractions = options.fractions;
  resolve_scheme(options.scheme, d);
  d.title = "Random divergence-free flows on the unit torus and the drifters in them";
  d.history = history_line(invocation);
  d.source = "lagoon generate: model output, no observations";
  d.lagoon_version = lagoon_version();
  d.git_commit = git_commit();
  d.config_toml = invocation.config_toml;
  return d;
}

void log_step(const datasets::Description& d) {
  log_info("step " + figures_text(d.step) + " (" + std::to_string(d.steps_per_interval) +
           " between observations): largest error " + figures_text(d.max_error) +
           ", 99.9% quantile " + figures_text(d.quantile_999_error) + " over " +
           std::to_string(d.n_probe_flows) + " flows");
}

/// Sizes, and an estimate of the time by a small probe of the step.
int dry_run(const GenerateOptions& options, datasets::Description d, int threads) {
  constexpr int kProbedDrifters = 256;
  const int few = std::max(1, kProbedDrifters / static_cast<int>(d.law.n_drifters()));
  choose_steps(std::min(few, probe_flows(options.scheme, d.law)), threads, d);
  print_plan(d, estimate(d, options.out, threads));
  return kExitDone;
}

/// Without a flow drawn there is no rate: JSON's null.
nlohmann::json result_json(const datasets::Description& d, const fs::path& file, double seconds,
                           std::int64_t drawn) {
  const double flows = static_cast<double>(drawn);
  const double steps =
      flows * static_cast<double>(d.law.n_drifters() * d.law.n_times()) * d.steps_per_interval;
  return {{"verb", "generate"},
          {"file", file.string()},
          {"n_flows", flows_of(d).size},
          {"shard", {d.shard.index, d.shard.count}},
          {"flows_drawn", drawn},
          {"seconds", seconds},
          {"flows_per_second", flows / seconds},
          {"drifter_steps_per_second", steps / seconds},
          {"bytes", fs::file_size(file)},
          {"scheme", d.scheme},
          {"precision", d.precision},
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

int stopped(const fs::path& part, std::int64_t complete) {
  log_warning("lagoon generate: stopped by " + std::string(stop_signal_name()) + " with " +
              std::to_string(complete) + " flows in " + part.string() +
              "; the same command with --resume continues");
  return kExitStopped;
}

void print_master(const fs::path& out, int n_shards) {
  print(out.string() + ": master of " + std::to_string(n_shards) + " shards");
}

int plan_merge(const fs::path& out) {
  const int n_shards = datasets::require_shards(out);
  int complete = 0;
  for (int i = 0; i < n_shards; ++i) {
    if (fs::exists(datasets::shard_path(out, {i, n_shards}))) ++complete;
  }
  print("# " + std::to_string(complete) + " of " +
        counted_text(static_cast<std::size_t>(n_shards), "shard") + " complete beside " +
        out.string());
  return kExitDone;
}

int merge(const GenerateOptions& options, const Invocation& invocation) {
  if (invocation.dry_run) return plan_merge(options.out);
  datasets::merge_shards(options.out, options.force);
  const int n_shards = datasets::count_of_shards(options.out);
  print_master(options.out, n_shards);
  write_json_result(invocation,
                    {{"verb", "generate"}, {"file", options.out.string()}, {"n_shards", n_shards}});
  return kExitDone;
}

/// The last words of a file that is complete.
int finish(const Destination& destination, const nlohmann::json& result,
           const Invocation& invocation) {
  if (merge_if_complete(destination)) print_master(destination.out, destination.shard.count);
  write_json_result(invocation, result);
  return kExitDone;
}

int write_file(const Destination& destination, const datasets::Description& description,
               int threads, const Invocation& invocation) {
  auto writer = open_writer(destination, description);
  const auto begin = writer.flows_complete(), end = flows_of(description).size;
  Progress progress("drawing flows", end, "flows", begin);
  const bool all = generate_flows(description, writer, threads, [&](std::int64_t done) {
    progress.update(done);
    return !stop_requested();
  });
  progress.finish();
  if (!all) return stopped(destination.part(), writer.flows_complete());
  writer.finish();
  const auto result = result_json(description, destination.file(), progress.seconds(), end - begin);
  print_result(result);
  return finish(destination, result, invocation);
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
  declare_law(table, o.law);
  declare_eulerian(table, o.eulerian);
  declare_scheme(table, o.scheme);
  table
      .option("shard", &o.shard, anything(),
              "I/N: this part (I from 0); auto: the launcher's rank; merge: join all")
      .command_line_only();
  table.action("resume", o.resume, "continue OUT.part if there is one");
  add_force(table, o.force);
  add_threads(table, o.threads).not_recorded();
  table.preset("quick", "");
  table.preset("paper", kPaperPreset);
}

int run_generate(const GenerateOptions& options, const Invocation& invocation) {
  require_valid(options.fractions);
  const auto choice = choose_shard(options.shard, environment());
  if (choice.work == ShardChoice::Work::merge) return merge(options, invocation);
  auto description = describe(options, choice.shard, invocation);
  require_valid(description);
  const int threads = options.threads > 0 ? options.threads : threads_of_rank(environment());
  if (invocation.dry_run) return dry_run(options, std::move(description), threads);
  const Destination destination{options.out, choice.shard, options.resume, options.force};
  require_place(destination);
  if (is_finished(destination)) {
    description = description_of_finished(destination, description);
    print(destination.file().string() + ": complete already, nothing to do");
    return finish(destination, result_json(description, destination.file(), 0, 0), invocation);
  }
  install_signal_handlers();  // before the step is measured: a stop then is a stop, too
  choose_steps(probe_flows(options.scheme, description.law), threads, description);
  log_step(description);
  return write_file(destination, description, threads, invocation);
}

}  // namespace lagoon::pipelines
