#include "pipelines/support/json/json_lines.hpp"

#include <cmath>
#include <fstream>
#include <limits>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "pipelines/support/json/json_number.hpp"
#include "tests/support/files.hpp"

namespace lagoon::pipelines::tests {
namespace {

using lagoon::tests::read_text;

TEST(JsonLines, what_is_appended_is_read_back_in_order) {
  const lagoon::tests::TemporaryFolder folder;
  const auto file = folder / "a.jsonl";
  EXPECT_TRUE(read_json_lines(file).empty());
  append_json_line(file, {{"a", 1}});
  append_json_line(file, nlohmann::json::array({2, 3}));
  const auto lines = read_json_lines(file);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].value, nlohmann::json({{"a", 1}}));
  EXPECT_EQ(lines[1].text, "[2,3]");
  EXPECT_EQ(lines[1].number, 2);
  EXPECT_FALSE(lines[0].is_last);
  EXPECT_TRUE(lines[1].is_last);
}

TEST(JsonLines, a_line_cut_short_is_ended_before_another_is_added) {
  const lagoon::tests::TemporaryFolder folder;
  const auto file = folder / "a.jsonl";
  std::ofstream(file) << "{\"a\":1}\n{\"a\":";
  const auto lines = reopen_json_lines(file);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[1].value.is_discarded());
  append_json_line(file, 7);
  EXPECT_EQ(read_text(file), "{\"a\":1}\n{\"a\":\n7\n");
  reopen_json_lines(file);
  EXPECT_EQ(read_text(file), "{\"a\":1}\n{\"a\":\n7\n");
  reopen_json_lines(folder / "none");
  EXPECT_FALSE(std::filesystem::exists(folder / "none"));
}

TEST(JsonLines, what_cannot_be_written_is_told) {
  const lagoon::tests::TemporaryFolder folder;
  try {
    append_json_line(folder / "no/a", 1);
    ADD_FAILURE() << "it was written";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("no/a: cannot be written"), std::string::npos) << text;
  }
}

TEST(JsonNumber, what_json_has_not_is_null_and_comes_back_as_nan) {
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(finite_or_null(value).is_null());
  }
  EXPECT_EQ(number_or_nan(finite_or_null(-1.25)), -1.25);
  EXPECT_TRUE(std::isnan(number_or_nan(nullptr)));
}

}  // namespace
}  // namespace lagoon::pipelines::tests
