// However a dataset is shared out, its shards together are what one process writes.
#include <map>

#include "datasets/reader.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "pipelines/generation/shard_choice.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;
using Variables = std::map<std::string, std::string>;

EnvironmentLookup lookup(const Variables& variables) {
  return [&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

ShardChoice choose(const Variables& variables, const std::string& text = "auto") {
  return choose_shard(text, lookup(variables));
}

void expect_shard(const Variables& variables, int index, int count) {
  const auto choice = choose(variables);
  EXPECT_EQ(choice.work, ShardChoice::Work::shard);
  EXPECT_EQ(choice.shard, (datasets::Shard{index, count}));
}

void expect_unclear(const Variables& variables, const std::vector<std::string>& words) {
  try {
    choose(variables);
    ADD_FAILURE() << "a shard was chosen";
  } catch (const Error& error) {
    const std::string message = error.what();
    for (const auto& word : words) EXPECT_NE(message.find(word), std::string::npos) << message;
  }
}

TEST(ShardChoiceTest, text_says_which_part) {
  EXPECT_EQ(choose({}, "").work, ShardChoice::Work::whole);
  EXPECT_EQ(choose({}, "merge").work, ShardChoice::Work::merge);
  EXPECT_EQ(choose({}, "2/5").shard, (datasets::Shard{2, 5}));
}

TEST(ShardChoiceTest, every_launcher_is_understood) {
  expect_shard({{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "4"}}, 2, 4);
  expect_shard({{"PMI_RANK", "0"}, {"PMI_SIZE", "3"}}, 0, 3);
  expect_shard({{"SLURM_STEP_ID", "0"}, {"SLURM_PROCID", "7"}, {"SLURM_NTASKS", "8"}}, 7, 8);
}

TEST(ShardChoiceTest, array_need_not_begin_at_zero) {
  const Variables array = {{"SLURM_ARRAY_TASK_ID", "7"},
                           {"SLURM_ARRAY_TASK_COUNT", "4"},
                           {"SLURM_ARRAY_TASK_MIN", "3"},
                           {"SLURM_ARRAY_TASK_STEP", "2"}};
  expect_shard(array, 2, 4);
  auto in_a_step = array;
  in_a_step.insert({{"SLURM_STEP_ID", "0"}, {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "1"}});
  expect_shard(in_a_step, 2, 4);
}

TEST(ShardChoiceTest, ranks_of_mpirun_within_a_slurm_job_are_those_of_mpirun) {
  expect_shard({{"OMPI_COMM_WORLD_RANK", "3"},
                {"OMPI_COMM_WORLD_SIZE", "6"},
                {"SLURM_STEP_ID", "0"},
                {"SLURM_PROCID", "0"},
                {"SLURM_NTASKS", "2"}},
               3, 6);
}

TEST(ShardChoiceTest, unclear_places_are_refused_with_what_was_seen) {
  expect_unclear({}, {"OMPI_COMM_WORLD_RANK", "SLURM_PROCID", "--shard I/N"});
  expect_unclear({{"OMPI_COMM_WORLD_RANK", "2"}},
                 {"OMPI_COMM_WORLD_RANK=2", "OMPI_COMM_WORLD_SIZE unset"});
  expect_unclear({{"PMI_RANK", "4"}, {"PMI_SIZE", "4"}}, {"PMI_RANK=4, PMI_SIZE=4"});
  expect_unclear({{"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}}, {"--shard I/N"});  // batch script
  expect_unclear({{"SLURM_ARRAY_TASK_ID", "1"},
                  {"SLURM_ARRAY_TASK_COUNT", "2"},
                  {"SLURM_ARRAY_TASK_MIN", "0"},
                  {"SLURM_ARRAY_TASK_STEP", "1"},
                  {"PMI_RANK", "0"},
                  {"PMI_SIZE", "2"}},
                 {"SLURM_ARRAY_TASK_ID=1", "PMI_SIZE=2", "both count"});
}

TEST(ShardChoiceTest, ranks_of_a_node_share_its_cores) {
  const auto threads = [](const Variables& variables) {
    return threads_of_rank(lookup(variables));
  };
  EXPECT_EQ(threads({}), flow::resolve_threads(0));
  EXPECT_EQ(threads({{"OMPI_COMM_WORLD_LOCAL_SIZE", "1"}}), flow::resolve_threads(0));
  EXPECT_EQ(threads({{"OMPI_COMM_WORLD_LOCAL_SIZE", "100000"}}), 1);
  EXPECT_EQ(threads({{"SLURM_CPUS_PER_TASK", "1"}}), 1);
}

/// Shards of a dataset that has everything, some of it of unequal length for every number of them.
class ShardTest : public ProgramTest {
 protected:
  Arguments flows(const std::string& name, const Arguments& more = {}) const {
    Arguments all = {"--release",  "uniform", "--drifters", "3",   "--noise",         "2",
                     "--damping",  "9",       "--missing",  "10",  "--grid",          "8",
                     "--stations", "4",       "--fields",   "psi", "--test-fraction", "0.3",
                     "--threads",  "1"};
    all.insert(all.end(), more.begin(), more.end());
    return small(name, kFlows, all);
  }

  Outcome run_shard(const std::string& name, int index, int count, Arguments more = {}) const {
    more.insert(more.end(), {"--shard", std::to_string(index) + "/" + std::to_string(count)});
    return run(flows(name, more));
  }

  static constexpr int kFlows = 61;
};

TEST_F(ShardTest, union_of_shards_is_the_whole_to_the_bit) {
  ASSERT_EQ(run(flows("whole.h5")).code, 0);
  for (const int count : {1, 2, 3, 5}) {
    const std::string name = "of-" + std::to_string(count) + ".h5";
    for (int index = count - 1; index >= 0; --index) {
      EXPECT_FALSE(fs::exists(path(name)));
      ASSERT_EQ(run_shard(name, index, count).code, 0);
    }
    EXPECT_TRUE(same_flows(path("whole.h5"), path(name)));
    EXPECT_EQ(datasets::Reader(path(name)).n_flows(), kFlows);
  }
}

TEST_F(ShardTest, shards_of_finished_work_are_left_alone_and_merged_again) {
  for (const int index : {0, 1}) ASSERT_EQ(run_shard("flows.h5", index, 2).code, 0);
  expect_one_line(run_shard("flows.h5", 0, 2), 1, {"flows.shard-00000-of-00002.h5", "--force"});
  const auto shard = path("flows.shard-00000-of-00002.h5");
  const auto written = fs::last_write_time(shard);
  fs::remove(path("flows.h5"));
  EXPECT_EQ(run_shard("flows.h5", 0, 2, {"--resume"}).code, 0);
  EXPECT_EQ(fs::last_write_time(shard), written);
  EXPECT_EQ(datasets::Reader(path("flows.h5")).n_flows(), kFlows);
}

TEST_F(ShardTest, merge_joins_what_is_there_and_names_what_is_not) {
  const Arguments merge = {"generate", path("flows.h5").string(), "--shard", "merge"};
  EXPECT_EQ(run(merge).code, 1);
  Arguments dry_run = merge;
  dry_run.push_back("--dry-run");
  expect_one_line(run(dry_run), 1, {"no shards lie beside it"});
  ASSERT_EQ(run_shard("flows.h5", 0, 2).code, 0);
  expect_one_line(run(merge), 1, {"flows.shard-00001-of-00002.h5"});
  EXPECT_NE(run(dry_run).out.find("# 1 of 2 shards complete"), std::string::npos);
  ASSERT_EQ(run_shard("flows.h5", 1, 2).code, 0);
  fs::remove(path("flows.h5"));
  EXPECT_NE(run(dry_run).out.find("# 2 of 2 shards complete"), std::string::npos);
  EXPECT_FALSE(fs::exists(path("flows.h5")));
  EXPECT_EQ(run(merge).code, 0);
  EXPECT_EQ(datasets::Reader(path("flows.h5")).n_flows(), kFlows);
}

TEST_F(ShardTest, shards_of_unlike_datasets_are_not_merged) {
  ASSERT_EQ(run_shard("flows.h5", 0, 2).code, 0);
  expect_one_line(run_shard("flows.h5", 1, 2, {"--seed", "5"}), 1,
                  {"shard 1 of 2", "other options"});
  EXPECT_FALSE(fs::exists(path("flows.h5")));
}

TEST_F(ShardTest, more_shards_than_flows_are_refused) {
  expect_one_line(run_shard("flows.h5", 0, kFlows + 1), 1, {"61", "62"});
}

/// Runs the program by mpirun, as root if need be, on however few cores there are.
class MpirunTest : public ShardTest {
 protected:
  void SetUp() override {
    if (std::system("command -v mpirun > /dev/null") != 0) GTEST_SKIP() << "mpirun is not there";
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    setenv("OMPI_MCA_rmaps_base_oversubscribe", "1", 1);
    setenv("LAGOON", LAGOON_PROGRAM, 1);
  }

  int run_job(const std::string& name, int ranks) const {
    std::string command = "timeout 60 bash " LAGOON_SOURCE_DIR
                          "/pipelines/jobs/generate_mpirun.sh " +
                          std::to_string(ranks);
    const Arguments words = flows(name);
    for (std::size_t i = 1; i < words.size(); ++i) command += " '" + words[i] + "'";
    return std::system((command + " > " + path("mpirun.log").string() + " 2>&1").c_str());
  }
};

TEST_F(MpirunTest, ranks_of_mpirun_write_the_whole_to_the_bit) {
  ASSERT_EQ(run(flows("whole.h5")).code, 0);
  for (const int ranks : {1, 2, 3, 5}) {
    const std::string name = "of-" + std::to_string(ranks) + ".h5";
    ASSERT_EQ(run_job(name, ranks), 0) << read_text(path("mpirun.log"));
    EXPECT_TRUE(same_flows(path("whole.h5"), path(name)));
  }
}

}  // namespace
}  // namespace lagoon::pipelines::tests
