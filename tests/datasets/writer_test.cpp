#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "datasets/storage/hdf5.hpp"
#include "datasets/storage/schema.hpp"
#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFlows = 5 * kBlockFlows + 100;

// The stored bytes of every variable of the table, one after the other.
std::string all_values(const fs::path& path, const Description& description) {
  const auto file = hdf5::File::open(path, hdf5::File::Access::read);
  const std::string bytes = read_text(path);
  std::string values;
  for (const VariableRow& variable : variables(contents_of(description))) {
    std::size_t size = hdf5::size_of(variable.type);
    for (std::int64_t length : extent_of(description).lengths(variable))
      size *= static_cast<std::size_t>(length);
    values += bytes.substr(static_cast<std::size_t>(file.info(variable.path).offset), size);
  }
  return values;
}

// What a user does after a crash: goes on if something is there, else begins again.
std::int64_t complete_after_kill(const fs::path& path, const Description& description) {
  if (fs::exists(path)) return description.n_flows;
  if (!fs::exists(path.string() + ".part")) {
    write_dataset(path, description);
    return 0;
  }
  Writer writer = Writer::resume(path, description);
  const std::int64_t safe = writer.flows_complete();
  write_rest(writer, description);
  return safe;
}

class KilledWriter : public testing::Test {
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
  const Description description_ = small_description(kFlows);
  std::chrono::duration<double> duration_{};
  std::string expected_;
};

TEST_F(KilledWriter, resumed_after_each_block_gives_the_same_values) {
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

TEST_F(KilledWriter, at_a_random_moment_resumed_gives_the_same_values) {
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

TEST(Writer, blocks_of_another_length_are_refused) {
  const TemporaryFolder folder;
  const Description description = small_description(10);
  Writer writer = Writer::create(folder / "a.h5", description, false);
  const SampleBlock block = samples_of(description, 0, 9);
  EXPECT_THROW(writer.write_block(block), Error);
  EXPECT_EQ(writer.flows_complete(), 0);
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

TEST(Writer, a_folder_that_cannot_be_written_is_said_before_any_work) {
  const TemporaryFolder folder;
  const Description description = small_description(10);
  write_text(folder / "file", "");
  EXPECT_NE(error_of([&] {
              Writer::create(folder / "none/a.h5", description, false);
            }).find("No such file or directory"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              Writer::create(folder / "file/a.h5", description, false);
            }).find("Not a directory"),
            std::string::npos);
  ::chmod(folder.path().c_str(), 0555);
  const int status = run_in_child([&] {
    if (::getuid() == 0 && ::setuid(65534) != 0) throw Error("cannot become another user");
    Writer::create(folder / "a.h5", description, false);
  });
  ::chmod(folder.path().c_str(), 0755);
  EXPECT_EQ(status, 1);
  EXPECT_FALSE(fs::exists(folder / "a.h5.part.new"));
}

TEST(Writer, a_full_disk_is_said_before_any_work) {
  const TemporaryFolder folder;
  if (::mount("none", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "a small file system can be mounted by root only";
  const std::string message =
      error_of([&] { Writer::create(folder / "a.h5", small_description(20000), false); });
  EXPECT_TRUE(fs::is_empty(folder.path()));
  EXPECT_NO_THROW(write_dataset(folder / "a.h5", small_description(10)));
  EXPECT_THROW(Writer::create(folder / "a.h5", small_description(20000), true), Error);
  EXPECT_EQ(Reader(folder / "a.h5").n_flows(), 10) << "what was to be replaced is still there";
  ::umount(folder.path().c_str());
  EXPECT_NE(message.find("bytes"), std::string::npos) << message;
}

TEST(Writer, a_limit_on_the_length_of_files_is_an_error_and_leaves_nothing) {
  const TemporaryFolder folder;
  const int status = run_in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100000, 100000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      Writer::create(folder / "a.h5", small_description(20000), false);
    } catch (const Error&) {
      std::exit(3);  // with the HDF5 library's handlers, as a program ends
    }
  });
  EXPECT_EQ(status, 3);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace lagoon::datasets::tests
