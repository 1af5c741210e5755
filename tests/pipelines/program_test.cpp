// The program as a whole: help, version, configuration files, records for programs.
#include "tests/pipelines/program.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>

#include "pipelines/reference/help.hpp"
#include "pipelines/reference/option_text.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines::tests {
namespace {

void expect_narrow(const std::string& text) {
  constexpr std::size_t kColumns = 100;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), kColumns) << line;
}

std::string verbs_table(const Outcome& dry_run) {
  const auto end = dry_run.out.find("\n# ");
  return dry_run.out.substr(0, end);
}

/// `text` with one space for each run of spaces and line ends.
std::string in_one_line(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

OptionTable table_of(const Verb& verb, Invocation& invocation) {
  OptionTable table(verb.name, verb.summary);
  verb.declare(table);
  declare_common(table, invocation);
  return table;
}

/// The names under which a help may list an option.
std::vector<std::string> listed_names(const Option& option) {
  if (option.kind == Option::Kind::positional) return {option.name};
  return {"--" + option.name, "--[no-]" + option.name};
}

bool has_any(const std::string& text, const std::vector<std::string>& words) {
  return std::ranges::any_of(
      words, [&](const auto& word) { return text.find(word) != std::string::npos; });
}

/// Whether the text has one of the names as a whole word: --noise is not listed by --noise-std.
bool lists_any(const std::string& text, const std::vector<std::string>& names) {
  return std::ranges::any_of(names, [&](const std::string& name) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
      const auto end = at + name.size();
      if (end == text.size() || (text[end] != '-' && !std::isalnum(text[end]))) return true;
    }
    return false;
  });
}

/// Each option by name in the short help, and in the full one with its meaning.
void expect_all_of_it(const OptionTable& table, const std::string& help, const std::string& all) {
  const std::string explained = in_one_line(all);
  for (const auto& option : table.options()) {
    const std::string what = table.verb() + " " + option.name;
    EXPECT_TRUE(lists_any(help, listed_names(option))) << what;
    EXPECT_TRUE(lists_any(explained, {listed_names(option).front()})) << what;
    EXPECT_FALSE(option.help.empty()) << what;
    EXPECT_TRUE(has_any(explained, {in_one_line(described(option))})) << what;
  }
  for (const auto& [name, toml] : table.presets()) {
    EXPECT_TRUE(has_any(help, {name})) << table.verb() << " " << name;
    EXPECT_TRUE(has_any(all, {"Preset " + name + ":\n" + toml})) << table.verb() << " " << name;
  }
}

TEST_F(ProgramTest, help_of_every_verb_mentions_every_option) {
  const auto overview = run({"--help"});
  EXPECT_EQ(overview.code, 0);
  for (const auto& verb : all_verbs()) {
    EXPECT_NE(overview.out.find(verb.name), std::string::npos);
    const auto help = run({verb.name, "--help"});
    EXPECT_EQ(help.code, 0);
    Invocation invocation;
    const OptionTable table = table_of(verb, invocation);
    EXPECT_EQ(help.out, help_text(table));
    expect_all_of_it(table, help.out, full_help_text(table));
  }
  const auto verb = all_verbs().front();
  const auto all = run({verb.name, "--help-all"});
  EXPECT_EQ(all.code, 0);
  Invocation invocation;
  EXPECT_EQ(all.out, full_help_text(table_of(verb, invocation)));
}

TEST_F(ProgramTest, help_fits_a_screen) {
  constexpr int kLines = 55;
  for (const auto& verb : all_verbs()) {
    Invocation invocation;
    const OptionTable table = table_of(verb, invocation);
    const std::string help = help_text(table), all = full_help_text(table);
    EXPECT_LE(std::ranges::count(help, '\n'), kLines) << verb.name;
    expect_narrow(help);
    expect_narrow(all);
    EXPECT_EQ(has_any(help, {verb.name + " --help-all shows"}), help != all);
    EXPECT_LE(help.size(), all.size());
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
  expect_one_line(run({"--helo"}), 2, {"did you mean lagoon --help?"});
}

TEST_F(ProgramTest, help_is_a_verb_too) {
  EXPECT_EQ(run({"help"}).out, run({"--help"}).out);
  EXPECT_EQ(run({"help", "train"}).out, run({"train", "--help"}).out);
  expect_one_line(run({"help", "trian"}), 2, {"did you mean lagoon train?"});
}

TEST_F(ProgramTest, the_next_flag_is_no_value) {
  expect_one_line(run({"train", "x.h5", "--run", "--steps", "3"}), 2,
                  {"--run needs a value", "--steps"});
  for (const char* flag : {"--help", "-h", "--no-causal"}) {
    expect_one_line(run({"train", "x.h5", "--run", flag}), 2, {"--run needs a value", flag});
  }
  expect_one_line(run({"generate", ""}), 2, {"OUT", "is empty"});
}

/// LibTorch takes longer to load than most verbs take to work: `lagoon` alone does without.
TEST_F(ProgramTest, libtorch_is_not_loaded_for_help) {
  const auto libraries = run({"train", "--help"}, {{"LD_TRACE_LOADED_OBJECTS", "1"}});
  EXPECT_NE(libraries.out.find("libhdf5"), std::string::npos) << libraries.out;
  EXPECT_EQ(libraries.out.find("torch"), std::string::npos) << libraries.out;
}

TEST_F(ProgramTest, alone_it_has_all_help_and_says_what_it_lacks) {
  const std::string alone = path("lagoon").string(), err = path("err").string();
  std::filesystem::copy_file(LAGOON_PROGRAM, alone);
  EXPECT_EQ(std::system((alone + " train --help >" + path("help").string()).c_str()), 0);
  EXPECT_EQ(read_text(path("help")), run({"train", "--help"}).out);
  EXPECT_EQ(std::system((alone + " --help >" + path("help").string()).c_str()), 0);
  EXPECT_NE(read_text(path("help")).find("train       (needs a build with LibTorch)"),
            std::string::npos);
  const int status = std::system((alone + " train flows.h5 --run run 2>" + err).c_str());
  expect_one_line({WEXITSTATUS(status), "", read_text(err)}, 1,
                  {"LibTorch", "lagoon-learning", path("lagoon").parent_path().string(),
                   "-DLAGOON_WITH_TORCH=ON"});
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
