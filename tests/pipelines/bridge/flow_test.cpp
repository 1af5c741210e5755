// lagoon bridge flow: what it leaves, how it goes on, what it refuses, and the figures asked for.

#include <nlohmann/json.hpp>

#include "tests/pipelines/program.hpp"
#include "tests/pipelines/report/page_checks.hpp"
#include "tests/support/study.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDirections[] = {"trajectory_to_velocity", "velocity_to_trajectory"};

class FlowBridgeTest : public ProgramTest {
 protected:
  Arguments flow(const std::string& out, const Arguments& more = {}) const {
    Arguments all = {"bridge", "flow", "--out", path(out).string(), "--quiet"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  /// A few steps of small encoders.
  Arguments tiny(const std::string& out, const Arguments& more = {}) const {
    Arguments all =
        flow(out, {"--drifters",         "2",  "--times",          "5",   "--stations",     "3",
                   "--instrument-noise", "30", "--flow-pairs",     "512", "--flow-batch",   "64",
                   "--flow-epochs",      "2",  "--flow-width",     "16",  "--flow-dim",     "8",
                   "--track-components", "10", "--held-out-flows", "40",  "--bridge-flows", "1000",
                   "--joint-queries",    "5"});
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  nlohmann::json result(Arguments arguments) const {
    const auto json = path("result.json").string();
    arguments.insert(arguments.end(), {"--json", json});
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const auto parsed = nlohmann::json::parse(read_text(json), nullptr, false);
    fs::remove(json);
    return parsed;
  }
};

TEST_F(FlowBridgeTest, leaves_numbers_and_a_page) {
  const auto json = result(tiny("out"));
  for (const char* method : {"direct", "monte_carlo", "paired", "bayes"}) {
    for (const char* direction : kDirections) {
      const auto& recall = json.at("recall").at(method).at(direction);
      EXPECT_LE(recall.at("1").get<double>(), recall.at("5").get<double>());
      EXPECT_LE(recall.at("1_interval").at(0).get<double>(), recall.at("1").get<double>());
    }
  }
  EXPECT_EQ(json.at("monte_carlo_by_samples").at("1000").at("trajectory_to_velocity"),
            json.at("recall").at("monte_carlo").at("trajectory_to_velocity"));
  const auto& told = json.at("information");
  EXPECT_NEAR(told.at("ac_b").get<double>() + told.at("a_c").get<double>(),
              told.at("a_b").get<double>() + told.at("b_c").get<double>(), 1e-9);
  for (const char* instruments : {"trajectories", "velocities", "vorticity", "all"}) {
    const auto& scores = json.at("joint").at(instruments);
    EXPECT_GT(scores.at("learned").at("crps").get<double>(), 0);
    EXPECT_TRUE(scores.at("exact").at("coverage").at("90").is_number());
  }
  EXPECT_EQ(json.at("decision").at("evidence").at("samples"), 1000);
  expect_self_contained(path("out") / "index.html");
  EXPECT_TRUE(fs::exists(path("out") / "recall_by_pool.png"));
  EXPECT_TRUE(fs::exists(path("out") / "example.png"));
}

TEST_F(FlowBridgeTest, goes_on_from_its_weights_and_takes_one_encoder_or_several) {
  const auto first = result(tiny("out"));
  const auto written = fs::last_write_time(path("out") / "unpaired.safetensors");
  const auto again = result(tiny("out", {"--resume", "--bridge-flows", "300"}));
  EXPECT_EQ(fs::last_write_time(path("out") / "unpaired.safetensors"), written);
  EXPECT_EQ(again.at("recall").at("paired"), first.at("recall").at("paired"));
  EXPECT_EQ(again.at("recall").at("direct"), first.at("recall").at("direct"));
  EXPECT_EQ(again.at("monte_carlo_by_samples").at("300"),
            first.at("monte_carlo_by_samples").at("300"));
  const auto disparate = result(tiny("out", {"--resume", "--no-shared-bridge"}));
  EXPECT_GT(fs::last_write_time(path("out") / "unpaired.safetensors"), written);
  EXPECT_NE(disparate.at("scales"), first.at("scales"));
}

TEST_F(FlowBridgeTest, refuses_what_cannot_be) {
  expect_one_line(run(tiny("out", {"--joint-queries", "41"})), 1, {"--joint-queries 41", "40"});
  expect_one_line(run(tiny("out", {"--flow-pairs", "10"})), 1, {"--flow-pairs 10", "64"});
  expect_one_line(run(tiny("out", {"--max-wavenumber", "4"})), 1, {"--vorticity-grid 8", "9"});
  EXPECT_FALSE(fs::exists(path("out")));
}

using FlowBridgeStudy = lagoon::tests::Study<FlowBridgeTest>;

/// The figures asked for: among 1,000 held-out flows, with 100,000 flows of the bridge.
TEST_F(FlowBridgeStudy, unpaired_instruments_retrieve_nearly_as_paired_ones) {
  using namespace lagoon::tests;
  const auto json = result(flow("out"));
  for (const char* direction : kDirections) {
    const auto of = [&](const char* method, const char* depth) {
      return json.at("recall").at(method).at(direction).at(depth).get<double>();
    };
    EXPECT_GE(of("monte_carlo", "5"), kBridgedRecallAtFive * of("paired", "5")) << direction;
    EXPECT_GE(of("monte_carlo", "1"), kBridgedRecallAtOne * of("paired", "1")) << direction;
    EXPECT_GE(of("bayes", "1"), of("paired", "1")) << direction;
    double last = 0;
    for (const char* samples : {"1000", "10000", "100000"}) {
      const double recall =
          json.at("monte_carlo_by_samples").at(samples).at(direction).at("1").get<double>();
      EXPECT_GE(recall, last) << direction << " " << samples;
      last = recall;
    }
  }
}

}  // namespace
}  // namespace lagoon::pipelines::tests
