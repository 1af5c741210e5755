// Retrieval from a small trained run, by the program.
#include <cmath>

#include <nlohmann/json.hpp>

#include "tests/pipelines/program.hpp"
#include "tests/pipelines/report/page_checks.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

/// A run that learned enough to be far from chance, in seconds.
class RetrieveTest : public ProgramTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(run(small("flows.h5", 4000, {"--test-fraction", "0.1"})).code, 0);
    const auto config = write("train.toml", R"([train]
steps = 300
batch_size = 128
learning_rate = 3e-3
warmup_steps = 5
validate_every = 300
whitened_components = 12
embedding_dim = 32
mlp_width = 128
mlp_depth = 2
)");
    const auto outcome = run({"train", path("flows.h5").string(), "--run", path("run").string(),
                              "--config", config, "--quiet"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }

  Outcome retrieve(const std::string& data, const std::string& out,
                   const Arguments& more = {"--examples", "0"}) const {
    Arguments all = {"retrieve", path("run").string(), path(data).string(), "--out",
                     path(out).string()};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }

  nlohmann::json summary(const std::string& folder) const {
    return nlohmann::json::parse(read_text(path(folder) / "summary.json"));
  }
};

double recall_at_1(const nlohmann::json& summary) {
  return summary["recall"]["lagrangian_to_eulerian"]["1"];
}

void expect_retrieval_contract(const nlohmann::json& summary) {
  EXPECT_EQ(summary["verb"], "retrieve");
  EXPECT_EQ(summary["split"], "test");
  EXPECT_EQ(summary["library_size"], 400);
  for (const auto* direction : {"lagrangian_to_eulerian", "eulerian_to_lagrangian"}) {
    for (const auto* k : {"1", "5", "10"}) {
      const double recall = summary["recall"][direction][k];
      EXPECT_LE(summary["recall_interval_95"][direction][k][0], recall);
      EXPECT_GE(summary["recall_interval_95"][direction][k][1], recall);
    }
    EXPECT_GE(summary["median_rank"][direction], 1);
  }
  const auto& sizes = summary["effective_sample_size"];
  EXPECT_LE(1, sizes["quantile_10"]);
  EXPECT_LE(sizes["quantile_10"], sizes["median"]);
  EXPECT_LE(sizes["median"], sizes["quantile_90"]);
  EXPECT_LE(sizes["quantile_90"], 400);
  EXPECT_TRUE(summary["seconds"].contains("search"));
}

// Fewer rivals never hurt, and the last point is the recall itself.
void expect_monotone_curve(const nlohmann::json& summary) {
  const auto& curve = summary["library_curve"];
  for (std::size_t i = 1; i < curve.size(); ++i) {
    EXPECT_LT(curve[i - 1]["library_size"], curve[i]["library_size"]);
    EXPECT_GE(curve[i - 1]["recall"]["lagrangian_to_eulerian"]["1"],
              curve[i]["recall"]["lagrangian_to_eulerian"]["1"]);
  }
  EXPECT_EQ(curve.back()["recall"], summary["recall"]);
  EXPECT_EQ(curve.back()["library_size"], summary["library_size"]);
}

TEST_F(RetrieveTest, folder_keeps_the_contract_and_feeds_a_report) {
  const auto outcome = retrieve("flows.h5", "ret", {"--examples", "1"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto result = summary("ret");
  expect_retrieval_contract(result);
  expect_monotone_curve(result);
  EXPECT_GT(recall_at_1(result), 10 * result["chance"]["1"].get<double>());
  EXPECT_TRUE(result["config"].get<std::string>().starts_with("[retrieve]\n"));
  expect_self_contained(path("ret") / "index.html");
  for (const auto* name : {"potential_1", "posterior_1", "library_size"}) {
    EXPECT_GT(fs::file_size(path("ret") / (std::string(name) + ".png")), 1000U) << name;
    EXPECT_TRUE(fs::exists(path("ret") / (std::string(name) + ".csv"))) << name;
  }

  const auto report =
      run({"report", path("run").string(), path("ret").string(), "--out", path("report").string()});
  ASSERT_EQ(report.code, 0) << report.err;
  expect_self_contained(path("report") / "index.html");
  EXPECT_EQ(summary("report")["recall"], result["recall"]);
  EXPECT_EQ(summary("report")["library_size"], result["library_size"]);
  EXPECT_TRUE(fs::exists(path("report") / "potential_1.png"));
}

TEST_F(RetrieveTest, another_seed_leaves_recall_and_another_law_is_refused) {
  ASSERT_EQ(retrieve("flows.h5", "ret").code, 0);
  const double recall = recall_at_1(summary("ret"));

  ASSERT_EQ(run(small("seed.h5", 4000, {"--test-fraction", "0.1", "--seed", "7"})).code, 0);
  ASSERT_EQ(retrieve("seed.h5", "seed").code, 0);
  const double deviation = std::sqrt(2 * recall * (1 - recall) / 400);
  EXPECT_NEAR(recall_at_1(summary("seed")), recall, lagoon::tests::kManySigmas * deviation);
  EXPECT_NE(summary("seed")["recall"], summary("ret")["recall"]);

  ASSERT_EQ(run(small("law.h5", 100, {"--law-seed", "1"})).code, 0);
  expect_one_line(retrieve("law.h5", "law"), 1, {"omega"});
  EXPECT_FALSE(fs::exists(path("law")));
  const auto library = retrieve("flows.h5", "law", {"--library", path("law.h5").string()});
  expect_one_line(library, 1, {"omega"});

  const auto run_folder = path("run").string(), flows = path("flows.h5").string();
  expect_one_line(run({"retrieve", flows, run_folder, "--out", path("law").string()}), 1,
                  {"lagoon retrieve " + run_folder + " " + flows});
  expect_one_line(run({"retrieve", "no-run", flows, "--out", path("law").string()}), 1,
                  {"no-run: there is no such folder", "lagoon train"});

  ASSERT_EQ(run(small("one.h5", 1)).code, 0);
  expect_one_line(retrieve("one.h5", "one"), 1, {"one.h5", "--library"});
  EXPECT_FALSE(fs::exists(path("one")));
}

TEST_F(RetrieveTest, library_adds_rivals_and_training_flows_are_warned_of) {
  ASSERT_EQ(retrieve("flows.h5", "alone", {"--examples", "0", "--queries", "50"}).code, 0);
  const Arguments more = {"--examples", "0",         "--queries",
                          "50",         "--library", path("flows.h5").string()};
  const auto outcome = retrieve("flows.h5", "ret", more);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto result = summary("ret");
  EXPECT_EQ(result["library_size"], 400 + 4000);
  EXPECT_EQ(result["n_queries"], 50);
  EXPECT_LE(recall_at_1(result), recall_at_1(summary("alone")));
  EXPECT_LT(result["chance"]["1"], summary("alone")["chance"]["1"]);
  EXPECT_EQ(summary("alone")["warnings"].size(), 0U);
  EXPECT_EQ(result["warnings"].size(), 1U);
  EXPECT_NE(outcome.err.find("trained on"), std::string::npos);
  expect_one_line(retrieve("flows.h5", "ret"), 1, {"ret", "--force"});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
