#include "pipelines/generation/destination.hpp"

#include <string>
#include <system_error>

#include "datasets/probe.hpp"
#include "datasets/reader.hpp"
#include "flow/error.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/option_table.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

}  // namespace

void require_place(const Destination& destination) {
  require_one_of(destination.resume, destination.force);
  const fs::path folder = fs::absolute(destination.out).parent_path();
  std::error_code failure;
  require(fs::is_directory(folder, failure), destination.out.string() + ": there is no folder " +
                                                 folder.string() + " (make it first)");
  if (destination.resume || destination.force) return;
  refuse_existing(destination.file(), /*force=*/false);
  if (destination.is_shard()) refuse_existing(destination.out, /*force=*/false);
  require(!is_there(destination.part()),
          destination.part().string() +
              ": an unfinished dataset (--resume continues it, --force begins anew)");
}

bool is_finished(const Destination& destination) {
  return destination.resume && is_there(destination.file());
}

datasets::Description description_of_finished(const Destination& destination,
                                              datasets::Description asked) {
  const fs::path file = destination.file();
  datasets::probe_file(file);
  const datasets::Reader reader(file);
  const auto& found = reader.description();
  if (asked.steps_per_interval == 0) asked.steps_per_interval = found.steps_per_interval;
  asked.lagoon_version = found.lagoon_version;
  std::string difference = sample_difference(found, asked);
  if (difference.empty() && found.tolerance != asked.tolerance) {
    difference = "tolerance (" + figures_text(found.tolerance) + " and " +
                 figures_text(asked.tolerance) + ")";
  }
  require(difference.empty(), file.string() + ": is complete, with another " + difference +
                                  " (choose another name, or give --force to begin anew)");
  return found;
}

datasets::Writer open_writer(const Destination& destination,
                             const datasets::Description& description) {
  const fs::path file = destination.file();
  if (!destination.resume || !is_there(destination.part())) {
    // Whoever begins a shard anew leaves no master of the old ones.
    std::error_code ignored;
    if (destination.is_shard() && destination.force) fs::remove(destination.out, ignored);
    return datasets::Writer::create(file, description, destination.force);
  }
  auto writer = datasets::Writer::resume(file, description);
  log_info(destination.part().string() + ": continued at flow " +
           std::to_string(writer.flows_complete()));
  return writer;
}

bool merge_if_complete(const Destination& destination) {
  const fs::path& out = destination.out;
  if (!destination.is_shard() || !datasets::all_shards_are_there(out, destination.shard.count))
    return false;
  if (destination.resume && is_there(out)) return false;
  try {
    datasets::merge_shards(out, destination.force);
  } catch (const Error& error) {
    if (!destination.force) throw;
    log_warning("not merged yet: " + std::string(error.what()));
    return false;
  }
  return true;
}

}  // namespace lagoon::pipelines
