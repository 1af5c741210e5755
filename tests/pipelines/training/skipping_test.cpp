// Runs that meet NaN and Inf, and what runs that fail leave behind.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <sstream>
#include <thread>

#include <hdf5.h>
#include <nlohmann/json.hpp>

#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

/// Puts a value into the first coefficient of the flows [first, first + n), as a bad simulation
/// would.
void spoil(const fs::path& file, hsize_t first, hsize_t n, double value) {
  const hid_t id = H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t data = H5Dopen2(id, "eulerian/psi_hat", H5P_DEFAULT);
  const hid_t space = H5Dget_space(data);
  const hsize_t begin[3] = {first, 0, 0}, size[3] = {n, 1, 1};
  H5Sselect_hyperslab(space, H5S_SELECT_SET, begin, nullptr, size, nullptr);
  const hid_t memory = H5Screate_simple(3, size, nullptr);
  const std::vector<double> values(n, value);
  EXPECT_GE(H5Dwrite(data, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values.data()), 0);
  for (const hid_t closed : {memory, space}) H5Sclose(closed);
  H5Dclose(data);
  H5Fclose(id);
}

std::vector<nlohmann::json> lines_of(const fs::path& path) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(read_text(path));
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

/// A flow of the training split.
constexpr std::int64_t kTrained = 401;

class SkippingTest : public ProgramTest {
 protected:
  void SetUp() override { ASSERT_EQ(run(small("flows.h5", 800)).code, 0); }

  Arguments train(const Arguments& more = {}) const {
    Arguments all = {"train",   path("flows.h5").string(),
                     "--run",   path("run").string(),
                     "--quiet", "--steps",
                     "24",      "--batch-size",
                     "64",      "--mlp-width",
                     "16",      "--log-every",
                     "5",       "--validate-every",
                     "10",      "--whitened-components",
                     "10"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
};

/// A coefficient whose square no float holds: under this tilting it makes the loss Inf or NaN.
constexpr double kTooLarge = 1e30;
const Arguments kSensitive = {"--eulerian-encoder", "identity", "--tilting", "quadratic"};

TEST_F(SkippingTest, a_run_with_one_bad_flow_goes_on) {
  spoil(path("flows.h5"), kTrained, 1, kTooLarge);
  const auto outcome = run(train(kSensitive));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("is skipped: loss"), std::string::npos) << outcome.err;
  const auto skipped = lines_of(path("run") / "skipped.jsonl");
  // 11 or 12 batches an epoch: the flow is met about twice, and in no step else.
  ASSERT_FALSE(skipped.empty());
  EXPECT_LE(skipped.size(), 3u);
  for (const auto& line : skipped) {
    EXPECT_EQ(line["flows"].size(), 64u);
    EXPECT_EQ(std::count(line["flows"].begin(), line["flows"].end(), kTrained), 1);
  }
  std::size_t told = 0;
  for (const auto& line : lines_of(path("run") / "metrics.jsonl")) {
    told += line["kind"] == "skipped";
  }
  EXPECT_EQ(told, skipped.size());
  const auto summary = nlohmann::json::parse(read_text(path("run") / "summary.json"));
  EXPECT_EQ(summary["skipped"], skipped.size());
}

TEST_F(SkippingTest, many_bad_flows_end_the_run_with_a_line_that_names_them) {
  spoil(path("flows.h5"), 400, 400, kTooLarge);
  Arguments arguments = train(kSensitive);
  arguments.insert(arguments.end(), {"--skip-limit", "3"});
  const auto outcome = run(arguments);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("step 3 is the last of 3 in a row"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("its flows were "), std::string::npos) << outcome.err;
  EXPECT_EQ(lines_of(path("run") / "skipped.jsonl").size(), 3u);
}

TEST_F(SkippingTest, a_flow_that_is_not_a_number_is_named_before_the_first_step) {
  spoil(path("flows.h5"), kTrained, 1, std::nan(""));
  expect_one_line(run(train()), 1, {"flows.h5", "flow 401 is not finite"});
  EXPECT_FALSE(fs::exists(path("run")));
}

TEST_F(SkippingTest, a_rate_that_diverges_ends_the_run_with_its_remedy) {
  const auto outcome = run(train({"--learning-rate", "1e30", "--warmup-steps", "0", "--skip-limit",
                                  "5", "--checkpoint-every", "1"}));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("5 in a row"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("--learning-rate"), std::string::npos) << outcome.err;
  EXPECT_EQ(run({"inspect", path("run").string()}).code, 0);
}

TEST_F(SkippingTest, a_signal_before_the_first_step_leaves_nothing_or_all) {
  Arguments large = {"train",   path("flows.h5").string(),
                     "--run",   path("run").string(),
                     "--quiet", "--steps",
                     "1000000", "--batch-size",
                     "64",      "--whitened-components",
                     "10"};
  const pid_t child = start(large);
  for (int i = 0; i < 20000 && !fs::exists(path("run") / "log.txt"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGTERM);
  const auto outcome = finish(child);
  // A fast machine may have taken steps: then they are saved.
  if (outcome.code == 75) {
    EXPECT_TRUE(fs::exists(path("run") / "checkpoint" / "requeue"));
    return;
  }
  EXPECT_EQ(outcome.code, 128 + SIGTERM) << outcome.err;
  EXPECT_FALSE(fs::exists(path("run"))) << outcome.err;
}

TEST_F(SkippingTest, kept_checkpoints_are_retrieved_from) {
  ASSERT_EQ(run(train({"--checkpoint-every", "6", "--keep-last", "2"})).code, 0);
  const auto retrieve = [&](const std::string& which) {
    return run({"retrieve", path("run").string(), path("flows.h5").string(), "--out",
                path("out").string(), "--examples", "0", "--split", "validation", "--quiet",
                "--checkpoint", which, "--force"});
  };
  for (const char* which : {"last", "best", "18"}) {
    EXPECT_EQ(retrieve(which).code, 0) << which;
  }
  expect_one_line(retrieve("7"), 1, {"run", "'7'", "last, best, ", "18"});
}

TEST_F(SkippingTest, a_finished_run_whose_configuration_was_edited_is_told_apart) {
  ASSERT_EQ(run(train()).code, 0);
  const auto config = path("run") / "config.toml";
  const std::string text = read_text(config);
  const auto edit = [&](const std::string& from, const std::string& to) {
    std::string edited = text;
    ASSERT_NE(edited.find(from), std::string::npos) << text;
    write("run/config.toml", edited.replace(edited.find(from), from.size(), to));
  };
  const Arguments resume = {
      "train", path("flows.h5").string(), "--run", path("run").string(), "--quiet", "--resume"};
  edit("batch_size = 64", "batch_size = 32");
  expect_one_line(run(resume), 1, {"--batch-size is 32"});
  edit("steps = 24", "steps = 30");
  EXPECT_EQ(run(resume).code, 0);
  EXPECT_EQ(nlohmann::json::parse(read_text(path("run") / "summary.json"))["steps"], 30);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
