// Finished methods in their file: what a kill cut short, and lines that cannot be.
#include "pipelines/assimilation/scores/finished_methods.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/support/files.hpp"

namespace lagoon::pipelines {
namespace {

using nlohmann::json;

class FinishedMethodsTest : public testing::Test {
 protected:
  FinishedMethods open() const { return {file(), {{"seed", 3}}}; }
  std::filesystem::path file() const { return folder_ / "finished.jsonl"; }

  void add(const std::string& setting) const {
    MethodResult result;
    result.name = "prior";
    open().add(setting, result, {});
  }

  bool finds(const std::string& setting) const {
    MethodResult result;
    ReferenceCosts costs;
    return open().find(setting, "prior", result, costs);
  }

  /// Writes the file's one line anew, changed.
  template <class Change>
  void change_line(const Change& change) const {
    auto line = json::parse(lagoon::tests::read_text(file()));
    change(line);
    std::ofstream(file()) << line.dump() << "\n";
  }

 private:
  lagoon::tests::TemporaryFolder folder_;
};

TEST_F(FinishedMethodsTest, what_follows_a_line_cut_short_is_kept) {
  add("0");
  std::ofstream(file(), std::ios::app) << "{\"how\":";
  add("1");
  EXPECT_TRUE(finds("0"));
  EXPECT_TRUE(finds("1"));
  EXPECT_FALSE(finds("2"));
}

TEST_F(FinishedMethodsTest, lines_that_cannot_be_are_errors) {
  add("0");
  change_line([](json& line) { line["result"]["coverage"].erase(0); });
  EXPECT_THROW(finds("0"), Error);
  change_line([](json& line) { line.erase("setting"); });
  EXPECT_THROW(open(), Error);
}

}  // namespace
}  // namespace lagoon::pipelines
