#include "datasets/storage/row_reader.hpp"

#include <gtest/gtest.h>

#include "tests/datasets/fixture.hpp"

// Flows read one by one; that they are those of the reader, shards_test.cpp says.
namespace lagoon::datasets::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFlows = 7;

std::ptrdiff_t n_open_files() {
  return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
}

class SingleFlows : public testing::Test {
 protected:
  SingleFlows() { write_dataset(path_, small_description(kFlows)); }

  const TemporaryFolder folder_;
  const fs::path path_ = folder_ / "a.h5";
};

TEST_F(SingleFlows, flows_that_the_file_does_not_hold_are_refused) {
  const Reader reader(path_);
  const RowReader rows(reader);
  for (const std::int64_t flow : {kFlows, std::int64_t{-1}, std::int64_t{1} << 60}) {
    const std::string message = error_of([&] { rows.read(std::vector{std::int64_t{0}, flow}); });
    EXPECT_TRUE(message.starts_with(path_.string() + ": flow " + std::to_string(flow))) << message;
    EXPECT_NE(message.find("holds 7"), std::string::npos) << message;
  }
}

TEST_F(SingleFlows, a_file_that_is_damaged_by_then_is_not_kept_open) {
  const Reader reader(path_);
  write_text(folder_ / "half", read_text(path_).substr(0, 3000));
  fs::rename(folder_ / "half", path_);
  const std::ptrdiff_t before = n_open_files();
  EXPECT_NE(error_of([&] { RowReader{reader}; }), "");
  EXPECT_EQ(n_open_files(), before);
}

}  // namespace
}  // namespace lagoon::datasets::tests
