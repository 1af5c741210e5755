// Runs: their records, what stops them, and what continues them.
#include <chrono>
#include <csignal>
#include <fstream>
#include <numeric>
#include <sstream>
#include <thread>
#include <utility>

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

/// Means of the first and of the last eight losses of a run.
std::pair<double, double> loss_at_both_ends(const fs::path& run) {
  std::vector<double> losses;
  for (const auto& line : read_lines(run / "metrics.jsonl")) {
    if (line["kind"] == "loss") losses.push_back(line["loss"]);
  }
  const auto mean = [](auto first) { return std::accumulate(first, first + 8, 0.0) / 8; };
  return {mean(losses.begin()), mean(losses.end() - 8)};
}

TEST_F(TrainTest, every_tilting_and_loss_learns) {
  for (const std::string tilting : {"cosine", "inner_product", "quadratic"}) {
    for (const std::string loss :
         {"conditional", "joint", "conditional_mmd", "joint_mmd", "sigmoid"}) {
      Arguments arguments = begin("run", "40");
      arguments.insert(arguments.end(),
                       {"--tilting", tilting, "--loss", loss, "--warmup-steps", "0", "--schedule",
                        "constant", "--threads", "1", "--force"});
      const auto outcome = run(arguments);
      ASSERT_EQ(outcome.code, 0) << outcome.err;
      const auto [before, after] = loss_at_both_ends(path("run"));
      EXPECT_LT(after, before) << tilting << " " << loss;
      const auto summary = nlohmann::json::parse(read_text(path("run") / "summary.json"));
      EXPECT_EQ(summary["tilting"], tilting);
      EXPECT_EQ(summary["objective"]["loss"], loss);
      EXPECT_EQ(summary["objective"].contains("kernel"), loss.ends_with("mmd"));
      EXPECT_EQ(summary["objective"].contains("lambda_u"), loss.starts_with("conditional"));
    }
  }
}

TEST_F(TrainTest, options_without_effect_are_told_and_do_not_hinder_a_resume) {
  Arguments arguments = begin("run", "300");
  arguments.insert(arguments.end(),
                   {"--loss", "joint", "--lambda-u", "3", "--mmd-kernel", "energy", "--optimizer",
                    "adam", "--weight-decay", "0.5", "--pooling", "mean"});
  const auto outcome = interrupt(arguments, "run", SIGTERM);
  EXPECT_EQ(outcome.code, 75) << outcome.err;
  for (const char* option : {"--lambda-u", "--mmd-kernel", "--weight-decay", "--pooling"}) {
    EXPECT_NE(outcome.err.find(std::string(option) + " has no effect"), std::string::npos)
        << outcome.err;
  }
  EXPECT_EQ(read_text(path("run") / "config.toml").find("lambda_u"), std::string::npos);
  const auto resumed = run(with(arguments, "--resume"));
  EXPECT_EQ(resumed.code, 0) << resumed.err;
}

TEST_F(TrainTest, resumed_run_of_another_objective_ends_in_the_same_weights) {
  const auto other = [this](const std::string& name) {
    Arguments arguments = begin(name, "200");
    arguments.insert(arguments.end(), {"--tilting", "quadratic", "--loss", "sigmoid", "--negatives",
                                       "second_batch", "--evaluation", "plain"});
    return arguments;
  };
  EXPECT_EQ(interrupt(other("run"), "run", SIGTERM).code, 75);
  const auto resumed = run(train("run", {"--resume"}));
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  ASSERT_EQ(run(other("whole")).code, 0);
  EXPECT_EQ(weights("run"), weights("whole"));
}

TEST_F(TrainTest, objective_that_cannot_be_is_one_line) {
  const auto with_two = [this](const std::string& flag, const std::string& value) {
    Arguments arguments = begin("run", "5");
    arguments.insert(arguments.end(), {flag, value});
    return run(arguments);
  };
  expect_one_line(with_two("--tilting", "euclidean"), 2, {"--tilting", "euclidean", "quadratic"});
  expect_one_line(with_two("--loss", "hinge"), 2, {"--loss", "hinge", "sigmoid"});
  expect_one_line(with_two("--mmd-kernel", "laplace"), 2, {"--mmd-kernel", "laplace", "energy"});
  expect_one_line(with_two("--lambda-u", "-1"), 2, {"--lambda-u", "-1"});
  expect_one_line(with_two("--bandwidth-u", "wide"), 2, {"--bandwidth-u", "wide"});
  expect_one_line(with_two("--temperature", "2"), 1, {"temperature is 2", "cosine", "0.01"});
  expect_one_line(run(with(with(begin("run", "5"), "--lambda-u=0"), "--lambda-v=0")), 1,
                  {"--lambda-u and --lambda-v"});
  EXPECT_FALSE(fs::exists(path("run")));
}

TEST_F(TrainTest, retrieval_knows_any_tilting) {
  for (const std::string tilting : {"inner_product", "quadratic"}) {
    Arguments arguments =
        train("run", {"--tilting", tilting, "--steps", "100", "--batch-size", "64", "--mlp-width",
                      "64", "--whitened-components", "20", "--warmup-steps", "5", "--force"});
    ASSERT_EQ(run(arguments).code, 0);
    const auto outcome = run({"retrieve", path("run").string(), path("flows.h5").string(), "--out",
                              path("out").string(), "--examples", "0", "--split", "all",
                              "--queries", "50", "--force", "--quiet"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const auto summary = nlohmann::json::parse(read_text(path("out") / "summary.json"));
    EXPECT_EQ(summary["tilting"], tilting);
    // 800 flows, most of them trained on; chance is 10/800.
    EXPECT_GT(summary["recall"]["lagrangian_to_eulerian"]["10"], 0.1) << tilting;
    EXPECT_GE(summary["effective_sample_size"]["quantile_10"], 1) << tilting;
    const auto inspected = run({"inspect", path("run").string()});
    EXPECT_NE(inspected.out.find("tilting: " + tilting), std::string::npos) << inspected.out;
  }
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
  const auto resumed = run(with(begin("run", "300"), "--resume"));
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_FALSE(fs::exists(path("run") / "checkpoint" / "requeue"));
  ASSERT_EQ(run(begin("whole", "300")).code, 0);
  EXPECT_EQ(weights("run"), weights("whole"));
}

TEST_F(TrainTest, a_record_cut_short_by_a_kill_is_healed) {
  ASSERT_EQ(run(begin("whole", "300")).code, 0);
  const auto arguments = begin("run", "300");
  ASSERT_EQ(interrupt(arguments, "run", SIGTERM).code, 75);
  std::ofstream(path("run") / "metrics.jsonl", std::ios::app)
      << R"({"kind":"loss","step":299,"loss":1})" << '\n'
      << R"({"kind":"loss","st)";
  ASSERT_EQ(run(train("run", {"--resume"})).code, 0);
  const auto healed = read_lines(path("run") / "metrics.jsonl");
  const auto whole = read_lines(path("whole") / "metrics.jsonl");
  ASSERT_EQ(healed.size(), whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(healed[i]["kind"], whole[i]["kind"]);
    EXPECT_EQ(healed[i]["step"], whole[i]["step"]);
    EXPECT_EQ(healed[i].value("loss", 0.0), whole[i].value("loss", 0.0));
  }
}

TEST_F(TrainTest, finished_run_is_neither_overwritten_nor_done_again) {
  ASSERT_EQ(run(begin("run", "5")).code, 0);
  const std::string metrics = read_text(path("run") / "metrics.jsonl");
  expect_one_line(run(begin("run", "6")), 1, {"run", "--force"});
  expect_one_line(run(train("run", {"--resume", "--steps", "6"})), 2,
                  {"--steps 6", "config.toml", "which has 5"});
  const auto config = path("run") / "config.toml";
  for (const Arguments& same : {Arguments{}, {"--steps", "5"}, {"--config", config.string()}}) {
    Arguments resumed = train("run", {"--resume"});
    resumed.insert(resumed.end(), same.begin(), same.end());
    EXPECT_EQ(run(resumed).code, 0);
  }
  write("other.toml", "[train]\nsteps = 6\n");
  expect_one_line(run(train("run", {"--resume", "--config", path("other.toml").string()})), 2,
                  {"--steps 6", "which has 5"});
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
