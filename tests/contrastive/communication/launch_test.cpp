#include "contrastive/communication/launch.hpp"

#include <gtest/gtest.h>

#include "flow/error.hpp"

namespace lagoon::contrastive::tests {
namespace {

struct LaunchCase {
  const char* what;
  Environment environment;
  std::string expected;  ///< of to_text()
  int local_rank = 0, local_size = 1;
};

const Environment kSbatch = {{"SLURM_JOB_ID", "20007"},
                             {"SLURM_NTASKS", "4"},
                             {"SLURM_PROCID", "0"},
                             {"SLURM_JOB_NODELIST", "node[003-004]"}};

Environment with(Environment environment, const Environment& more) {
  for (const auto& [name, value] : more) environment[name] = value;
  return environment;
}

const Environment kSrun = with(kSbatch, {{"SLURM_STEP_ID", "1"},
                                         {"SLURM_PROCID", "3"},
                                         {"SLURM_LOCALID", "1"},
                                         {"SLURM_STEP_NUM_TASKS", "4"},
                                         {"SLURM_STEP_NODELIST", "node[003-004]"},
                                         {"SLURM_STEP_TASKS_PER_NODE", "2(x2)"}});
const Environment kTorchrun = {{"RANK", "2"},
                               {"WORLD_SIZE", "4"},
                               {"LOCAL_RANK", "0"},
                               {"LOCAL_WORLD_SIZE", "2"},
                               {"MASTER_ADDR", "host1"},
                               {"MASTER_PORT", "29500"}};
const Environment kMpirun = {{"OMPI_COMM_WORLD_RANK", "1"},
                             {"OMPI_COMM_WORLD_SIZE", "2"},
                             {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                             {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}};

const std::vector<LaunchCase> kCases = {
    {"nobody", {{"HOME", "/root"}}, "a single process"},
    {"a batch script without srun", kSbatch, "a single process"},
    {"srun", kSrun, "rank 3 of 4, started by srun, meeting at node003:20008", 1, 2},
    {"a step of one task within a job of four",
     with(kSrun, {{"SLURM_PROCID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}}),
     "rank 0 of 1, started by srun, meeting at node003:20008", 1, 2},
    {"srun with a meeting place",
     with(kSrun, {{"MASTER_ADDR", "10.0.0.1"}, {"MASTER_PORT", "777"}}),
     "rank 3 of 4, started by srun, meeting at 10.0.0.1:777", 1, 2},
    {"srun that speaks PMI", with(kSrun, {{"PMI_RANK", "3"}, {"PMI_SIZE", "4"}}),
     "rank 3 of 4, started by srun, meeting at node003:20008", 1, 2},
    {"torchrun", kTorchrun, "rank 2 of 4, started by torchrun, meeting at host1:29500", 0, 2},
    {"torchrun within srun", with(kSrun, kTorchrun),
     "rank 2 of 4, started by torchrun, meeting at host1:29500", 0, 2},
    {"a stray RANK without the rest", {{"RANK", "2"}}, "a single process"},
    {"mpirun", kMpirun, "rank 1 of 2, started by mpirun", 1, 2},
    {"mpirun in a batch script", with(kSbatch, kMpirun), "rank 1 of 2, started by mpirun", 1, 2},
    {"mpirun whose daemons srun started", with(kSrun, kMpirun), "rank 1 of 2, started by mpirun", 1,
     2},
    {"mpirun with a meeting place", with(kMpirun, {{"MASTER_ADDR", "a"}, {"MASTER_PORT", "9"}}),
     "rank 1 of 2, started by mpirun, meeting at a:9", 1, 2},
    {"Hydra",
     {{"PMI_RANK", "5"}, {"PMI_SIZE", "6"}, {"MPI_LOCALRANKID", "1"}, {"MPI_LOCALNRANKS", "3"}},
     "rank 5 of 6, started by pmi",
     1,
     3},
    {"Hydra whose daemons srun started", with(kSrun, {{"PMI_RANK", "5"}, {"PMI_SIZE", "8"}}),
     "rank 5 of 8, started by pmi"},
};

TEST(Launch, is_read_as_a_set_of_one_launcher) {
  for (const LaunchCase& expected : kCases) {
    const Launch launch = detect_launch(expected.environment);
    EXPECT_EQ(to_text(launch), expected.expected) << expected.what;
    EXPECT_EQ(launch.local_rank, expected.local_rank) << expected.what;
    EXPECT_EQ(local_rank(expected.environment), expected.local_rank) << expected.what;
    EXPECT_EQ(launch.local_size, expected.local_size) << expected.what;
  }
}

TEST(Launch, meets_beside_a_store_that_torchrun_serves_and_at_one_of_its_own) {
  EXPECT_FALSE(detect_launch(kTorchrun).store_is_served);
  const Launch beside = detect_launch(with(kTorchrun, {{"TORCHELASTIC_USE_AGENT_STORE", "True"}}));
  EXPECT_EQ(beside.port, 29501);
  EXPECT_FALSE(beside.store_is_served);
  const Environment no_agent = with(kTorchrun, {{"TORCHELASTIC_USE_AGENT_STORE", "False"}});
  EXPECT_EQ(detect_launch(no_agent).port, 29500);
  const Launch own = detect_launch(with(kTorchrun, {{kServedStore, "1"}}));
  EXPECT_TRUE(own.store_is_served);
  EXPECT_EQ(to_text(own), "rank 2 of 4, started by lagoon, meeting at host1:29500");
}

TEST(Launch, one_rank_asked_for_is_a_single_process_whatever_the_launcher) {
  EXPECT_EQ(to_text(detect_launch(kMpirun, 1)), "a single process");
}

TEST(Launch, a_place_on_the_machine_is_told_without_complaint) {
  EXPECT_EQ(local_rank({{"OMPI_COMM_WORLD_RANK", "1"}}), 0);
  EXPECT_EQ(local_rank(with(kTorchrun, {{"LOCAL_RANK", "1"}, {"MASTER_PORT", "many"}})), 1);
}

TEST(Launch, the_first_host_of_any_list) {
  const auto host = [](const char* list) {
    return detect_launch(with(kSrun, {{"SLURM_STEP_NODELIST", list}})).host;
  };
  EXPECT_EQ(host("alpha"), "alpha");
  EXPECT_EQ(host("alpha,beta[1-2]"), "alpha");
  EXPECT_EQ(host("rack2-n[07,09-11]"), "rack2-n07");
  EXPECT_EQ(host("n[1-2]-ib,other"), "n1-ib");
}

void expect_refused(const Environment& environment, int ranks,
                    const std::vector<std::string>& words) {
  try {
    detect_launch(environment, ranks);
    FAIL() << words.front();
  } catch (const Error& error) {
    for (const auto& word : words) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  }
}

TEST(Launch, a_set_that_is_not_whole_is_refused_with_what_was_seen) {
  expect_refused({{"OMPI_COMM_WORLD_RANK", "1"}}, 0,
                 {"OMPI_COMM_WORLD_RANK=1", "OMPI_COMM_WORLD_SIZE unset", "--ranks 1"});
  expect_refused(with(kTorchrun, {{"RANK", "4"}}), 0, {"RANK=4", "WORLD_SIZE=4"});
  expect_refused(with(kTorchrun, {{"MASTER_PORT", "many"}}), 0, {"MASTER_PORT=many", "free"});
  expect_refused(kMpirun, 4, {"--ranks is 4", "mpirun started 2"});
}

TEST(Launch, ranks_of_a_machine_share_its_cores) {
  Launch launch;
  const int all = threads_of_rank(launch, {});
  EXPECT_EQ(threads_of_rank(launch, {{"SLURM_CPUS_PER_TASK", "1"}}), 1);
  launch.local_size = 1000000;
  EXPECT_EQ(threads_of_rank(launch, {}), 1);
  EXPECT_GE(all, 1);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
