#include <gtest/gtest.h>

#include "pipelines/reference/help.hpp"
#include "pipelines/support/configuration.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

/// A table with one option of every kind.
struct Sample {
  bool causal = true;
  int depth = 3;
  std::int64_t samples = 10;
  std::uint64_t seed = 0;
  double rate = 0.1;
  std::string kind = "one";
  std::filesystem::path file = "a b";
  std::vector<double> points = {0.75, 1e-300};
  double only_two = 1;
  bool force = false;
};

void declare(OptionTable& table, Sample& o) {
  table.option("causal", &o.causal, anything(), "a switch");
  table.option("depth", &o.depth, at_least(1), "a number");
  table.option("samples", &o.samples, at_least(1), "a number");
  add_seed(table, o.seed, "a seed");
  table.option("rate", &o.rate, positive(), "a rate");
  table.option("kind", &o.kind, one_of({"one", "two"}), "a kind");
  table.option("file", &o.file, anything(), "a file");
  table.option("points", &o.points, anything(), "a list");
  table.option("only-two", &o.only_two, anything(), "a dependent")
      .only_if([&o] { return o.kind == "two"; }, "--kind two");
  add_force(table, o.force);
  table.preset("quick", "");
  table.preset("paper", "depth = 12\nrate = 1e-4\n");
}

struct Resolved {
  Sample options;
  Invocation invocation;
  std::vector<std::string> warnings;
};

class OptionTableTest : public ProgramTest {
 protected:
  Resolved resolved(const std::vector<std::string>& arguments) const {
    Resolved result;
    OptionTable table("sample", "a verb");
    declare(table, result.options);
    declare_common(table, result.invocation);
    std::vector<OptionTable> others;
    Sample unused;
    declare(others.emplace_back("other", "another verb"), unused);
    result.warnings =
        resolve(table, parse_command_line(table, arguments), result.invocation, others);
    return result;
  }

  Resolved of_file(const std::string& toml, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--config", write("file.toml", toml)});
    return resolved(more);
  }

  std::string refusal(const std::string& toml) const {
    try {
      of_file(toml);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(OptionTableTest, later_sources_win) {
  const std::string file = "[sample]\npreset = 'paper'\nrate = 0.5\n";
  EXPECT_EQ(resolved({}).options.depth, 3);
  EXPECT_EQ(resolved({"--preset", "paper"}).options.depth, 12);
  EXPECT_EQ(of_file(file).options.depth, 12);
  EXPECT_EQ(of_file(file).options.rate, 0.5);
  EXPECT_EQ(of_file(file, {"--rate", "0.25"}).options.rate, 0.25);
  EXPECT_EQ(of_file(file, {"--preset", "quick"}).options.depth, 3);
  EXPECT_EQ(of_file(file, {"--preset", "quick"}).options.rate, 0.5);
}

TEST_F(OptionTableTest, resolved_file_is_taken_back) {
  const auto first = resolved({"--no-causal", "--seed", "9223372036854775807", "--rate", "0.1",
                               "--kind", "two", "--only-two", "3", "--file", "q\"\\\n", "--points",
                               "1,0.3333333333333333,-2e-8", "--samples", "9007199254740993"});
  const auto second = of_file(first.invocation.config_toml);
  EXPECT_EQ(first.invocation.config_toml, second.invocation.config_toml);
  EXPECT_FALSE(second.options.causal);
  EXPECT_EQ(second.options.seed, 9223372036854775807U);
  EXPECT_EQ(second.options.samples, 9007199254740993);
  EXPECT_EQ(second.options.points, (std::vector<double>{1, 0.3333333333333333, -2e-8}));
  EXPECT_EQ(second.options.file, "q\"\\\n");
  EXPECT_EQ(second.options.only_two, 3);
}

TEST_F(OptionTableTest, whole_numbers_take_exponents) {
  EXPECT_EQ(resolved({"--samples", "1e6"}).options.samples, 1000000);
  EXPECT_EQ(resolved({"--samples", "2.5E3"}).options.samples, 2500);
  EXPECT_EQ(resolved({"--seed", "1e15"}).options.seed, 1000000000000000U);
  EXPECT_EQ(of_file("[sample]\nsamples = 1e6\n").options.samples, 1000000);
}

TEST_F(OptionTableTest, wrong_keys_and_values_name_their_line) {
  EXPECT_NE(refusal("[sample]\n\ndepht = 3\n").find("file.toml:3: unknown key 'depht'"),
            std::string::npos);
  EXPECT_NE(refusal("[sample]\ndepht = 3\n").find("did you mean depth?"), std::string::npos);
  EXPECT_NE(refusal("[other]\n\nwrong = 3\n").find("file.toml:3"), std::string::npos);
  EXPECT_NE(refusal("[verb]\nwrong = 3\n").find("file.toml:2"), std::string::npos);
  EXPECT_NE(refusal("depth = 3\n").find("file.toml:1"), std::string::npos);
  EXPECT_NE(refusal("[sample]\ndepth = 0\n").find("file.toml:2: depth = 0"), std::string::npos);
  EXPECT_NE(refusal("[sample]\ndepth = '3'\n").find("file.toml:2"), std::string::npos);
  EXPECT_NE(refusal("[sample]\ndepth = 3.5\n").find("file.toml:2"), std::string::npos);
  EXPECT_NE(refusal("[sample]\ndepth = \n").find("file.toml:2"), std::string::npos);
  EXPECT_NE(refusal("[sample]\n\u0116 = 3\n").find("file.toml:2"), std::string::npos);
  EXPECT_NE(refusal("\n[?sample]\n").find("file.toml:2: Error while parsing key"),
            std::string::npos);
  EXPECT_NE(refusal("[sample]\nrate = nan\n").find("finite"), std::string::npos);
  EXPECT_NE(refusal("[sample]\nforce = true\n").find("unknown key 'force'"), std::string::npos);
}

TEST_F(OptionTableTest, tables_of_other_verbs_are_left_alone) {
  const auto result = of_file("[other]\ndepth = 7\n[sample]\nseed = 4\n");
  EXPECT_EQ(result.options.depth, 3);
  EXPECT_EQ(result.options.seed, 4U);
}

TEST_F(OptionTableTest, wrong_flags_are_refused) {
  for (const auto* flag :
       {"--rate=0", "--rate=-1", "--rate=inf", "--rate=1x", "--rate=", "--samples=0",
        "--samples=1.5e0", "--samples=1e17", "--samples=9223372036854775808", "--depth=1e10",
        "--seed=-1e3", "--samples=1e", "--samples=1e400", "--seed=-1", "--kind=three", "--no-force",
        "--unknown", "-x", "extra"}) {
    EXPECT_THROW(resolved({flag}), UsageError) << flag;
  }
  EXPECT_THROW(resolved({"--samples", "-3"}), UsageError);
  EXPECT_THROW(resolved({"--samples"}), UsageError);
}

TEST_F(OptionTableTest, options_without_effect_are_reported_and_not_recorded) {
  const auto without = resolved({"--only-two", "3"});
  ASSERT_EQ(without.warnings.size(), 1U);
  EXPECT_NE(without.warnings[0].find("--kind two"), std::string::npos);
  EXPECT_EQ(without.invocation.config_toml.find("only_two"), std::string::npos);
  EXPECT_TRUE(resolved({"--only-two", "3", "--kind", "two"}).warnings.empty());
}

TEST_F(OptionTableTest, a_short_help_is_the_full_one) {
  Sample sample;
  OptionTable table("sample", "a verb");
  declare(table, sample);
  const std::string help = help_text(table);
  EXPECT_EQ(help, full_help_text(table));
  for (const auto& option : table.options()) {
    EXPECT_NE(help.find("--" + option.name), std::string::npos) << option.name;
    EXPECT_NE(help.find(option.help), std::string::npos) << option.name;
  }
}

}  // namespace
}  // namespace lagoon::pipelines::tests
