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

// The long study (ctest -L study) sets it to 500: 2,000 files over the four kinds.
int mutations_of_a_kind() {
  const char* const asked = std::getenv("LAGOON_MUTATIONS");
  return asked == nullptr ? 50 : std::atoi(asked);
}

// What the checks are to guard: law, indices' rule, and every value.
std::string everything_in(const Reader& reader) {
  return std::to_string(reader.law_hash()) + " " + std::to_string(reader.n_flows()) + " " +
         std::to_string(reader.first_flow()) + " " +
         std::to_string(sample_hash(reader.description())) + "\n" +
         text_of(read_samples(reader, 0, reader.n_flows()));
}

class MutatedFile : public testing::TestWithParam<Variant> {
 protected:
  void SetUp() override {
    path_ = write_variant(folder_, GetParam());
    bytes_ = read_text(path_);
    expected_ = everything_in(Reader(path_));
  }

  // As the program opens a file: probed, then read, then verified. One line that names it, or the
  // right data; in a child, so that a crash or a hang is seen.
  void open_and_compare() const {
    try {
      probe_file(path_);
      const Reader reader(path_);
      reader.verify_checksums();
      if (everything_in(reader) != expected_) throw std::runtime_error("wrong data");
    } catch (const Error& error) {
      const std::string message = error.what();
      const bool is_told = message.starts_with(path_.string() + ": ") &&
                           message.size() > path_.string().size() + 10 &&
                           message.find('\n') == std::string::npos;
      if (!is_told) throw std::runtime_error("told badly: " + message);
      throw;
    }
  }

  const TemporaryFolder folder_;
  fs::path path_;
  std::string bytes_, expected_;
};

TEST_P(MutatedFile, is_refused_in_one_line_or_right_and_never_hangs) {
  ASSERT_NO_THROW(open_and_compare());
  int refused = 0;
  for (int trial = 0; trial < mutations_of_a_kind(); ++trial) {
    write_text(path_, lagoon::tests::mutate(bytes_, static_cast<std::uint64_t>(trial)));
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
                         testing::Values(Variant{"plain"}, Variant{"rich"}, Variant{"shard"},
                                         Variant{"master"}),
                         [](const auto& instance) { return instance.param.kind; });

}  // namespace
}  // namespace lagoon::datasets::tests
