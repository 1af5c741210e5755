// Runs: their records, what stops them, and what continues them.
#include <chrono>
#include <csignal>
#include <sstream>
#include <thread>

#include <nlohmann/json.hpp>

#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

std::vector<nlohmann::json> read_lines(const fs::path& path) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(read_text(path));
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

class TrainTest : public ProgramTest {
 protected:
  void SetUp() override { ASSERT_EQ(run(small("flows.h5", 800)).code, 0); }

  Arguments train(const std::string& name, const Arguments& more = {}) const {
    Arguments all = {"train", path("flows.h5").string(), "--run", path(name).string(), "--quiet"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  Arguments begin(const std::string& name, const std::string& steps) const {
    return train(name, {"--steps", steps, "--batch-size", "64", "--mlp-width", "16", "--log-every",
                        "1", "--validate-every", "10", "--whitened-components", "10"});
  }

  static Arguments with(Arguments arguments, const std::string& flag) {
    arguments.push_back(flag);
    return arguments;
  }

  /// Sends `signal` once the run has written a loss.
  Outcome interrupt(const Arguments& arguments, const std::string& name, int signal) const {
    const pid_t child = start(arguments);
    while (read_text(path(name) / "metrics.jsonl").empty() &&
           !fs::exists(path(name) / "summary.json")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    kill(child, signal);
    return finish(child);
  }

  std::string weights(const std::string& name) const {
    return read_text(path(name) / "checkpoint" / "weights.safetensors");
  }
};

TEST_F(TrainTest, run_folder_holds_its_records) {
  const auto outcome = run(begin("run", "20"));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto summary = nlohmann::json::parse(read_text(path("run") / "summary.json"));
  EXPECT_EQ(summary["steps"], 20);
  EXPECT_EQ(summary["finished"], true);
  EXPECT_TRUE(summary["recall"]["lagrangian_to_eulerian"].contains("1"));
  int losses = 0, recalls = 0;
  for (const auto& line : read_lines(path("run") / "metrics.jsonl")) {
    losses += line["kind"] == "loss";
    recalls += line["kind"] == "recall" && line["split"] == "validation";
  }
  EXPECT_EQ(losses, 20);
  EXPECT_EQ(recalls, 2);
  EXPECT_NE(read_text(path("run") / "log.txt").find("lagoon train"), std::string::npos);
  EXPECT_EQ(run({"inspect", path("run").string()}).code, 0);
  EXPECT_EQ(run(copy_law("copy.h5", path("run").string())).code, 0);
  EXPECT_TRUE(same_flows(path("copy.h5"), path("flows.h5")));
}

TEST_F(TrainTest, stored_configuration_gives_the_same_run) {
  ASSERT_EQ(run(begin("a", "5")).code, 0);
  const std::string config = (path("a") / "config.toml").string();
  const auto outcome = run(train("b", {"--config", config}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(read_text(config), read_text(path("b") / "config.toml"));
  EXPECT_EQ(weights("a"), weights("b"));
}

TEST_F(TrainTest, signalled_run_is_saved_and_resumed_to_the_same_weights) {
  expect_one_line(interrupt(begin("run", "300"), "run", SIGTERM), 75, {"SIGTERM", "--resume"});
  EXPECT_TRUE(fs::exists(path("run") / "checkpoint" / "requeue"));
  const auto resumed = run(train("run", {"--resume"}));
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_FALSE(fs::exists(path("run") / "checkpoint" / "requeue"));
  ASSERT_EQ(run(begin("whole", "300")).code, 0);
  EXPECT_EQ(weights("run"), weights("whole"));
}

TEST_F(TrainTest, finished_run_is_neither_overwritten_nor_done_again) {
  ASSERT_EQ(run(begin("run", "5")).code, 0);
  const std::string metrics = read_text(path("run") / "metrics.jsonl");
  expect_one_line(run(begin("run", "6")), 1, {"run", "--force"});
  expect_one_line(run(train("run", {"--resume", "--steps", "6"})), 2, {"--steps", "config.toml"});
  EXPECT_EQ(run(train("run", {"--resume"})).code, 0);
  EXPECT_EQ(read_text(path("run") / "metrics.jsonl"), metrics);
  EXPECT_EQ(run(with(begin("run", "6"), "--force")).code, 0);
  EXPECT_NE(read_text(path("run") / "metrics.jsonl"), metrics);
}

TEST_F(TrainTest, run_that_cannot_be_leaves_nothing) {
  expect_one_line(run(with(begin("run", "5"), "--batch-size=100000")), 1, {"100000"});
  expect_one_line(run(train("run", {"--whitened-components", "300"})), 1, {"300"});
  expect_one_line(run(train("run", {"--resume"})), 1, {"run", "--resume"});
  expect_one_line(run({"train", path("none.h5").string(), "--run", path("run").string()}), 1,
                  {"none.h5"});
  expect_one_line(run({"train", path("flows.h5").string()}), 2, {"--run"});
  EXPECT_FALSE(fs::exists(path("run")));
}

TEST_F(TrainTest, run_is_not_resumed_on_other_data) {
  EXPECT_EQ(interrupt(begin("run", "300"), "run", SIGUSR1).code, 75);
  ASSERT_EQ(run(small("flows.h5", 800, {"--law-seed", "1", "--force"})).code, 0);
  expect_one_line(run(train("run", {"--resume"})), 1, {"omega"});
  ASSERT_EQ(run(small("flows.h5", 800, {"--seed", "1", "--force"})).code, 0);
  expect_one_line(run(train("run", {"--resume"})), 1, {"seed"});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
