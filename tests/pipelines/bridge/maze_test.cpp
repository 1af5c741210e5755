// lagoon bridge maze: its scores, what it leaves, how it goes on, what it refuses, and the figures
// asked for.
#include <algorithm>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include "flow/error.hpp"
#include "pipelines/bridge/bridge.hpp"
#include "pipelines/bridge/maze/maze_options.hpp"
#include "pipelines/bridge/maze/maze_scores.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/pipelines/report/page_checks.hpp"
#include "tests/support/study.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

using lagoon::tests::kFewRoundings;
using lagoon::tests::write_text;

/// Two tasks of which direct comparison does one in 8 steps, and log-sum-exp both.
MazeTrial two_tasks() {
  MazeTrial trial;
  trial.tasks = {{{0.5, 0.5}, 3, 3, 2.5}, {{0.5, 0.5}, 9, 1, 0.5}};
  trial.episodes[0] = {{true, 8, {}}, {false, 100, {}}};
  trial.episodes[1] = {{true, 6, {}}, {true, 10, {}}};
  return trial;
}

TEST(MazeScores, are_means_over_episodes) {
  const std::vector<MazeTrial> trials = {two_tasks(), two_tasks()};
  const auto value = [&](MazePolicyKind kind, MazeMeasure measure) {
    return score(trials, kind, measure).value;
  };
  EXPECT_EQ(value(MazePolicyKind::direct, MazeMeasure::success), 0.5);
  EXPECT_EQ(value(MazePolicyKind::monte_carlo, MazeMeasure::success), 1);
  EXPECT_NEAR(value(MazePolicyKind::direct, MazeMeasure::spl), 0.5 * 3 / 4, kFewRoundings);
  EXPECT_NEAR(value(MazePolicyKind::monte_carlo, MazeMeasure::spl), 0.5 * (1 + 0.2), kFewRoundings);
  EXPECT_NEAR(value(MazePolicyKind::monte_carlo, MazeMeasure::spl_of_curve), 0.5 * (2.5 / 3 + 0.1),
              kFewRoundings);
  // Differences 0, 1, 0, 1: a standard error of sqrt(1/3 / 4).
  const MazeScore difference = gain(trials, MazeMeasure::success);
  EXPECT_EQ(difference.value, 0.5);
  EXPECT_NEAR(difference.high - difference.value, 1.959963984540054 * std::sqrt(1.0 / 12),
              kFewRoundings);
  const MazeScore all = score(trials, MazePolicyKind::monte_carlo, MazeMeasure::success);
  EXPECT_LT(all.low, 0.6);  // four successes prove little
  EXPECT_NEAR(all.high, 1, kFewRoundings);
}

TEST(Bridge, runs_every_study_that_it_declares) {
  OptionTable table("bridge", "");
  BridgeOptions options;
  declare_bridge(table, options);
  Invocation invocation;
  invocation.dry_run = true;
  const auto& studies = table.find("STUDY")->check.choices;
  EXPECT_GE(studies.size(), 5U);
  for (const auto& study : studies) {
    options.run.study = study;
    try {
      run_bridge(options, invocation);
    } catch (const Error&) {  // embeddings miss their files
      EXPECT_EQ(study, "embeddings");
    }
  }
}

TEST(MazeOptions, name_mazes_once) {
  MazeOptions options;
  EXPECT_EQ(chosen_mazes(options), (std::vector<std::string>{"fork", "island", "blank"}));
  options.mazes = "blank,fork";
  EXPECT_EQ(chosen_mazes(options), (std::vector<std::string>{"blank", "fork"}));
  for (const char* wrong : {"fork,fork", "hedge", ""}) {
    options.mazes = wrong;
    EXPECT_THROW(chosen_mazes(options), Error) << wrong;
  }
}

class MazeTest : public ProgramTest {
 protected:
  /// Three fits in a second.
  Arguments maze(const std::string& out, const Arguments& more = {}) const {
    Arguments all = {"bridge",  "maze",         "--out", path(out).string(),
                     "--quiet", "--maze-steps", "60",    "--trajectories",
                     "100",     "--maze-seeds", "1",     "--episodes",
                     "15",      "--states",     "100"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  nlohmann::json summary(const std::string& out) const {
    return nlohmann::json::parse(read_text(path(out) / "summary.json"));
  }
};

TEST_F(MazeTest, leaves_numbers_and_a_page) {
  const auto file = path("result.json").string();
  const auto outcome = run(maze("out", {"--json", file}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = nlohmann::json::parse(read_text(file));
  EXPECT_EQ(json, summary("out"));
  for (const char* name : {"fork", "island", "blank"}) {
    for (const char* measure : {"success", "spl", "spl_of_curve"}) {
      const auto& of_maze = json.at(measure).at(name);
      for (const std::string policy : {"direct", "monte_carlo"}) {
        const double value = of_maze.at(policy);
        const auto& interval = of_maze.at(policy + "_interval");
        EXPECT_TRUE(interval[0] <= value && value <= interval[1]) << name << measure << policy;
        EXPECT_EQ(of_maze.at("per_seed").at(policy).size(), 1U);
      }
      EXPECT_NEAR(of_maze.at("gain").get<double>(),
                  of_maze.at("monte_carlo").get<double>() - of_maze.at("direct").get<double>(),
                  kFewRoundings);
    }
    EXPECT_LE(json.at("spl").at(name).at("direct"), json.at("success").at(name).at("direct"));
    EXPECT_TRUE(fs::exists(path("out") / ("ways_" + std::string(name) + ".png")));
  }
  expect_self_contained(path("out") / "index.html");
  expect_one_line(run(maze("out")), 1, {"out", "--force"});
}

TEST_F(MazeTest, goes_on_from_its_fits_on_any_threads) {
  ASSERT_EQ(run(maze("whole", {"--threads", "1"})).code, 0);
  const auto fits = read_text(path("whole") / "fits.jsonl");
  // A run that was killed while it wrote its last fit.
  fs::create_directory(path("half"));
  write_text(path("half") / "fits.jsonl", fits.substr(0, fits.size() - 100));
  ASSERT_EQ(run(maze("half", {"--resume", "--threads", "3"})).code, 0);
  EXPECT_EQ(summary("half").at("success"), summary("whole").at("success"));
  EXPECT_EQ(summary("half").at("spl"), summary("whole").at("spl"));
  EXPECT_EQ(summary("half").at("losses"), summary("whole").at("losses"));
  // More episodes need no other fit.
  ASSERT_EQ(run(maze("half", {"--resume", "--episodes", "20"})).code, 0);
  EXPECT_EQ(std::ranges::count(read_text(path("half") / "fits.jsonl"), '\n'), 4);
}

TEST_F(MazeTest, what_cannot_be_is_one_line) {
  expect_one_line(run(maze("out", {"--mazes", "hedge"})), 1, {"hedge", "fork"});
  expect_one_line(run(maze("out", {"--negatives", "300"})), 1, {"300", "256"});
  const auto dry = run(maze("out", {"--mazes", "fork,blank", "--dry-run"}));
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("# 2 fits, 120 steps of training, 60 episodes"), std::string::npos)
      << dry.out;
  EXPECT_FALSE(fs::exists(path("out")));
}

/// The study as it is by default, with the figures asked for: a quarter of an hour of one core.
using MazeStudy = lagoon::tests::Study<MazeTest>;

TEST_F(MazeStudy, log_sum_exp_reaches_labels_that_direct_comparison_does_not) {
  ASSERT_EQ(run({"bridge", "maze", "--out", path("out").string(), "--quiet"}).code, 0);
  const auto json = summary("out");
  const std::map<std::string, std::pair<double, double>> errata = {
      {"fork", {.24, .71}}, {"island", {.61, .95}}, {"blank", {.58, .90}}};
  for (const auto& [maze, published] : errata) {
    const auto& success = json.at("success").at(maze);
    const double direct = success.at("direct"), monte_carlo = success.at("monte_carlo");
    EXPECT_GE(monte_carlo - direct, lagoon::tests::kMazeGain) << maze;
    EXPECT_GT(success.at("monte_carlo_interval")[0], success.at("direct_interval")[1]) << maze;
    EXPECT_NEAR(direct, published.first, lagoon::tests::kMazeFits) << maze;
    EXPECT_GT(monte_carlo, published.second - lagoon::tests::kMazeShortfall) << maze;
    EXPECT_GT(json.at("spl").at(maze).at("gain_interval")[0], 0) << maze;
  }
}

}  // namespace
}  // namespace lagoon::pipelines::tests
