#include "tests/pipelines/program.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "datasets/reader.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

void redirect(const fs::path& path, int descriptor) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(file, descriptor);
  close(file);
}

[[noreturn]] void become_program(const Arguments& arguments, const Environment& environment,
                                 const fs::path& folder) {
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> words = {const_cast<char*>("lagoon")};
  for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  redirect(folder / "stdout", STDOUT_FILENO);
  redirect(folder / "stderr", STDERR_FILENO);
  execv(LAGOON_PROGRAM, words.data());
  _exit(127);
}

template <class Value>
bool same_bits(const std::vector<Value>& a, const std::vector<Value>& b) {
  if (a.size() != b.size()) return false;
  return a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Value)) == 0;
}

}  // namespace

Outcome ProgramTest::run(const Arguments& arguments, const Environment& environment) const {
  return finish(start(arguments, environment));
}

pid_t ProgramTest::start(const Arguments& arguments, const Environment& environment) const {
  const pid_t child = fork();
  if (child == 0) become_program(arguments, environment, folder_.path());
  return child;
}

Outcome ProgramTest::finish(pid_t child) const {
  int status = 0;
  waitpid(child, &status, 0);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, read_text(folder_ / "stdout"), read_text(folder_ / "stderr")};
}

std::string ProgramTest::write(const std::string& name, const std::string& content) const {
  lagoon::tests::write_text(path(name), content);
  return path(name).string();
}

Arguments ProgramTest::small(const std::string& name, int samples, const Arguments& more) const {
  Arguments arguments = {"generate",     path(name).string(),
                         "--samples",    std::to_string(samples),
                         "--times",      "10",
                         "--step-probe", "16",
                         "--quiet"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Arguments ProgramTest::copy_law(const std::string& name, const std::string& source) const {
  return {"generate", path(name).string(), "--samples",  "12",  "--step-probe",
          "16",       "--quiet",           "--law-from", source};
}

void expect_one_line(const Outcome& outcome, int code, const std::vector<std::string>& words) {
  EXPECT_EQ(outcome.code, code) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_TRUE(outcome.err.starts_with("lagoon ")) << outcome.err;
  for (const auto& word : words) {
    EXPECT_NE(outcome.err.find(word), std::string::npos) << word << " is not in: " << outcome.err;
  }
}

bool same_flows(const fs::path& a, const fs::path& b) {
  const datasets::Reader first(a), second(b);
  const auto n = std::min(first.n_flows(), second.n_flows());
  const auto p = first.positions(0, n), q = second.positions(0, n);
  const auto s = first.station_velocity(0, n), t = second.station_velocity(0, n);
  return first.law_hash() == second.law_hash() &&
         same_bits(first.psi_hat(0, n), second.psi_hat(0, n)) &&
         same_bits(first.amplitudes(0, n), second.amplitudes(0, n)) && same_bits(p.x, q.x) &&
         same_bits(p.y, q.y) && same_bits(s.x, t.x) && same_bits(s.y, t.y) &&
         same_bits(first.psi(0, n), second.psi(0, n)) &&
         same_bits(first.vorticity(0, n), second.vorticity(0, n));
}

}  // namespace lagoon::pipelines::tests
