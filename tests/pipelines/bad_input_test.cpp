// Whatever is wrong with the input: exit code 1 or 2, one line, and nothing overwritten.
#include <fstream>
#include <random>

#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

TEST_F(ProgramTest, missing_file_is_named) {
  const std::string missing = path("missing.h5").string();
  expect_one_line(run({"inspect", missing}), 1, {"missing.h5"});
  expect_one_line(run(copy_law("new.h5", missing)), 1, {"missing.h5"});
  expect_one_line(run(small("new.h5", 5, {"--config", missing})), 1, {"missing.h5"});
  EXPECT_FALSE(fs::exists(path("new.h5")));
}

TEST_F(ProgramTest, control_characters_of_a_name_are_printed_escaped) {
  const std::string missing = path("a\nb\x1b[31m\tc\xc2\x9bm\x7f.h5").string();
  const auto outcome = run({"inspect", missing});
  expect_one_line(outcome, 1, {R"(a\nb\x1b[31m\tc\xc2\x9bm\x7f.h5)", "does not exist"});
  expect_one_line(run({"gen\nrate"}), 2, {R"(gen\nrate)"});
  const std::string umlaut = path("str\xc3\xb6mung.h5").string();
  expect_one_line(run({"inspect", umlaut}), 1, {umlaut});
}

TEST_F(ProgramTest, file_truncated_anywhere_is_refused) {
  ASSERT_EQ(run(small("flows.h5", 40)).code, 0);
  const std::string whole = read_text(path("flows.h5"));
  std::mt19937_64 random(1);
  for (int i = 0; i < 20; ++i) {
    const std::string cut = write("cut.h5", whole.substr(0, random() % whole.size()));
    expect_one_line(run({"inspect", cut, "--verify"}), 1, {"cut.h5"});
  }
}

TEST_F(ProgramTest, file_of_another_kind_is_refused) {
  const std::string text = write("text.h5", "not a dataset at all");
  expect_one_line(run({"inspect", text}), 1, {"text.h5"});
  expect_one_line(run(copy_law("new.h5", text)), 1, {"text.h5"});
  expect_one_line(run({"inspect", path("").string()}), 1, {"config.toml"});
}

TEST_F(ProgramTest, values_that_cannot_be_are_usage_errors) {
  for (const auto* samples : {"0", "-3", "many", "1.5", ""}) {
    expect_one_line(run({"generate", path("new.h5").string(), "--samples", samples}), 2,
                    {"--samples", samples});
  }
  expect_one_line(run(small("new.h5", 5, {"--release", "0.5;0.5"})), 2, {"--release"});
  expect_one_line(run(small("new.h5", 5, {"--release", ""})), 2, {"--release ''", "x,y", "grid"});
  expect_one_line(run(small("new.h5", 5, {"--unknown"})), 2, {"--unknown", "--help"});
  expect_one_line(run(small("new.h5", 5, {"--sample", "3"})), 2, {"did you mean --samples?"});
  expect_one_line(run({"generte", "x"}), 2, {"did you mean lagoon generate?"});
  expect_one_line(run({"generate"}), 2, {"OUT"});
  EXPECT_FALSE(fs::exists(path("new.h5")));
}

TEST_F(ProgramTest, unknown_key_of_a_file_is_named_with_its_line) {
  const std::string file = write("wrong.toml", "[generate]\nseed = 1\nsample = 5\n");
  expect_one_line(run(small("new.h5", 5, {"--config", file})), 2,
                  {"wrong.toml:3", "'sample'", "did you mean samples?"});
}

TEST_F(ProgramTest, output_that_cannot_be_written_is_refused) {
  const std::string file = write("file", "");
  for (const std::string& out :
       {file + "/new.h5", path("nowhere/new.h5").string(), std::string("/proc/new.h5")}) {
    expect_one_line(
        run({"generate", out, "--samples", "5", "--step-probe", "16", "--times", "5", "--quiet"}),
        1, {out});
  }
  EXPECT_EQ(read_text(file), "");
  expect_one_line(run(small("new.h5", 5, {"--json", file + "/result.json"})), 1, {"--json"});
  expect_one_line(run(small("new.h5", 5, {"--json", path("").string()})), 1, {"--json", "folder"});
  EXPECT_FALSE(fs::exists(path("new.h5")));
}

TEST_F(ProgramTest, existing_output_is_not_overwritten_without_force) {
  write("flows.h5", "mine");
  expect_one_line(run(small("flows.h5", 5)), 1, {"flows.h5", "--force"});
  EXPECT_EQ(read_text(path("flows.h5")), "mine");
  EXPECT_EQ(run(small("flows.h5", 5, {"--force"})).code, 0);
  EXPECT_NE(read_text(path("flows.h5")), "mine");
}

TEST_F(ProgramTest, impossible_laws_are_refused) {
  expect_one_line(run(small("new.h5", 5, {"--release", "grid", "--drifters", "7"})), 1,
                  {"--drifters", "7"});
  expect_one_line(
      run(small("new.h5", 5, {"--test-fraction", "0.9", "--validation-fraction", "0.9"})), 1,
      {"--test-fraction", "--validation-fraction"});
  expect_one_line(run(small("new.h5", 5, {"--tolerance", "1e-30"})), 1, {"--tolerance"});
  EXPECT_FALSE(fs::exists(path("new.h5")));
}

}  // namespace
}  // namespace lagoon::pipelines::tests
