#include <cstdlib>

#include <gtest/gtest.h>

#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "tests/datasets/clients/variants.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/mutate.hpp"

namespace lagoon::datasets::tests {
namespace {

namespace fs = std::filesystem;

// The long study (ctest -L study) sets it to 400: 2,000 files over the five kinds.
int mutations_of_a_kind() {
  const char* const asked = std::getenv("LAGOON_MUTATIONS");
  return asked == nullptr ? 40 : std::atoi(asked);
}

// What the checks are to guard: law, indices' rule, and every value.
std::string everything_in(const Reader& reader) {
  return std::to_string(reader.law_hash()) + " " + std::to_string(reader.n_flows()) + " " +
         std::to_string(reader.first_flow()) + " " +
         std::to_string(sample_hash(reader.description())) + "\n" +
         text_of(read_samples(reader, 0, reader.n_flows()));
}

class MutatedFile : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const bool is_behind_master = GetParam() == "behind_master";
    path_ = write_variant(folder_, {is_behind_master ? "master" : GetParam()});
    damaged_ = is_behind_master ? shard_path(path_, {1, kVariantShards}) : path_;
    bytes_ = read_text(damaged_);
    expected_ = everything_in(Reader(path_));
  }

  // One line that begins with the file that was opened, or with the shard of it that is damaged.
  bool is_told(const std::string& message) const {
    const auto names = [&](const fs::path& path) {
      return message.starts_with(path.string() + ": ") &&
             message.size() > path.string().size() + 10;
    };
    return message.find('\n') == std::string::npos && (names(path_) || names(damaged_));
  }

  // As the program opens a file: probed, then read, then verified. An error that is told, or the
  // right data; in a child, so that a crash or a hang is seen.
  void open_and_compare() const {
    try {
      probe_file(path_);
      const Reader reader(path_);
      reader.verify_checksums();
      if (everything_in(reader) != expected_) throw std::runtime_error("wrong data");
    } catch (const Error& error) {
      if (!is_told(error.what())) throw std::runtime_error("told badly");
      throw;
    }
  }

  const TemporaryFolder folder_;
  fs::path path_;     ///< that is opened
  fs::path damaged_;  ///< itself, or one of its shards
  std::string bytes_, expected_;
};

TEST_P(MutatedFile, is_refused_in_one_line_or_right_and_never_hangs) {
  ASSERT_NO_THROW(open_and_compare());
  int refused = 0;
  for (int trial = 0; trial < mutations_of_a_kind(); ++trial) {
    write_text(damaged_, lagoon::tests::mutate(bytes_, static_cast<std::uint64_t>(trial)));
    const int status = run_in_child([&] { open_and_compare(); });
    EXPECT_TRUE(status == 0 || status == 1)
        << "mutation " << trial
        << (status == 2 ? ": wrong data, or an error told badly"
                        : ": ended by signal " + std::to_string(-status));
    refused += status == 1 ? 1 : 0;
  }
  EXPECT_GT(refused, mutations_of_a_kind() / 4) << "else the damage is none";
  std::cout << refused << " of " << mutations_of_a_kind() << " refused, the rest read rightly\n";
}

INSTANTIATE_TEST_SUITE_P(Kinds, MutatedFile,
                         testing::Values("plain", "rich", "shard", "master", "behind_master"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace lagoon::datasets::tests
