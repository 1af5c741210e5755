// A page from run folders, and what cannot be one.
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/pipelines/program.hpp"
#include "tests/pipelines/report/page_checks.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

nlohmann::json both_ways(double at_1) {
  const nlohmann::json recall = {{"1", at_1}, {"5", (1 + at_1) / 2}, {"10", (3 + at_1) / 4}};
  return {{"lagrangian_to_eulerian", recall}, {"eulerian_to_lagrangian", recall}};
}

/// Run folders as `lagoon train` leaves them, without the training.
class ReportTest : public ProgramTest {
 protected:
  std::string write_run(const std::string& name, const std::string& encoder,
                        int batch_size = 64) const {
    fs::create_directories(path(name));
    const nlohmann::json summary = {
        {"verb", "train"},
        {"encoder", encoder},
        {"steps", 200},
        {"seconds", {{"forward", 3.5}, {"backward", 7.25}, {"load", 0.1}, {"communication", 0.0}}}};
    write(name + "/summary.json", summary.dump());
    write(name + "/config.toml", "[train]\nsteps = 200\n");
    std::ofstream metrics(path(name) / "metrics.jsonl");
    for (int step = 50; step <= 200; step += 50) {
      metrics << loss_line(step, batch_size) << '\n';
      for (const auto* split : {"train", "validation"}) {
        metrics << recall_line(step, split) << '\n';
      }
    }
    metrics << R"({"kind":"loss","step":2)";  // what a killed run leaves
    return path(name).string();
  }

  static nlohmann::json loss_line(int step, int batch_size) {
    return {{"kind", "loss"},
            {"step", step},
            {"samples", batch_size * step},
            {"seconds", 0.1 * step},
            {"loss", 5.0 - 0.01 * step},
            {"temperature", 0.07}};
  }

  static nlohmann::json recall_line(int step, const std::string& split) {
    return {
        {"kind", "recall"},      {"step", step},
        {"seconds", 0.1 * step}, {"split", split},
        {"library_size", 400},   {"recall", both_ways(step / (split == "train" ? 250.0 : 300.0))}};
  }
};

TEST_F(ReportTest, page_holds_all_it_shows) {
  const auto outcome = run({"report", write_run("mlp", "mlp"), write_run("b", "transformer"),
                            "--out", path("out").string()});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  expect_self_contained(path("out") / "index.html");
  const auto summary = nlohmann::json::parse(read_text(path("out") / "summary.json"));
  EXPECT_EQ(summary["verb"], "report");
  EXPECT_TRUE(summary["config"].get<std::string>().starts_with("[report]\n"));
  ASSERT_EQ(summary["runs"].size(), 2U);
  EXPECT_EQ(summary["runs"][1]["encoder"], "transformer");
  for (const auto* name : {"recall_over_steps", "recall_over_seconds", "loss", "seconds"}) {
    EXPECT_GT(fs::file_size(path("out") / (std::string(name) + ".png")), 1000U) << name;
    EXPECT_TRUE(fs::exists(path("out") / (std::string(name) + ".csv"))) << name;
  }
  const std::string seconds = read_text(path("out") / "seconds.csv");
  EXPECT_NE(seconds.find("load"), std::string::npos);
  EXPECT_EQ(seconds.find("communication"), std::string::npos) << "took no time";
}

TEST_F(ReportTest, unlike_budgets_are_told) {
  const std::string first = write_run("first", "mlp");
  const auto page_beside = [&](int batch_size) {
    const std::string second = write_run("second", "mlp", batch_size);
    const auto outcome = run({"report", first, second, "--out", path("out").string(), "--force"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return read_text(path("out") / "index.html");
  };
  EXPECT_EQ(page_beside(64).find("unlike budgets"), std::string::npos);
  EXPECT_NE(page_beside(128).find("unlike budgets"), std::string::npos);
}

TEST_F(ReportTest, plotted_numbers_are_those_of_the_run) {
  ASSERT_EQ(run({"report", write_run("mlp", "mlp"), "--out", path("out").string()}).code, 0);
  std::istringstream rows(read_text(path("out") / "recall_over_steps.csv"));
  std::string row;
  std::getline(rows, row);
  EXPECT_TRUE(
      row.starts_with("run,split,step,samples,seconds,library_size,lagrangian_to_eulerian_1,"));
  int n_rows = 0;
  for (; std::getline(rows, row); ++n_rows) {
    std::vector<std::string> cells;
    std::istringstream stream(row);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    const auto line = recall_line(std::stoi(cells[2]), cells[1]);
    EXPECT_EQ(std::stod(cells[6]), line["recall"]["lagrangian_to_eulerian"]["1"].get<double>());
  }
  EXPECT_EQ(n_rows, 8);
  const std::string script = read_text(path("out") / "recall_over_steps.gp");
  EXPECT_NE(script.find("'recall_over_steps.csv'"), std::string::npos);
}

TEST_F(ReportTest, missing_gnuplot_is_told_in_one_line) {
  const auto outcome =
      run({"report", write_run("mlp", "mlp"), "--out", path("out").string()}, {{"PATH", ""}});
  expect_one_line(outcome, 1, {"gnuplot", "PATH"});
  EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(ReportTest, folder_that_is_no_run_is_refused) {
  const std::string out = path("out").string();
  expect_one_line(run({"report", path("nothing").string(), "--out", out}), 1, {"nothing"});
  fs::create_directories(path("other"));
  write("other/summary.json", R"({"verb": "generate"})");
  expect_one_line(run({"report", path("other").string(), "--out", out}), 1, {"other", "generate"});
  write("other/summary.json", R"({"verb": "train"})");
  expect_one_line(run({"report", path("other").string(), "--out", out}), 1, {"summary.json"});
  write("other/summary.json", "[1]");
  expect_one_line(run({"report", path("other").string(), "--out", out}), 1, {"other"});
}

TEST_F(ReportTest, damaged_metrics_are_told_with_their_line) {
  const auto folder = write_run("mlp", "mlp");
  write("mlp/metrics.jsonl", "{\"kind\":\"loss\",\"step\":1}\n{}\n");
  expect_one_line(run({"report", folder, "--out", path("out").string()}), 1, {"metrics.jsonl:1"});
}

TEST_F(ReportTest, full_folder_is_not_overwritten) {
  fs::create_directories(path("out"));
  write("out/mine.txt", "keep");
  const auto folder = write_run("mlp", "mlp");
  const std::string out = path("out").string();
  expect_one_line(run({"report", folder, "--out", out}), 1, {"out", "--force"});
  EXPECT_EQ(run({"report", folder, "--out", out, "--force"}).code, 0);
  EXPECT_EQ(read_text(path("out") / "mine.txt"), "keep");
}

}  // namespace
}  // namespace lagoon::pipelines::tests
