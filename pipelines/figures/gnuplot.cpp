#include "pipelines/figures/gnuplot.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flow/error.hpp"
#include "pipelines/support/signals.hpp"

extern char** environ;

namespace lagoon::pipelines {
namespace {

// Pixels per CSS pixel: sharp on dense screens, and still small files.
constexpr double kDensity = 1.6;
constexpr int kPoints = 10;  // of text

std::filesystem::path program_in_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    auto candidate = std::filesystem::path(folder) / name;
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw Error(name + " is not in PATH: the pictures need it (Debian's package gnuplot-nox)");
}

struct Outcome {
  int status = 0;
  std::string output;
};

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t n; (n = ::read(descriptor, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

// Without a shell: names of folders and files need no quoting.
Outcome run_program(const std::filesystem::path& program, std::vector<std::string> arguments,
                    const std::filesystem::path& folder) {
  std::array<int, 2> ends;
  require(::pipe2(ends.data(), O_CLOEXEC) == 0, "gnuplot: no pipe could be opened");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  arguments.insert(arguments.begin(), program.string());
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // In a group of its own where Ctrl-C does not end lagoon, which then needs the picture.
  if (!ends_at_interrupts()) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t child = 0;
  const int failed =
      ::posix_spawn(&child, program.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  Outcome outcome{failed, failed ? "it could not be started" : read_all(ends[0])};
  ::close(ends[0]);
  if (!failed) ::waitpid(child, &outcome.status, 0);
  return outcome;
}

std::string last_line(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
  }
  return last.empty() ? "no message" : last;
}

}  // namespace

Gnuplot Gnuplot::find() {
  Gnuplot gnuplot;
  gnuplot.program_ = std::filesystem::absolute(program_in_path("gnuplot"));
  for (const std::string terminal : {"pngcairo", "png"}) {
    const auto probe = run_program(gnuplot.program_, {"-e", "set terminal " + terminal}, "/");
    if (probe.status == 0) {
      gnuplot.terminal_ = terminal;
      return gnuplot;
    }
  }
  throw Error(gnuplot.program_.string() +
              " has no terminal that writes PNG: install Debian's gnuplot-nox");
}

std::string Gnuplot::terminal(int width, int height) const {
  std::ostringstream line;
  line << "set terminal " << terminal_ << " size " << std::lround(kDensity * width) << ","
       << std::lround(kDensity * height) << " enhanced";
  if (terminal_ == "pngcairo") {
    line << " background rgb 'white' font 'sans," << kPoints << "' fontscale " << kDensity
         << " linewidth " << kDensity << " pointscale " << kDensity;
  }
  return line.str() + "\n";
}

std::string Gnuplot::animation_terminal(int width, int height, int delay) {
  std::ostringstream line;
  line << "set terminal gif animate delay " << delay << " loop 0 optimize size "
       << std::lround(kDensity * width) << "," << std::lround(kDensity * height)
       << " enhanced font 'sans," << kPoints << "' fontscale " << kDensity << " linewidth "
       << kDensity << "\n";
  return line.str();
}

std::string Gnuplot::run(const std::filesystem::path& folder, const std::string& script) const {
  auto outcome = run_program(program_, {script}, folder);
  if (outcome.status != 0) {
    throw Error("gnuplot failed on " + (folder / script).string() + ": " +
                last_line(outcome.output));
  }
  return outcome.output;
}

std::string gnuplot_string(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "''";
    } else if (c == '\n') {
      result += "'.\"\\n\".'";
    } else {
      result += c;
    }
  }
  return result + "'";
}

}  // namespace lagoon::pipelines
