// Runs on fresh flows: what they are asked for, and that they go on as if they had not been killed.
#include <chrono>
#include <csignal>
#include <thread>

#include <nlohmann/json.hpp>

#include "pipelines/training/records.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

class StreamTest : public ProgramTest {
 protected:
  Arguments stream(const std::string& name, const Arguments& more = {}) const {
    Arguments all = {"train",   "--stream",
                     "--run",   path(name).string(),
                     "--quiet", "--times",
                     "10",      "--step-probe",
                     "16",      "--batch-size",
                     "64",      "--mlp-width",
                     "16",      "--whitened-components",
                     "10",      "--log-every",
                     "1",       "--validate-every",
                     "40",      "--validation-library",
                     "200"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  /// Sends `signal` once the file is there.
  Outcome interrupt(const Arguments& arguments, const fs::path& file, int signal) const {
    const pid_t child = start(arguments);
    while (read_text(file).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    kill(child, signal);
    return finish(child);
  }

  std::string weights(const std::string& name) const {
    return read_text(path(name) / "checkpoint" / "weights.safetensors");
  }
};

TEST_F(StreamTest, killed_run_ends_in_the_weights_of_one_left_alone) {
  const Arguments steps = {"--steps", "150", "--checkpoint-every", "7"};
  const auto killed =
      interrupt(stream("run", steps), path("run") / "checkpoint" / "state.json", SIGKILL);
  EXPECT_EQ(killed.code, 128 + SIGKILL);
  const auto resumed = run(
      {"train", "--run", path("run").string(), "--resume", "--quiet", "--generator-threads", "3"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  ASSERT_EQ(run(stream("whole", steps)).code, 0);
  EXPECT_EQ(weights("run"), weights("whole"));
}

TEST_F(StreamTest, other_verbs_know_such_a_run) {
  const auto trained = run(stream("run", {"--steps", "40", "--seed", "3"}));
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto summary = nlohmann::json::parse(read_text(path("run") / "summary.json"));
  EXPECT_EQ(summary["n_train"], 40 * 64);
  EXPECT_EQ(summary["n_validation"], 200);
  EXPECT_TRUE(summary["gap"].contains("lagrangian_to_eulerian"));
  const auto inspected = run({"inspect", path("run").string()});
  EXPECT_NE(inspected.out.find("data_seed: 3"), std::string::npos) << inspected.out;
  const std::string run_folder = path("run").string(), data = path("flows.h5").string();
  ASSERT_EQ(run({"generate", data, "--law-from", run_folder, "--samples", "60", "--step-probe",
                 "16", "--seed", "3", "--quiet"})
                .code,
            0);
  const Arguments retrieve = {"retrieve",   run_folder, data,      "--out", path("out").string(),
                              "--examples", "0",        "--split", "all",   "--quiet"};
  const auto retrieved = run(retrieve);
  EXPECT_EQ(retrieved.code, 0) << retrieved.err;
  EXPECT_NE(retrieved.err.find("seed of the training data"), std::string::npos) << retrieved.err;
}

TEST_F(StreamTest, file_lends_law_and_held_out_flows) {
  ASSERT_EQ(run(small("flows.h5", 200, {"--rms-speed", "3", "--validation-fraction", "0.2"})).code,
            0);
  const Arguments arguments = {"train",
                               path("flows.h5").string(),
                               "--stream",
                               "--run",
                               path("run").string(),
                               "--steps",
                               "5",
                               "--batch-size",
                               "16",
                               "--whitened-components",
                               "10",
                               "--mlp-width",
                               "16",
                               "--quiet"};
  const auto outcome = run(arguments);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto summary = nlohmann::json::parse(read_text(path("run") / "summary.json"));
  EXPECT_EQ(summary["n_validation"], 40);
  Arguments with_law = arguments;
  with_law.insert(with_law.end(), {"--rms-speed", "4"});
  expect_one_line(run(with_law), 2, {"--rms-speed", "DATA"});
}

TEST_F(StreamTest, what_cannot_be_is_one_line) {
  expect_one_line(run({"train", "--run", path("run").string()}), 2, {"DATA", "--stream"});
  expect_one_line(
      run({"train", path("a.h5").string(), "--run", path("run").string(), "--rms-speed", "4"}), 2,
      {"--rms-speed", "--stream"});
  expect_one_line(run(stream("run", {"--epochs", "2"})), 1, {"epochs", "steps"});
  expect_one_line(run(stream("run", {"--rms-speed", "-1"})), 2, {"--rms-speed"});
  expect_one_line(run(stream("run", {"--diffusivity", "0.1", "--scheme", "rk4"})), 2, {"--scheme"});
  EXPECT_FALSE(fs::exists(path("run")));
}

TEST_F(StreamTest, memory_is_told_beforehand) {
  const auto outcome = run(stream("run", {"--dry-run"}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("queue of fresh flows"), std::string::npos) << outcome.out;
}

TEST(SourceWarning, names_a_remedy_that_is_not_taken_yet) {
  const contrastive::SourceCost dear{200, 0.3, 0.2};
  TrainOptions options;
  EXPECT_EQ(source_warning(dear, options), "") << "pairs are in memory";
  options.training.pairs = "file";
  EXPECT_NE(source_warning(dear, options).find("--pairs memory"), std::string::npos);
  EXPECT_EQ(source_warning({200, 0.01, 0.01}, options), "");
  options.stream.on = true;
  EXPECT_NE(source_warning(dear, options).find("--generator-threads"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
