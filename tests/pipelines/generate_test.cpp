// The same flows to the bit, whatever runs them and whatever stops them.
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

/// Draws of every kind.
Arguments all_draws(const Arguments& more = {}) {
  Arguments all = {"--noise",       "1",    "--missing",       "5", "--damping", "3",
                   "--diffusivity", "0.01", "--stations",      "4", "--fields",  "psi",
                   "--grid",        "8",    "--station-noise", "2"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST_F(ProgramTest, flows_do_not_depend_on_threads) {
  ASSERT_EQ(run(small("one.h5", 300, all_draws({"--threads", "1"}))).code, 0);
  ASSERT_EQ(run(small("two.h5", 300, all_draws({"--threads", "2"}))).code, 0);
  EXPECT_TRUE(same_flows(path("one.h5"), path("two.h5")));
}

TEST_F(ProgramTest, smaller_dataset_is_the_beginning_of_the_larger) {
  const Arguments fractions = all_draws({"--test-fraction", "0.3"});
  ASSERT_EQ(run(small("small.h5", 1000, fractions)).code, 0);
  ASSERT_EQ(run(small("large.h5", 4000, fractions)).code, 0);
  EXPECT_TRUE(same_flows(path("small.h5"), path("large.h5")));
}

TEST_F(ProgramTest, flows_do_not_depend_on_the_instruction_set) {
  ASSERT_EQ(run(small("best.h5", 100, all_draws())).code, 0);
  for (const auto* isa : {"base", "avx2"}) {
    const auto outcome = run(small("other.h5", 100, all_draws({"--force"})), {{"LAGOON_ISA", isa}});
    if (outcome.code != 0 && std::string(isa) != "base") continue;  // a machine without AVX2
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_TRUE(same_flows(path("best.h5"), path("other.h5")));
  }
}

TEST_F(ProgramTest, other_seeds_give_other_flows) {
  ASSERT_EQ(run(small("a.h5", 10)).code, 0);
  ASSERT_EQ(run(small("b.h5", 10, {"--seed", "1"})).code, 0);
  EXPECT_FALSE(same_flows(path("a.h5"), path("b.h5")));
}

/// Datasets of several blocks, stopped between the first and the last.
class InterruptionTest : public ProgramTest {
 protected:
  Arguments long_work(const std::string& name, const Arguments& more = {}) const {
    Arguments all = {"--release", "uniform", "--drifters",       "2",
                     "--threads", "1",       "--max-wavenumber", "2"};
    all.insert(all.end(), more.begin(), more.end());
    return small(name, kFlows, all);
  }

  /// Sends `signal` while the first blocks are drawn.
  Outcome interrupt(const std::string& name, int signal) const {
    const pid_t child = start(long_work(name));
    while (!fs::exists(path(name + ".part")) && !fs::exists(path(name))) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    kill(child, signal);
    return finish(child);
  }

  void expect_resumed_to_the_same_bits(const std::string& name) const {
    expect_one_line(run(long_work(name)), 1, {".part", "--resume", "--force"});
    const auto resumed = run(long_work(name, {"--resume"}));
    ASSERT_EQ(resumed.code, 0) << resumed.err;
    ASSERT_EQ(run(long_work("whole.h5")).code, 0);
    EXPECT_TRUE(same_flows(path(name), path("whole.h5")));
    EXPECT_FALSE(fs::exists(path(name + ".part")));
  }

  static constexpr int kFlows = 12000;
};

TEST_F(InterruptionTest, killed_work_is_resumed_to_the_same_bits) {
  const auto outcome = interrupt("flows.h5", SIGKILL);
  ASSERT_EQ(outcome.code, 128 + SIGKILL);
  expect_resumed_to_the_same_bits("flows.h5");
}

TEST_F(InterruptionTest, signalled_work_is_saved_and_resumed) {
  const auto outcome = interrupt("flows.h5", SIGTERM);
  expect_one_line(outcome, 75, {"SIGTERM", "--resume"});
  expect_one_line(run(long_work("flows.h5", {"--resume", "--seed", "5"})), 1, {"seed"});
  expect_resumed_to_the_same_bits("flows.h5");
}

/// Whether a signal to the child waits to be taken (proc(5)).
bool is_pending(pid_t child, int signal) {
  std::ifstream status("/proc/" + std::to_string(child) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("ShdPnd:"))
      return (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1)) & 1;
  }
  return false;
}

TEST_F(InterruptionTest, second_interrupt_ends_at_once) {
  const pid_t child = start(long_work("flows.h5"));
  while (!fs::exists(path("flows.h5.part"))) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGINT);
  while (is_pending(child, SIGINT)) {  // two at once would be one
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  kill(child, SIGINT);
  EXPECT_EQ(finish(child).code, 130);
}

TEST_F(InterruptionTest, finished_work_gives_its_results_again) {
  const std::string json = path("result.json").string();
  ASSERT_EQ(run(small("flows.h5", 30, {"--json", json})).code, 0);
  const auto first = nlohmann::json::parse(read_text(json));
  ASSERT_EQ(run(small("flows.h5", 30, {"--json", json, "--resume"})).code, 0);
  const auto again = nlohmann::json::parse(read_text(json));
  EXPECT_EQ(again["flows_drawn"], 0);
  for (const auto& [key, value] : first.items()) {
    const bool of_the_work = key == "flows_drawn" || key.find("second") != std::string::npos;
    EXPECT_TRUE(of_the_work || again.at(key) == value) << key;
  }
  const std::string other = write("other.json", "{\"verb\": \"inspect\"}");
  expect_one_line(run(small("flows.h5", 30, {"--json", other, "--resume"})), 1, {other, "--force"});
}

TEST_F(InterruptionTest, finished_work_is_not_done_again) {
  ASSERT_EQ(run(small("flows.h5", 30)).code, 0);
  const auto written = fs::last_write_time(path("flows.h5"));
  EXPECT_EQ(run(small("flows.h5", 30, {"--resume"})).code, 0);
  EXPECT_EQ(fs::last_write_time(path("flows.h5")), written);
  expect_one_line(run(small("flows.h5", 31, {"--resume"})), 1, {"31", "--force"});
  expect_one_line(run(small("flows.h5", 30, {"--resume", "--tolerance", "1e-11"})), 1,
                  {"tolerance", "1e-11", "--force"});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
