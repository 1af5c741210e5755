// What the verb says before, during and after its work: sizes, warnings, stops and resumed work.
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include <nlohmann/json.hpp>

#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class AssimilateWorkTest : public ProgramTest {
 protected:
  Arguments study(const Arguments& more) const {
    Arguments all = {"assimilate",
                     "--preset",
                     "noise",
                     "--values",
                     "5,20",
                     "--methods",
                     "prior,variational",
                     "--threads",
                     "1",
                     "--out",
                     path("page").string(),
                     "--quiet"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  std::string data(const std::string& name, const Arguments& more = {}) const {
    Arguments all = {"--max-wavenumber",
                     "1",
                     "--release",
                     "uniform",
                     "--drifters",
                     "8",
                     "--noise",
                     "5",
                     "--validation-fraction",
                     "0",
                     "--test-fraction",
                     "1"};
    all.insert(all.end(), more.begin(), more.end());
    EXPECT_EQ(run(small(name, 12, all)).code, 0);
    return path(name).string();
  }

  bool says(const Arguments& arguments, const std::string& words) const {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return (outcome.out + outcome.err).find(words) != std::string::npos;
  }

  void expect_no_effect(const Arguments& arguments, const std::vector<std::string>& options) const {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    for (const auto& option : options) {
      EXPECT_NE(outcome.err.find(option + " has no effect"), std::string::npos) << option;
    }
  }
};

/// Scores without what a clock measures.
json scores_of(const fs::path& summary) {
  json methods = json::parse(read_text(summary)).at("settings");
  for (auto& setting : methods) {
    for (auto& scores : setting["methods"]) {
      if (scores.is_null()) continue;
      scores.erase("seconds_per_query");
      scores.erase("seconds_per_query_interval");
      scores.erase("seconds_once");
    }
  }
  return methods;
}

TEST_F(AssimilateWorkTest, a_signal_keeps_finished_methods_and_the_rest_is_resumed) {
  const Arguments twins = {"--twins", "6"};
  const pid_t child = start(study(twins));
  while (!fs::exists(path("page") / "checkpoint" / "finished.jsonl")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGTERM);
  expect_one_line(finish(child), 75, {"SIGTERM", "--resume"});
  EXPECT_EQ(read_text(path("page") / "checkpoint" / "requeue"), "SIGTERM\n");
  EXPECT_FALSE(fs::exists(path("page") / "summary.json"));

  expect_one_line(run(study({"--twins", "7", "--resume"})), 1, {"finished.jsonl", "--resume"});
  // A line that a kill cut short is done again, and what follows is not part of it.
  const auto file = path("page") / "checkpoint" / "finished.jsonl";
  std::ofstream(file, std::ios::app) << "{\"how\":";
  const auto resumed = run(study({"--twins", "6", "--resume"}));
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_FALSE(fs::exists(path("page") / "checkpoint"));
  const auto scores = scores_of(path("page") / "summary.json");
  ASSERT_EQ(run(study({"--twins", "6", "--force"})).code, 0);
  EXPECT_EQ(scores, scores_of(path("page") / "summary.json"));
  expect_one_line(run(study({"--twins", "6", "--resume"})), 1, {"checkpoint", "--resume"});
}

TEST_F(AssimilateWorkTest, a_finished_page_stopped_before_its_first_method_is_resumed) {
  const Arguments twins = {"--twins", "6"};
  ASSERT_EQ(run(study(twins)).code, 0);
  const auto scores = scores_of(path("page") / "summary.json");
  const pid_t child = start(study({"--twins", "6", "--force"}));
  while (!fs::exists(path("page") / "checkpoint")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGTERM);
  expect_one_line(finish(child), 75, {"SIGTERM", "--resume"});
  ASSERT_EQ(run(study({"--twins", "6", "--resume"})).code, 0);
  EXPECT_EQ(scores, scores_of(path("page") / "summary.json"));
}

TEST_F(AssimilateWorkTest, folders_of_other_things_are_left_alone) {
  const auto checkpoint = path("page") / "checkpoint";
  fs::create_directories(checkpoint);
  write("page/checkpoint/state.json", "{}");
  for (const std::string how : {"--force", "--resume"}) {
    expect_one_line(run(study({how})), 1, {"page", "training run"});
    EXPECT_EQ(read_text(checkpoint / "state.json"), "{}");
  }
  fs::remove(checkpoint / "state.json");
  write("page/checkpoint/requeue", "SIGTERM\n");
  write("page/index.html", "mine");
  expect_one_line(run(study({"--resume"})), 1, {"page", "finished.jsonl"});
  EXPECT_EQ(read_text(path("page") / "index.html"), "mine");
  fs::remove(path("page") / "index.html");
  EXPECT_EQ(run(study({"--twins", "2", "--resume"})).code, 0);  // stopped before its first method
  EXPECT_FALSE(fs::exists(checkpoint));
}

TEST_F(AssimilateWorkTest, options_without_effect_are_told) {
  const auto flows = data("flows.h5");
  const Arguments on_data = {"assimilate", flows,    "--json",     path("a.json").string(),
                             "--methods",  "prior",  "--values",   "3",
                             "--twins",    "7",      "--law-seed", "2",
                             "--quiet",    "--force"};
  expect_no_effect(on_data, {"--values", "--twins", "--law-seed"});
  const Arguments on_study = {"assimilate", "--preset",  "missing",
                              "--values",   "0",         "--twins",
                              "2",          "--json",    path("a.json").string(),
                              "--methods",  "prior",     "--split",
                              "all",        "--queries", "3",
                              "--quiet",    "--force"};
  expect_no_effect(on_study, {"--split", "--queries"});
  const Arguments on_vortices = {"assimilate", "--preset",   "kuznetsov",
                                 "--values",   "4",          "--twins",
                                 "2",          "--json",     path("a.json").string(),
                                 "--methods",  "prior",      "--members",
                                 "9",          "--examples", "1",
                                 "--law-seed", "3",          "--quiet",
                                 "--force"};
  expect_no_effect(on_vortices, {"--methods", "--members", "--examples", "--law-seed"});
}

TEST_F(AssimilateWorkTest, vortices_are_refused_before_a_folder_is_touched) {
  const auto page = path("vortices").string();
  const auto refused = [&](const Arguments& more, int code, const std::vector<std::string>& words) {
    Arguments all = {"assimilate", "--preset", "kuznetsov", "--twins", "2", "--out", page};
    all.insert(all.end(), more.begin(), more.end());
    expect_one_line(run(all), code, words);
    EXPECT_FALSE(fs::exists(page));
  };
  refused({"--values", "0.5,0.51"}, 1, {"--values", "0.51"});
  refused({"--values", "40.05"}, 1, {"--values", "40.05"});
  refused({"--resume"}, 2, {"--resume"});
}

TEST_F(AssimilateWorkTest, queries_that_are_in_the_library_are_told) {
  const auto flows = data("flows.h5"), other = data("other.h5", {"--seed", "5"});
  const auto with = [&](const std::string& library) -> Arguments {
    return {"assimilate", flows,       "--library", library,  "--methods",
            "nearest",    "--queries", "5",         "--json", path("a.json").string(),
            "--quiet",    "--force"};
  };
  EXPECT_TRUE(says(with(flows), "5 of the 5 queries"));
  EXPECT_FALSE(says(with(other), "queries are among"));
}

TEST_F(AssimilateWorkTest, a_dry_run_counts_the_largest_setting_and_the_library) {
  const auto size = [&](const Arguments& more) {
    Arguments all = {"assimilate", "--out", path("none").string(), "--dry-run", "--threads", "1"};
    all.insert(all.end(), more.begin(), more.end());
    const auto outcome = run(all);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const auto at = outcome.out.find("at most ");
    return outcome.out.substr(at, outcome.out.find(" in memory", at) - at);
  };
  const auto drifters = [&](const std::string& values) {
    return size({"--preset", "drifters", "--twins", "50", "--values", values});
  };
  EXPECT_EQ(drifters("1,32"), drifters("32,1"));
  EXPECT_NE(drifters("1,2"), drifters("1,32"));
  const auto flows = data("flows.h5"), other = data("other.h5", {"--seed", "5"});
  EXPECT_NE(size({flows, "--methods", "importance", "--library", other}),
            size({flows, "--methods", "importance"}));
  EXPECT_FALSE(fs::exists(path("none")));
}

}  // namespace
}  // namespace lagoon::pipelines::tests
