// The program as a whole: help, version, configuration files, records for programs.
#include "tests/pipelines/program.hpp"

#include <nlohmann/json.hpp>

#include "pipelines/verbs.hpp"

namespace lagoon::pipelines::tests {
namespace {

std::string verbs_table(const Outcome& dry_run) {
  const auto end = dry_run.out.find("\n# ");
  return dry_run.out.substr(0, end);
}

TEST_F(ProgramTest, help_of_every_verb_mentions_every_option) {
  const auto overview = run({"--help"});
  EXPECT_EQ(overview.code, 0);
  for (const auto& verb : all_verbs()) {
    EXPECT_NE(overview.out.find(verb.name), std::string::npos);
    const auto help = run({verb.name, "--help"});
    EXPECT_EQ(help.code, 0);
    OptionTable table(verb.name, verb.summary);
    verb.declare(table);
    Invocation invocation;
    declare_common(table, invocation);
    for (const auto& option : table.options()) {
      EXPECT_NE(help.out.find(option.name), std::string::npos) << verb.name << " " << option.name;
      EXPECT_FALSE(option.help.empty()) << verb.name << " " << option.name;
    }
  }
}

TEST_F(ProgramTest, version_is_told) {
  const auto outcome = run({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_TRUE(outcome.out.starts_with("lagoon 0.")) << outcome.out;
  EXPECT_NE(outcome.out.find("HDF5 1."), std::string::npos) << outcome.out;
}

TEST_F(ProgramTest, a_verb_is_needed_and_known) {
  expect_one_line(run({}), 2, {"--help"});
  expect_one_line(run({"genrate"}), 2, {"genrate", "--help"});
}

TEST_F(ProgramTest, dry_run_prints_a_configuration_that_config_takes_back) {
  const std::string out = path("flows.h5").string();
  const auto first = run({"generate", out, "--preset", "paper", "--seed", "7", "--release",
                          "uniform", "--drifters", "3", "--dry-run"});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_NE(first.out.find("64536 flows"), std::string::npos) << first.out;
  const auto second =
      run({"generate", out, "--config", write("back.toml", first.out), "--dry-run"});
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(verbs_table(first), verbs_table(second));
  EXPECT_NE(verbs_table(first).find("drifters = 3"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(ProgramTest, results_are_written_for_programs) {
  const auto json_path = path("result.json");
  ASSERT_EQ(run(small("flows.h5", 50, {"--json", json_path.string()})).code, 0);
  const auto generated = nlohmann::json::parse(read_text(json_path));
  EXPECT_EQ(generated["n_flows"], 50);
  EXPECT_LE(generated["max_error"], generated["tolerance"]);
  EXPECT_EQ(generated["bytes"], std::filesystem::file_size(path("flows.h5")));
  const auto inspected =
      run({"inspect", path("flows.h5").string(), "--json", json_path.string(), "--force"});
  ASSERT_EQ(inspected.code, 0) << inspected.err;
  const auto content = nlohmann::json::parse(read_text(json_path));
  EXPECT_EQ(content["flows"], 50);
  EXPECT_EQ(content["law"]["modes"], 49);
  EXPECT_EQ(content["law"]["hash"], generated["law_hash"]);
  EXPECT_NE(inspected.out.find("law.modes: 49"), std::string::npos);
}

TEST_F(ProgramTest, results_do_not_replace_a_dataset) {
  const std::string file = path("flows.h5").string();
  ASSERT_EQ(run(small("flows.h5", 50)).code, 0);
  expect_one_line(run({"inspect", file, "--json", file}), 1, {"--json", file});
  expect_one_line(run({"inspect", file, "--json", file, "--force"}), 1, {"--json", file});
  EXPECT_EQ(run({"inspect", file}).code, 0);
}

TEST_F(ProgramTest, results_replace_earlier_ones_only_by_force) {
  const std::string mine = "{\"verb\": \"mine\"}", json = write("result.json", mine);
  expect_one_line(run(small("flows.h5", 5, {"--json", json})), 1, {json, "--force"});
  EXPECT_FALSE(std::filesystem::exists(path("flows.h5")));
  ASSERT_EQ(run(small("flows.h5", 5)).code, 0);
  const Arguments inspect = {"inspect", path("flows.h5").string(), "--json", json};
  expect_one_line(run(inspect), 1, {json, "--force"});
  EXPECT_EQ(read_text(json), mine);
  EXPECT_EQ(run(small("flows.h5", 5, {"--json", json, "--force"})).code, 0);
  EXPECT_EQ(nlohmann::json::parse(read_text(json))["verb"], "generate");
}

TEST_F(ProgramTest, every_verb_takes_seed_and_threads) {
  for (const auto& verb : all_verbs()) {
    const auto help = run({verb.name, "--help"});
    for (const auto* name : {"--seed", "--threads", "--quiet", "--config"}) {
      EXPECT_NE(help.out.find(name), std::string::npos) << verb.name << " " << name;
    }
  }
}

}  // namespace
}  // namespace lagoon::pipelines::tests
