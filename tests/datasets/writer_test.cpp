#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "datasets/storage/samples.hpp"
#include "datasets/storage/schema.hpp"
#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kWrittenFlows = 5 * kBlockFlows + 100;

// The stored bytes of every variable of the table, one after the other.
std::string all_values(const fs::path& path, const Description& description) {
  std::string values;
  for (const VariableRow& variable : variables(contents_of(description)))
    values += stored_bytes(path, description, variable);
  return values;
}

// What a user does after a crash: goes on if something is there, else begins again.
void complete_after_kill(const fs::path& path, const Description& description) {
  if (fs::exists(path)) return;
  if (!fs::exists(path.string() + ".part")) return write_dataset(path, description);
  Writer writer = Writer::resume(path, description);
  write_rest(writer, description);
}

// A whole file, and the second of three shards of one that holds everything: kWrittenFlows in
// either.
Description description_of(const std::string& kind) {
  if (kind == "whole") return small_description(kWrittenFlows);
  return shard_of(rich_description(3 * kWrittenFlows), {1, 3});
}

class KilledWriter : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto start = std::chrono::steady_clock::now();
    write_dataset(folder_ / "whole.h5", description_);
    duration_ = std::chrono::steady_clock::now() - start;
    expected_ = all_values(folder_ / "whole.h5", description_);
  }

  void expect_same_after_completion(const fs::path& path) {
    complete_after_kill(path, description_);
    EXPECT_TRUE(all_values(path, description_) == expected_);
    const Reader reader(path);
    EXPECT_TRUE(reader.complete());
    EXPECT_NO_THROW(reader.verify_checksums());
    EXPECT_FALSE(fs::exists(path.string() + ".part"));
  }

  const TemporaryFolder folder_;
  const Description description_ = description_of(GetParam());
  std::chrono::duration<double> duration_{};
  std::string expected_;
};

TEST_P(KilledWriter, resumed_after_each_block_gives_the_same_values) {
  for (int block = 0; block < 6; ++block) {
    const fs::path path = folder_ / ("block" + std::to_string(block) + ".h5");
    const int status = run_in_child([&] {
      Writer writer = Writer::create(path, description_, false);
      int remaining = block;
      write_rest(writer, description_, [&] {
        if (remaining-- == 0) ::raise(SIGKILL);
      });
    });
    ASSERT_EQ(status, -SIGKILL);
    ASSERT_EQ(Writer::resume(path, description_).flows_complete(), block * kBlockFlows);
    expect_same_after_completion(path);
  }
}

TEST_P(KilledWriter, at_a_random_moment_resumed_gives_the_same_values) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> share(0.0, 1.1);
  for (int trial = 0; trial < 20; ++trial) {
    const fs::path path = folder_ / ("trial" + std::to_string(trial) + ".h5");
    const pid_t child = ::fork();
    if (child == 0) {
      write_dataset(path, description_);
      ::_exit(0);
    }
    std::this_thread::sleep_for(share(random) * duration_);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    expect_same_after_completion(path);
    fs::remove(path);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, KilledWriter, testing::Values("whole", "shard"),
                         [](const auto& instance) { return instance.param; });

TEST(Writer, an_unfinished_file_reads_as_far_as_it_is_safe) {
  const TemporaryFolder folder;
  const Description description = small_description(kBlockFlows + 1);
  Writer writer = Writer::create(folder / "a.h5", description, false);
  const SampleBlock block = samples_of(description, 0, kBlockFlows);
  writer.write_block(block);
  const Reader reader(folder / "a.h5.part");
  EXPECT_FALSE(reader.complete());
  EXPECT_EQ(reader.n_flows(), kBlockFlows);
  EXPECT_EQ(reader.splits().size(), static_cast<std::size_t>(kBlockFlows));
  EXPECT_EQ(reader.psi_hat(0, kBlockFlows), block.psi_hat);
  EXPECT_THROW(reader.psi_hat(0, kBlockFlows + 1), Error);
  EXPECT_THROW(writer.finish(), Error);
}

TEST(Writer, blocks_of_any_length_give_the_same_values) {
  const TemporaryFolder folder;
  const Description description = rich_description(40);
  write_dataset(folder / "a.h5", description);
  Writer writer = Writer::create(folder / "b.h5", description, false);
  for (const std::int64_t count : {1, 7, 2, 30})
    writer.write_block(samples_of(description, writer.flows_complete(), count));
  writer.finish();
  EXPECT_TRUE(all_values(folder / "a.h5", description) == all_values(folder / "b.h5", description));
}

TEST(Writer, blocks_that_lack_something_or_have_too_much_are_refused) {
  const TemporaryFolder folder;
  const Description description = rich_description(10);
  Writer writer = Writer::create(folder / "a.h5", description, false);
  const auto refusal = [&](const std::function<void(SampleBlock&)>& change) {
    SampleBlock block = samples_of(description, 0, 9);
    change(block);
    return error_of([&] { writer.write_block(block); });
  };
  const auto expect_names = [](const std::string& message, const std::string& name) {
    EXPECT_NE(message.find(name), std::string::npos) << message;
  };
  expect_names(refusal([](SampleBlock& block) { block = {}; }), "0 flows");
  expect_names(refusal([&](SampleBlock& block) { block = samples_of(description, 0, 11); }),
               "11 flows");
  expect_names(refusal([](SampleBlock& block) { block.x.pop_back(); }), "/x");
  expect_names(refusal([](SampleBlock& block) { block.amplitudes.clear(); }), "amplitudes");
  expect_names(refusal([](SampleBlock& block) { block.station_velocity_y.clear(); }), "velocity_y");
  expect_names(refusal([](SampleBlock& block) { block.psi.push_back(1); }), "/eulerian/psi");
  EXPECT_EQ(writer.flows_complete(), 0);
  Writer plain = Writer::create(folder / "b.h5", small_description(10), false);
  expect_names(error_of([&] { plain.write_block(samples_of(description, 0, 9)); }), "amplitudes");
}

TEST(Writer, a_block_takes_at_most_32_mebibytes_and_at_least_a_flow) {
  Description description = rich_description(1 << 20);
  for (const int n_times : {1, 100, 100000}) {
    description.law.times.resize(static_cast<std::size_t>(n_times));
    const std::int64_t n_flows = block_flows(description);
    EXPECT_LE(n_flows * flow_bytes(description), 32 << 20);
    EXPECT_GT((n_flows + 1) * flow_bytes(description), 32 << 20);
  }
  description.law.times.resize(1 << 19);
  EXPECT_EQ(block_flows(description), 1);
  EXPECT_EQ(block_flows(small_description(3)), 3);
  EXPECT_EQ(block_flows(shard_of(small_description(100), {0, 20})), 5);
}

TEST(Writer, flow_bytes_are_those_of_a_block_of_one_flow) {
  for (const Description& description : {small_description(1), rich_description(1)}) {
    const SampleBlock block = samples_of(description, 0, 1);
    std::size_t bytes = 0;
    visit_samples(
        block, [&](const char*, const auto& values) { bytes += numbers_of(values).size_bytes(); });
    EXPECT_EQ(flow_bytes(description), static_cast<std::int64_t>(bytes));
  }
}

TEST(Writer, more_trajectories_than_an_index_tells_apart_are_refused) {
  EXPECT_NO_THROW(require_valid(small_description((std::int64_t{1} << 30) - 1)));
  EXPECT_THROW(require_valid(small_description(std::int64_t{1} << 30)), Error)
      << "two drifters each";
}

TEST(Writer, a_flow_larger_than_the_memory_allows_is_refused) {
  const TemporaryFolder folder;
  Description description = small_description(1);
  description.law.times.clear();
  for (int j = 1; j <= 10'000'000; ++j) description.law.times.push_back(j);
  const std::string message =
      error_of([&] { Writer::create(folder / "a.h5", description, false); });
  EXPECT_NE(message.find("305 MiB"), std::string::npos) << message;
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Writer, resume_with_other_samples_is_refused_and_says_what_differs) {
  const TemporaryFolder folder;
  const Description begun = small_description(10);
  { const Writer writer = Writer::create(folder / "a.h5", begun, false); }
  const auto refusal = [&](const std::function<void(Description&)>& change) {
    Description other = begun;
    change(other);
    return error_of([&] { Writer::resume(folder / "a.h5", other); });
  };
  const auto expect_names = [](const std::string& message, const std::string& name) {
    EXPECT_NE(message.find(name), std::string::npos) << message;
  };
  expect_names(refusal([](Description& d) { d.seed = 7; }), "seed");
  expect_names(refusal([](Description& d) { d.n_flows = 11; }), "number of flows");
  expect_names(refusal([](Description& d) { d.law.omega[0] = 1; }), "omega");
  expect_names(refusal([](Description& d) { d.storage = Storage::float64; }), "storage");
  expect_names(refusal([](Description& d) { d.fractions.test = 0; }), "fraction");
  expect_names(refusal([](Description& d) { d.scheme = "imported"; }), "scheme");
  expect_names(refusal([](Description& d) { d.steps_per_interval = 4; }), "steps_per_interval");
  expect_names(refusal([](Description& d) { d.lagoon_version = "0.2.0"; }), "lagoon_version");
  Description renamed = begun;
  renamed.title = "Another title";
  EXPECT_NO_THROW(Writer::resume(folder / "a.h5", renamed));
}

TEST(Writer, nothing_to_resume_is_said) {
  const TemporaryFolder folder;
  EXPECT_THROW(Writer::resume(folder / "a.h5", small_description(10)), Error);
  write_dataset(folder / "a.h5", small_description(10));
  EXPECT_THROW(Writer::resume(folder / "a.h5", small_description(10)), Error);
}

TEST(Writer, existing_output_is_replaced_by_force_only) {
  const TemporaryFolder folder;
  const Description description = small_description(10);
  write_text(folder / "a.h5", "precious");
  EXPECT_THROW(Writer::create(folder / "a.h5", description, false), Error);
  EXPECT_EQ(read_text(folder / "a.h5"), "precious");
  fs::rename(folder / "a.h5", folder / "a.h5.part");
  EXPECT_THROW(Writer::create(folder / "a.h5", description, false), Error);
  EXPECT_EQ(read_text(folder / "a.h5.part"), "precious");
  Writer writer = Writer::create(folder / "a.h5", description, true);
  write_rest(writer, description);
  EXPECT_EQ(Reader(folder / "a.h5").n_flows(), 10);
}

TEST(Writer, a_folder_is_not_replaced_by_force) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "a.h5");
  EXPECT_THROW(Writer::create(folder / "a.h5", small_description(10), true), Error);
  EXPECT_TRUE(fs::is_directory(folder / "a.h5"));
}

TEST(Writer, two_at_once_on_one_file_are_refused) {
  const TemporaryFolder folder;
  const Description description = small_description(10);
  const Writer first = Writer::create(folder / "a.h5", description, false);
  EXPECT_THROW(Writer::resume(folder / "a.h5", description), Error);
  EXPECT_THROW(Writer::create(folder / "a.h5", description, true), Error);
}

}  // namespace
}  // namespace lagoon::datasets::tests
