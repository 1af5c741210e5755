#include "contrastive/communication/communicator.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "contrastive/communication/ranks.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/communication/thread_ranks.hpp"
#include "tests/support/files.hpp"

namespace lagoon::contrastive::tests {
namespace {

/// Everything that a communicator promises, whatever is behind it.
void expect_promises_kept(Communicator& ranks) {
  const int rank = ranks.rank(), size = ranks.size();
  const at::Tensor numbers = at::full({1000}, rank + 1, at::kFloat);
  const at::Tensor more = at::full({3}, rank, at::kDouble);
  auto first = ranks.start_sum(numbers), second = ranks.start_sum(more);
  second.wait();
  first.wait();
  EXPECT_TRUE(at::equal(numbers, at::full({1000}, size * (size + 1) / 2, at::kFloat)));
  EXPECT_TRUE(at::equal(more, at::full({3}, size * (size - 1) / 2, at::kDouble)));
  for (const std::int64_t n : {size, size + 1, 7, 11}) {
    const at::Tensor all = at::arange(n * 2, at::kFloat).view({n, 2});
    const at::Tensor own = all.narrow(0, ranks.first_row(n), ranks.n_rows(n));
    EXPECT_TRUE(at::equal(ranks.gather_rows(own, n), all)) << n;
  }
  EXPECT_EQ(ranks.maximum(rank - 10.5), size - 11.5);
  EXPECT_TRUE(ranks.any(rank == size - 1));
  EXPECT_FALSE(ranks.any(false));
  ranks.barrier();
}

TEST(Communicator, alone_has_all_there_is) {
  Communicator ranks;
  expect_promises_kept(ranks);
  EXPECT_EQ(ranks.transport_name(), "");
}

TEST(Communicator, keeps_its_promises_between_threads) {
  for (const int size : {2, 3, 4}) run_ranks(size, expect_promises_kept);
}

TEST(Communicator, keeps_its_promises_through_gloo) {
  if (!has_transport("gloo")) GTEST_SKIP() << "this LibTorch has no headers of Gloo";
  for (const int size : {2, 3}) run_gloo_ranks(size, expect_promises_kept);
}

constexpr const char* kMpiRanks = "LAGOON_TEST_MPI_RANKS";
constexpr const char* kMpiFolder = "LAGOON_TEST_MPI_FOLDER";

/// Open MPI unloads plugins that leak, after which no suppression can name them: in sanitized trees
/// its ranks are not asked for leaks (tests/support/leaks_of_libraries.txt).
constexpr const char* kWithoutLeaks = "ASAN_OPTIONS=detect_leaks=0";

/// One of the ranks of the next test, which leaves a file of its number.
TEST(MpiRank, keeps_its_promises) {
  const char* const asked = std::getenv(kMpiRanks);
  if (asked == nullptr) GTEST_SKIP() << "not started by keeps_its_promises_through_mpi";
  const auto ranks = join_ranks(detect_launch(environment_of_process()));
  ASSERT_EQ(ranks->size(), std::stoi(asked));
  EXPECT_EQ(ranks->transport_name(), "mpi");
  expect_promises_kept(*ranks);
  lagoon::tests::write_text(
      std::filesystem::path(std::getenv(kMpiFolder)) / std::to_string(ranks->rank()), "done");
}

TEST(Communicator, keeps_its_promises_through_mpi) {
  if (!has_transport("mpi") || std::system("command -v mpirun >/dev/null") != 0)
    GTEST_SKIP() << "this build is without MPI, or this machine without mpirun";
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  for (const int size : {2, 3}) {
    const lagoon::tests::TemporaryFolder done;
    const std::string command =
        std::string("env -u GTEST_TOTAL_SHARDS -u GTEST_SHARD_INDEX OMPI_ALLOW_RUN_AS_ROOT=1 ") +
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 " + kWithoutLeaks + " " + kMpiRanks + "=" +
        std::to_string(size) + " " + kMpiFolder + "=" + done.path().string() +
        " mpirun --oversubscribe --bind-to none -n " + std::to_string(size) + " '" + program +
        "' --gtest_filter='MpiRank.*'";
    EXPECT_EQ(std::system(command.c_str()), 0) << size << " ranks";
    for (int rank = 0; rank < size; ++rank) {
      EXPECT_TRUE(std::filesystem::exists(done / std::to_string(rank))) << rank << " of " << size;
    }
  }
}

/// A process that no launcher started is one rank to MPI; it ends without a look at Open MPI's
/// leaks.
TEST(Communicator, ranks_that_mpi_counts_otherwise_are_refused_with_the_remedy) {
  if (!has_transport("mpi")) GTEST_SKIP() << "this build is without MPI";
  const auto join = [] {
    Launch launch;
    launch.by = "mpirun";
    launch.size = 2;
    try {
      join_ranks(launch);
    } catch (const Error& error) {
      std::cerr << error.what() << std::flush;
      std::_Exit(1);
    }
    std::_Exit(0);
  };
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(join(), testing::ExitedWithCode(1),
              "^mpirun started 2 ranks, but MPI sees 1: .*use mpirun$");
}

TEST(Communicator, what_fails_on_one_rank_is_told_to_the_others) {
  for (const int failing : {0, 2}) {
    run_ranks(3, [&](Communicator& ranks) {
      const auto work = [&] { require(ranks.rank() != failing, "no room"); };
      if (ranks.rank() == failing) {
        EXPECT_THROW(on_every_rank(ranks, work), Error);
      } else {
        EXPECT_FALSE(on_every_rank(ranks, work));
      }
      EXPECT_TRUE(on_every_rank(ranks, [] {}));
      EXPECT_EQ(on_first_rank(ranks, [] {}), true);
    });
  }
}

/// Tells how it was left.
class NotingTransport : public Transport {
 public:
  explicit NotingTransport(std::string& end) : end_(end) { end_ = "in order"; }
  std::string name() const override { return "noting"; }
  void sum(const at::Tensor&, std::chrono::seconds) override {}
  void maximum(const at::Tensor&, std::chrono::seconds) override {}
  void gather(const at::Tensor&, const at::Tensor&, std::chrono::seconds) override {}
  void abandon() override { end_ = "abandoned"; }

 private:
  std::string& end_;
};

TEST(Communicator, a_rank_that_fails_does_not_wait_for_a_farewell) {
  std::string end;
  { Communicator ranks(std::make_unique<NotingTransport>(end), 0, 2); }
  EXPECT_EQ(end, "in order");
  try {
    Communicator ranks(std::make_unique<NotingTransport>(end), 0, 2);
    throw Error("no room");
  } catch (const Error&) {
    EXPECT_EQ(end, "abandoned");
  }
}

TEST(Communicator, shares_are_whole_and_even) {
  for (const int size : {1, 2, 3, 4, 7}) {
    run_ranks(size, [&](Communicator& ranks) {
      for (std::int64_t n = size; n < 3 * size; ++n) {
        EXPECT_EQ(ranks.first_row(n, 0), 0);
        EXPECT_EQ(ranks.first_row(n, size), n);
        EXPECT_LE(n / size, ranks.n_rows(n));
        EXPECT_LE(ranks.n_rows(n), (n + size - 1) / size);
      }
    });
  }
}

TEST(Communicator, a_rank_that_leaves_is_an_error_for_the_others_with_the_remedy) {
  if (!has_transport("gloo")) GTEST_SKIP() << "this LibTorch has no headers of Gloo";
  const auto leave_or_wait = [](Communicator& ranks) {
    if (ranks.rank() == 1) return;
    const at::Tensor numbers = at::zeros({4});
    ranks.sum(numbers);
  };
  try {
    run_gloo_ranks(2, leave_or_wait);
    FAIL() << "nobody noticed";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with("rank 0 of 2: another rank died")) << text;
    EXPECT_NE(text.find("--resume"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
