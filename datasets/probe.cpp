#include "datasets/probe.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "datasets/reader.hpp"
#include "datasets/storage/durable_file.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

using Opener = std::function<void(const std::filesystem::path&)>;

constexpr unsigned kSeconds = 8;
constexpr rlim_t kExtraBytes = rlim_t{1} << 30;

// Address space: what the process has, and 1 GiB more. Sanitizers reserve terabytes: no limit
// there.
void limit_memory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(LAGOON_SANITIZED)
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  if (pages == 0) return;
  const rlim_t bytes = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + kExtraBytes;
  const rlimit limit{bytes, bytes};
  ::setrlimit(RLIMIT_AS, &limit);
#endif
}

void limit_time() {
  ::signal(SIGALRM, SIG_DFL);
  sigset_t alarm_only;
  sigemptyset(&alarm_only);
  sigaddset(&alarm_only, SIGALRM);
  ::sigprocmask(SIG_UNBLOCK, &alarm_only, nullptr);
  ::alarm(kSeconds);
}

// In the child: what is wrong with the file goes through the pipe. _exit runs no handler of the
// parent's.
[[noreturn]] void open_in_child(const std::filesystem::path& path, const Opener& open, int pipe) {
  limit_time();
  limit_memory();
  std::string message;
  try {
    open(path);
  } catch (const Error& error) {
    message = error.what();
  } catch (const std::exception& error) {
    message = path.string() + ": damaged (" + error.what() + ")";
  }
  const ssize_t written = ::write(pipe, message.data(), message.size());
  ::_exit(written == static_cast<ssize_t>(message.size()) ? 0 : 1);
}

std::string read_to_end(int pipe) {
  std::string text;
  std::array<char, 512> buffer{};
  for (;;) {
    const ssize_t n = ::read(pipe, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

bool ended_well(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

void probe_file(const std::filesystem::path& path) {
  probe_file(path, [](const std::filesystem::path& file) { const Reader reader(file); });
}

void probe_file(const std::filesystem::path& path, const Opener& open) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw Error(system_failure(path, "could not be probed"));
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    open_in_child(path, open, ends[1]);
  }
  ::close(ends[1]);
  const std::string message = child < 0 ? "" : read_to_end(ends[0]);
  ::close(ends[0]);
  if (child < 0) throw Error(system_failure(path, "could not be probed"));
  const bool well = ended_well(child);
  if (!message.empty()) throw Error(message);
  if (!well)
    throw Error(path.string() + ": damaged (the HDF5 library could not read its metadata)");
}

}  // namespace lagoon::datasets
