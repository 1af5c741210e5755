#include "pipelines/generation/shard_choice.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {
namespace {

std::optional<int> parse_whole(std::string_view text) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The variables by which one launcher tells a process its place. Slurm's arrays need not begin at
/// 0, nor go in steps of 1.
struct Launcher {
  const char* rank;
  const char* size;
  const char* first = nullptr;
  const char* step = nullptr;
};
constexpr std::array<Launcher, 2> kMpi = {
    {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"}, {"PMI_RANK", "PMI_SIZE"}}};
constexpr Launcher kTasks = {"SLURM_PROCID", "SLURM_NTASKS"};
constexpr Launcher kArray = {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT",
                             "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP"};

[[noreturn]] void refuse(const std::string& why) {
  throw Error("--shard auto: " + why + ": give --shard I/N");
}

/// A launcher's answer, with the variables that gave it.
struct Place {
  int index = 0;
  int count = 1;
  std::string seen;
};

/// Reads the variables of one launcher.
class Reading {
 public:
  Reading(const Launcher& launcher, const EnvironmentLookup& environment)
      : launcher_(launcher), environment_(environment) {}

  /// Nothing if the launcher is not there.
  std::optional<Place> place() const {
    if (!environment_(launcher_.rank) && !environment_(launcher_.size)) return std::nullopt;
    Place place{number(launcher_.rank), number(launcher_.size), seen()};
    if (launcher_.first != nullptr) place.index -= number(launcher_.first);
    if (launcher_.step != nullptr) place.index = in_steps(place.index);
    if (place.index < 0 || place.index >= place.count) refuse(place.seen + " is no place");
    return place;
  }

 private:
  std::string seen() const {
    std::string text;
    for (const char* name : {launcher_.rank, launcher_.size, launcher_.first, launcher_.step}) {
      if (name == nullptr) continue;
      const char* value = environment_(name);
      text += std::string(text.empty() ? "" : ", ") + name + (value ? "=" : " unset") +
              (value ? value : "");
    }
    return text;
  }

  int number(const char* name) const {
    const char* text = environment_(name);
    const auto value = parse_whole(text ? text : "");
    if (!value) refuse(seen() + " is no full set of numbers");
    return *value;
  }

  int in_steps(int distance) const {
    const int step = std::max(1, number(launcher_.step));
    if (distance % step != 0) refuse(seen() + " is no place");
    return distance / step;
  }

  const Launcher& launcher_;
  const EnvironmentLookup& environment_;
};

/// The tasks of one step or of mpirun. mpirun's own variables come first: within a Slurm job its
/// processes also see the Slurm task that started them.
std::optional<Place> place_among_tasks(const EnvironmentLookup& environment) {
  for (const auto& launcher : kMpi) {
    if (auto place = Reading(launcher, environment).place()) return place;
  }
  // A batch script itself is told SLURM_NTASKS, but runs once: only steps have numbers.
  if (environment("SLURM_STEP_ID") == nullptr) return std::nullopt;
  return Reading(kTasks, environment).place();
}

ShardChoice choose_by_launcher(const EnvironmentLookup& environment) {
  const auto task = place_among_tasks(environment);
  const auto array = Reading(kArray, environment).place();
  const bool tasks_count = task && task->count > 1;
  if (array && tasks_count) refuse(array->seen + " and " + task->seen + " both count");
  if (!array && !task) {
    refuse(
        "neither mpirun (OMPI_COMM_WORLD_RANK, PMI_RANK) nor srun (SLURM_PROCID) nor a Slurm "
        "array (SLURM_ARRAY_TASK_ID) says which shard this is");
  }
  const Place& place = array ? *array : *task;
  return {ShardChoice::Work::shard, {place.index, place.count}};
}

ShardChoice parse_shard(const std::string& text) {
  const auto slash = std::min(text.find('/'), text.size());
  const std::string_view all = text;
  const auto index = parse_whole(all.substr(0, slash));
  const auto count = parse_whole(all.substr(std::min(slash + 1, text.size())));
  if (!index || !count || *index < 0 || *index >= *count) {
    throw UsageError("--shard " + text + ": must be I/N with I from 0 to N - 1, auto or merge");
  }
  return {ShardChoice::Work::shard, {*index, *count}};
}

}  // namespace

ShardChoice choose_shard(const std::string& text, const EnvironmentLookup& environment) {
  if (text.empty()) return {};
  if (text == "merge") return {ShardChoice::Work::merge, {}};
  return text == "auto" ? choose_by_launcher(environment) : parse_shard(text);
}

int threads_of_rank(const EnvironmentLookup& environment) {
  int threads = flow::resolve_threads(0);
  const auto online = std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
  for (const char* ranks_here : {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"}) {
    const char* text = environment(ranks_here);
    const auto ranks = parse_whole(text ? text : "");
    if (!ranks || *ranks < 1) continue;
    const auto share = std::max(1, online / *ranks);
    threads = std::min(threads, share);
  }
  const char* cores = environment("SLURM_CPUS_PER_TASK");
  const auto asked = parse_whole(cores ? cores : "");
  if (asked && *asked > 0) threads = std::min(threads, *asked);
  return threads;
}

}  // namespace lagoon::pipelines
