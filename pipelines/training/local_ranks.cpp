#include "pipelines/training/local_ranks.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contrastive/communication/ranks.hpp"
#include "flow/error.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

using Clock = std::chrono::steady_clock;

/// The arguments that this process was started with.
std::vector<std::string> own_arguments() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string> words;
  for (std::size_t first = 0; first < text.size(); first = text.find('\0', first) + 1) {
    words.emplace_back(text.c_str() + first);
  }
  return words;
}

std::string own_program() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

/// Signals that this process takes one by one, to its end, instead of being interrupted by them:
/// one that comes when the ranks have ended changes nothing of what they ended with.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&held_);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD}) {
      sigaddset(&held_, signal);
    }
    sigprocmask(SIG_BLOCK, &held_, &before_);
  }

  /// In a child that becomes another program.
  void release() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }

  /// One that came within a second, or 0 signals.
  siginfo_t next() const {
    siginfo_t info = {};
    const timespec second = {1, 0};
    if (sigtimedwait(&held_, &info, &second) < 0) info.si_signo = 0;
    return info;
  }

 private:
  sigset_t held_ = {}, before_ = {};
};

/// What one rank ended with.
struct End {
  int rank = 0;
  int status = 0;

  bool was_killed() const { return WIFSIGNALED(status); }
  int code() const { return was_killed() ? kExitFailed : WEXITSTATUS(status); }
};

std::string remedy_of(const RankedVerb& verb) {
  return verb.run.empty()
             ? "give the same command again"
             : "the last checkpoint is whole, and the same command with --resume continues";
}

class Family {
 public:
  /// `stop_signal`: what a signal that asks for the stop is passed on as; 0: as it came.
  explicit Family(const RankedVerb& verb, int stop_signal = 0)
      : verb_(verb), stop_signal_(stop_signal) {}

  /// `environment` of rank r is what it adds to this process's.
  void start(const char* program, const std::vector<std::string>& words, int rank,
             const std::map<std::string, std::string>& environment) {
    const pid_t parent = getpid(), child = fork();
    require(child >= 0, std::string("a rank could not be started (") + std::strerror(errno) +
                            "): free memory or processes");
    if (child == 0) become(program, words, environment, parent);
    running_[child] = rank;
  }

  /// Waits until all have ended; the first that failed comes first.
  std::vector<End> wait() {
    while (!running_.empty()) {
      const siginfo_t signal = signals_.next();
      // A terminal tells the whole group by itself.
      const bool from_terminal = signal.si_code == SI_KERNEL;
      if (signal.si_signo != 0 && signal.si_signo != SIGCHLD && !from_terminal) {
        send(stop_signal_ != 0 ? stop_signal_ : signal.si_signo);
      }
      collect();
      constexpr std::chrono::seconds kToFollow{60};
      if (failed_ && Clock::now() - failed_at_ > kToFollow) send(SIGKILL);
    }
    return ends_;
  }

 private:
  [[noreturn]] void become(const char* program, const std::vector<std::string>& words,
                           const std::map<std::string, std::string>& environment,
                           pid_t parent) const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // what is killed leaves nobody who still writes
    if (getppid() != parent) _exit(kExitFailed);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> pointers;
    for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    // A rank of ours takes what came for it when its handlers are there.
    if (stop_signal_ != 0) signals_.release();
    execvp(program, pointers.data());
    constexpr int kNotFound = 127;
    _exit(kNotFound);
  }

  void send(int signal) const {
    for (const auto& [child, rank] : running_) kill(child, signal);
  }

  void collect() {
    int status = 0;
    for (pid_t child = waitpid(-1, &status, WNOHANG); child > 0;
         child = waitpid(-1, &status, WNOHANG)) {
      const auto entry = running_.find(child);
      if (entry == running_.end()) continue;
      note({entry->second, status});
      running_.erase(entry);
    }
  }

  void note(const End& end) {
    ends_.push_back(end);
    const bool failed = end.code() != kExitDone && end.code() != kExitStopped;
    if (!failed || failed_) return;
    failed_ = true;
    failed_at_ = Clock::now();
    std::swap(ends_.front(), ends_.back());
    if (!end.was_killed()) return;
    log_error("lagoon " + verb_.name + ": rank " + std::to_string(end.rank) + " was ended by SIG" +
              sigabbrev_np(WTERMSIG(end.status)) + ": " + remedy_of(verb_));
  }

  HeldSignals signals_;
  const RankedVerb& verb_;
  int stop_signal_;
  std::map<pid_t, int> running_;  // rank by process
  std::vector<End> ends_;
  bool failed_ = false;
  Clock::time_point failed_at_;
};

std::vector<End> run_by_loopback(int ranks, const RankedVerb& verb) {
  const contrastive::LocalStore store;
  const std::string program = own_program();
  Family family(verb);
  for (int rank = 0; rank < ranks; ++rank) {
    const std::string number = std::to_string(rank), size = std::to_string(ranks);
    family.start(program.c_str(), own_arguments(), rank,
                 {{"RANK", number},
                  {"LOCAL_RANK", number},
                  {"WORLD_SIZE", size},
                  {"LOCAL_WORLD_SIZE", size},
                  {"MASTER_ADDR", "127.0.0.1"},
                  {"MASTER_PORT", std::to_string(store.port())},
                  {contrastive::kServedStore, "1"}});
  }
  return family.wait();
}

/// mpirun refuses root and more ranks than cores unless told; who asked for them knows. It passes
/// on SIGUSR2 and the code 75 that follows, but makes 1 of it after SIGTERM.
std::vector<End> run_by_mpirun(int ranks, const RankedVerb& verb) {
  std::vector<std::string> words = {"mpirun",    "-n",   std::to_string(ranks),
                                    "--bind-to", "none", "--oversubscribe"};
  const auto own = own_arguments();
  words.push_back(own_program());
  words.insert(words.end(), own.begin() + 1, own.end());
  Family family(verb, SIGUSR2);
  family.start("mpirun", words, 0,
               {{"OMPI_ALLOW_RUN_AS_ROOT", "1"}, {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"}});
  return family.wait();
}

/// Its own message says which rank it was, and not what to do.
void tell_of_mpirun(const End& end, const RankedVerb& verb) {
  if (!verb.run.empty() && !std::filesystem::exists(verb.run / "checkpoint")) return;
  log_error("lagoon " + verb.name + ": mpirun ended with " + std::to_string(end.code()) + ": " +
            remedy_of(verb));
}

}  // namespace

int run_local_ranks(int ranks, const RankedVerb& verb) {
  const bool by_loopback = contrastive::has_transport("gloo");
  require(by_loopback || contrastive::has_transport("mpi"),
          "--ranks " + std::to_string(ranks) +
              ": this build has neither Gloo nor MPI: build where libgloo-dev (Debian's LibTorch) "
              "or libopenmpi-dev is");
  const auto ends = by_loopback ? run_by_loopback(ranks, verb) : run_by_mpirun(ranks, verb);
  const bool is_saved =
      !verb.run.empty() && std::filesystem::exists(verb.run / "checkpoint" / "requeue");
  int code = kExitDone;
  for (const End& end : ends) {
    const bool failed = end.code() != kExitDone && end.code() != kExitStopped;
    if (failed && is_saved && !by_loopback) return kExitStopped;
    if (failed && !by_loopback) tell_of_mpirun(end, verb);
    if (failed) return end.code();
    code = std::max(code, end.code());
  }
  return code;
}

}  // namespace lagoon::pipelines
