#include "contrastive/communication/launch.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <unistd.h>

#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"

namespace lagoon::contrastive {
namespace {

/// The variables of one launcher.
struct Names {
  const char* by;
  const char* rank;
  const char* size;
  const char* local_rank;
  const char* local_size;
};
constexpr Names kTorchrun = {"torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"};
constexpr Names kOpenMpi = {"mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
                            "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"};
constexpr Names kPmi = {"pmi", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"};
constexpr Names kSlurm = {"srun", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", ""};

class Reading {
 public:
  explicit Reading(const Environment& environment) : environment_(environment) {}

  bool has(const char* name) const { return environment_.contains(name); }

  std::string text(const char* name) const {
    const auto found = environment_.find(name);
    return found == environment_.end() ? "" : found->second;
  }

  std::optional<int> number(const char* name) const {
    const std::string value = text(name);
    int result = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc{} || stop != value.data() + value.size()) return std::nullopt;
    return result;
  }

  std::string shown(const char* name) const {
    return std::string(name) + (has(name) ? "=" + text(name) : " unset");
  }

  Launch place(const Names& names) const {
    const auto rank = number(names.rank), size = number(names.size);
    if (!rank || !size || *rank < 0 || *rank >= *size) {
      throw Error(shown(names.rank) + ", " + shown(names.size) + " of " + names.by +
                  " are no rank and size: start all ranks by one launcher, or give --ranks 1");
    }
    Launch launch;
    launch.by = names.by;
    launch.rank = *rank;
    launch.size = *size;
    launch.local_rank = number(names.local_rank).value_or(0);
    launch.local_size = std::max(1, number(names.local_size).value_or(1));
    return launch;
  }

 private:
  const Environment& environment_;
};

/// The first name of "node[003-007,9],other" or "alpha,beta".
std::string first_host(const std::string& list) {
  const auto bracket = list.find('['), comma = list.find(',');
  if (bracket == std::string::npos || comma < bracket) return list.substr(0, comma);
  const auto end = list.find(']', bracket);
  const auto number = list.substr(bracket + 1, list.find_first_of(",-]", bracket) - bracket - 1);
  const auto rest = list.substr(std::min(end, list.size() - 1) + 1);
  return list.substr(0, bracket) + number + rest.substr(0, rest.find(','));
}

/// The first count of "4(x2),3" is that of the first nodes; others differ by a few at most.
int tasks_per_node(const std::string& list) {
  int count = 1;
  std::from_chars(list.data(), list.data() + list.size(), count);
  return std::max(1, count);
}

/// A step's tasks; older versions of Slurm have only the name without STEP.
Launch place_in_slurm(const Reading& of) {
  Names names = kSlurm;
  if (!of.has(names.size)) names.size = "SLURM_NTASKS";
  Launch launch = of.place(names);
  const char* nodes = of.has("SLURM_STEP_NODELIST") ? "SLURM_STEP_NODELIST" : "SLURM_JOB_NODELIST";
  launch.host = first_host(of.text(nodes));
  constexpr int kFirstPort = 20000, kPorts = 20000;
  const int job = of.number("SLURM_JOB_ID").value_or(0);
  launch.port = kFirstPort + (job + of.number("SLURM_STEP_ID").value_or(0)) % kPorts;
  launch.local_size = tasks_per_node(of.text("SLURM_STEP_TASKS_PER_NODE"));
  return launch;
}

/// Nothing if no launcher is there.
std::optional<Launch> place_by_launcher(const Reading& of) {
  if (of.has("RANK") && of.has("WORLD_SIZE") && of.has("MASTER_ADDR")) return of.place(kTorchrun);
  if (of.has(kOpenMpi.rank) || of.has(kOpenMpi.size)) return of.place(kOpenMpi);
  std::optional<Launch> of_pmi, of_step;
  if (of.has(kPmi.rank) || of.has(kPmi.size)) of_pmi = of.place(kPmi);
  if (of.has("SLURM_STEP_ID") && of.has(kSlurm.rank)) of_step = place_in_slurm(of);
  // srun speaks PMI too; where they differ, the step's tasks are daemons of MPI's own launcher.
  const bool same =
      of_pmi && of_step && of_pmi->rank == of_step->rank && of_pmi->size == of_step->size;
  return of_pmi && !same ? of_pmi : of_step;
}

void put_meeting_place(const Reading& of, Launch& launch) {
  if (of.has("MASTER_ADDR")) launch.host = of.text("MASTER_ADDR");
  if (of.has("MASTER_PORT")) launch.port = of.number("MASTER_PORT").value_or(0);
  launch.store_is_served = launch.by == "torchrun" && of.has(kServedStore);
  if (launch.store_is_served) launch.by = "lagoon";
  // torchrun's own store is at the port, and speaks the dialect of its Python's LibTorch.
  const std::string agent = of.text("TORCHELASTIC_USE_AGENT_STORE");
  const bool is_taken = !launch.store_is_served && (agent == "True" || agent == "1");
  constexpr int kMostPorts = 65535;
  if (is_taken) launch.port += launch.port < kMostPorts ? 1 : -1;
  if (launch.host.empty() || (launch.port > 0 && launch.port <= kMostPorts)) return;
  throw Error("ranks meet at " + launch.host + ", but " + of.shown("MASTER_PORT") +
              " is no port: set it to a free one");
}

}  // namespace

Environment environment_of_process() {
  Environment result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) result[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return result;
}

Launch detect_launch(const Environment& environment, int ranks) {
  if (ranks == 1) return {};
  const Reading of(environment);
  std::optional<Launch> launch = place_by_launcher(of);
  if (!launch) return {};
  if (ranks > 1 && launch->size == 1) return {};
  if (ranks != 0 && launch->size != ranks) {
    throw Error("--ranks is " + std::to_string(ranks) + ", but " + launch->by + " started " +
                std::to_string(launch->size) + ": leave --ranks to it");
  }
  if (launch->size > 1) put_meeting_place(of, *launch);
  return *launch;
}

int local_rank(const Environment& environment) {
  try {
    const auto launch = place_by_launcher(Reading(environment));
    return launch ? launch->local_rank : 0;
  } catch (const Error&) {
    return 0;  // a set that is not whole: detect_launch() says so to whom it concerns
  }
}

std::string to_text(const Launch& launch) {
  if (launch.by == "single") return "a single process";
  std::string text = "rank " + std::to_string(launch.rank) + " of " + std::to_string(launch.size) +
                     ", started by " + launch.by;
  if (!launch.host.empty()) {
    text += ", meeting at " + launch.host + ":" + std::to_string(launch.port);
  }
  return text;
}

int threads_of_rank(const Launch& launch, const Environment& environment) {
  const auto online = std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
  const int share = std::max(1, online / launch.local_size);
  const int asked = Reading(environment).number("SLURM_CPUS_PER_TASK").value_or(share);
  return std::min({flow::resolve_threads(0), share, std::max(1, asked)});
}

}  // namespace lagoon::contrastive
