#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/types.h>

#include "tests/support/files.hpp"

namespace lagoon::pipelines::tests {

using lagoon::tests::read_text;
using Arguments = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

/// What a run of the real program left.
struct Outcome {
  int code = 0;  ///< exit code, or 128 + signal
  std::string out;
  std::string err;
};

/// A folder of the test's own that is removed at the end, and the program run in it.
class ProgramTest : public testing::Test {
 protected:
  Outcome run(const Arguments& arguments, const Environment& environment = {}) const;

  /// Starts the program in the background; finish() waits for it.
  pid_t start(const Arguments& arguments, const Environment& environment = {}) const;
  Outcome finish(pid_t child) const;

  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  std::string write(const std::string& name, const std::string& content) const;

  /// `lagoon generate NAME --law-from SOURCE`.
  Arguments copy_law(const std::string& name, const std::string& source) const;

  /// `lagoon generate NAME` of `samples` flows cheap enough for a test, and `more` options.
  Arguments small(const std::string& name, int samples, const Arguments& more = {}) const;

 private:
  lagoon::tests::TemporaryFolder folder_;
};

/// Expects exit code `code`, exactly one line on standard error, and that the line names `words`.
void expect_one_line(const Outcome& outcome, int code, const std::vector<std::string>& words);

/// True if the files have the same law and, to the bit, the same samples in the flows that both of
/// them hold.
bool same_flows(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace lagoon::pipelines::tests
