// Diagnostics of a small trained run, by the program.
#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "pipelines/diagnosis/diagnosis_figure.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/support/files.hpp"

namespace lagoon::pipelines::tests {
namespace {

using lagoon::tests::read_text;

class DiagnosisTest : public ProgramTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(run(small("flows.h5", 1200, {"--test-fraction", "0.1"})).code, 0);
    const auto config = write("train.toml", R"([train]
steps = 40
batch_size = 128
warmup_steps = 5
validate_every = 40
whitened_components = 12
embedding_dim = 16
mlp_width = 32
mlp_depth = 2
)");
    const auto outcome = run({"train", path("flows.h5").string(), "--run", path("run").string(),
                              "--config", config, "--quiet"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }

  nlohmann::json json(const std::string& name) const {
    return nlohmann::json::parse(read_text(path(name)));
  }

  Outcome inspect(const Arguments& more) const {
    Arguments all = {"inspect", path("run").string()};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }
};

TEST(DiagnosisFinding, weights_are_called_off_only_beyond_chance) {
  Diagnosis diagnosis;
  diagnosis.eulerian.hubs.k = 10;
  diagnosis.eulerian.hubs.largest_share = 0.25;
  auto& reliability = diagnosis.reliability;
  reliability.bins = {{.n = 30, .confidence = 0.5, .accuracy = {.value = 0.3}},
                      {.n = 10, .confidence = 0.9, .accuracy = {.value = 0.5}}};
  reliability.expected_error = 0.25;
  reliability.if_calibrated = 0.125;
  reliability.p_value = 0.05;
  const std::string hubs =
      "The greatest hub is among the 10 best flows of 0.25 of the trajectories. ";
  EXPECT_EQ(diagnosis_finding(diagnosis),
            "The weights are not shown to be off as probabilities: a calibration error of 0.25, "
            "0.125 by chance alone. " +
                hubs);
  reliability.p_value = 0.005;
  EXPECT_EQ(diagnosis_finding(diagnosis),
            "The weights are too sure: the best flow is the true one in 0.35 of the cases, at a "
            "mean weight of 0.6. " +
                hubs);
  reliability.bins[0].accuracy.value = 0.9;
  EXPECT_EQ(diagnosis_finding(diagnosis),
            "The weights are too unsure: the best flow is the true one in 0.8 of the cases, at a "
            "mean weight of 0.6. " +
                hubs);
}

TEST_F(DiagnosisTest, inspect_and_retrieve_find_the_same_of_the_same_pairs_and_reports_show_it) {
  const auto found = path("found").string();
  ASSERT_EQ(run({"retrieve", path("run").string(), path("flows.h5").string(), "--out", found,
                 "--examples", "0"})
                .code,
            0);
  const auto outcome = inspect({"--diagnose", "--diagnose-data", path("flows.h5").string(),
                                "--json", path("inspect.json").string()});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto diagnosis = json("inspect.json")["diagnosis"];
  EXPECT_EQ(diagnosis["pairs"], 120);
  EXPECT_EQ(diagnosis["dim"], 16);
  EXPECT_EQ(diagnosis, json("found/summary.json")["diagnosis"]);
  const double information = diagnosis["dynamic_range"]["information"]["value"];
  EXPECT_GT(information, 0);
  EXPECT_LT(information, std::log(120));
  EXPECT_TRUE(diagnosis["bridge"]["decision"].is_null());
  EXPECT_EQ(diagnosis["bridge"]["samples"], std::ceil(std::exp(information + 2)));
  EXPECT_EQ(diagnosis["bridge"]["is_lower_bound"], information + 2 >= std::log(120));
  ASSERT_EQ(run({"report", found, "--out", path("page").string()}).code, 0);
  EXPECT_NE(read_text(path("page") / "index.html").find("What the embeddings are like"),
            std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(path("page") / "diagnostics.png"));
  EXPECT_TRUE(std::filesystem::exists(path("page") / "diagnostics_hubs.csv"));
}

TEST_F(DiagnosisTest, fresh_flows_of_the_law_are_taken_and_of_no_other) {
  const auto outcome = inspect({"--diagnose", "--diagnose-pairs", "150", "--diagnose-page",
                                path("page").string(), "--json", path("inspect.json").string()});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(json("inspect.json")["diagnosis"]["pairs"], 150);
  EXPECT_TRUE(std::filesystem::exists(path("page") / "index.html"));
  // A folder that holds something is refused before the encoders run, whatever they are.
  expect_one_line(inspect({"--diagnose", "--diagnose-data", path("absent.h5").string(),
                           "--diagnose-page", path("page").string()}),
                  1, {"page", "exists"});
  expect_one_line(run({"inspect", path("flows.h5").string(), "--diagnose"}), 1,
                  {"flows.h5", "is a dataset", "run folder"});
  ASSERT_EQ(run(small("other.h5", 60, {"--law-seed", "9"})).code, 0);
  expect_one_line(inspect({"--diagnose", "--diagnose-data", path("other.h5").string()}), 1,
                  {"law"});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
