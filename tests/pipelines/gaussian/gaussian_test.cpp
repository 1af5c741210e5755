// lagoon gaussian: what it leaves, how it stops and goes on, what it refuses, and the figures asked
// for.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <nlohmann/json.hpp>

#include "tests/pipelines/program.hpp"
#include "tests/pipelines/report/page_checks.hpp"
#include "tests/support/study.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModels[] = {"cosine_conditional",  "quadratic_one_sided", "cosine_joint",
                                   "quadratic_two_sided", "quadratic_joint",     "normalized"};

class GaussianTest : public ProgramTest {
 protected:
  Arguments gaussian(const std::string& study, const std::string& out,
                     const Arguments& more = {}) const {
    Arguments all = {"gaussian", study, "--out", path(out).string(), "--quiet"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  /// Two fits in seconds.
  Arguments process(const std::string& out, const Arguments& more = {}) const {
    Arguments all = gaussian("process", out,
                             {"--sweeps", "embedding-dim", "--embedding-dims", "1,5", "--seeds",
                              "1", "--samples", "600", "--batch-size", "64", "--epochs", "10"});
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  nlohmann::json summary(const std::string& out) const {
    return nlohmann::json::parse(read_text(path(out) / "summary.json"));
  }

  /// Runs it to its end and returns what --json wrote.
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

void expect_moments(const nlohmann::json& models) {
  for (const char* model : kModels) {
    for (const char* side : {"u_given_v", "v_given_u"}) {
      EXPECT_TRUE(models.at(model).at(side).at("coefficient").is_number());
      EXPECT_GT(models.at(model).at(side).at("variance").get<double>(), 0);
    }
    for (const char* key : {"marginal_u", "marginal_v", "covariance", "kl_joint", "j_cond"}) {
      EXPECT_TRUE(models.at(model).at(key).is_number()) << model << " " << key;
    }
  }
}

TEST_F(GaussianTest, planar_leaves_numbers_and_a_page) {
  const auto json = result(gaussian("planar", "out", {"--steps", "5", "--pairs", "64"}));
  expect_moments(json.at("models"));
  expect_moments(json.at("trained"));
  EXPECT_EQ(summary("out"), json);
  expect_self_contained(path("out") / "index.html");
  for (const char* figure : {"reference", "joint", "normalized", "normalized_joint",
                             "cosine_conditional", "quadratic_joint"}) {
    EXPECT_TRUE(fs::exists(path("out") / (std::string(figure) + ".png"))) << figure;
  }
  expect_one_line(run(gaussian("planar", "out")), 1, {"out", "--force"});
  const auto closed = result(gaussian("planar", "out", {"--no-train", "--force"}));
  EXPECT_EQ(closed.at("models"), json.at("models"));
  EXPECT_FALSE(closed.contains("trained"));
}

TEST_F(GaussianTest, process_leaves_numbers_and_a_page) {
  const auto json = result(process("out"));
  ASSERT_EQ(json.at("singular_values").size(), 5U);
  for (int r = 1; r <= 5; ++r) {
    const std::string key = std::to_string(r);
    EXPECT_TRUE(json.at("population").at("error_u_given_v").at(key).is_number());
    EXPECT_TRUE(json.at("population").at("error_v_given_u").at(key).is_number());
  }
  ASSERT_EQ(json.at("trained").size(), 2U);
  for (const auto& fit : json.at("trained")) {
    EXPECT_EQ(fit.at("batch_size"), 64);
    EXPECT_EQ(fit.at("samples"), 600);
    EXPECT_GT(fit.at("error_u_given_v").get<double>(), 0);
    EXPECT_GT(fit.at("error_v_given_u").get<double>(), 0);
    EXPECT_EQ(fit.at("per_seed").size(), 1U);
  }
  EXPECT_EQ(json.at("trained")[1].at("embedding_dim"), 5);
  expect_self_contained(path("out") / "index.html");
  EXPECT_TRUE(fs::exists(path("out") / "embedding_dimension.png"));
}

TEST_F(GaussianTest, stored_configuration_gives_the_same_numbers_on_other_threads) {
  const auto first = result(process("a", {"--threads", "1", "--seed", "3"}));
  const auto config = (path("a") / "config.toml").string();
  EXPECT_EQ(read_text(config), first.at("config"));
  const auto second = result(gaussian("process", "b", {"--config", config, "--threads", "3"}));
  EXPECT_EQ(second.at("trained"), first.at("trained"));
  EXPECT_EQ(second.at("config"), first.at("config"));
}

TEST_F(GaussianTest, stopped_sweep_goes_on_from_its_fits) {
  const Arguments more = {"--embedding-dims", "1,2,3,4", "--epochs", "30", "--threads", "1"};
  const pid_t child = start(process("out", more));
  while (read_text(path("out") / "fits.jsonl").empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGTERM);
  const auto outcome = finish(child);
  if (outcome.code == 0) GTEST_SKIP() << "all was done before the signal came";
  expect_one_line(outcome, 75, {"SIGTERM", "--resume"});
  const std::string stored = read_text(path("out") / "fits.jsonl");
  Arguments resumed = process("out", more);
  resumed.push_back("--resume");
  ASSERT_EQ(run(resumed).code, 0);
  EXPECT_TRUE(read_text(path("out") / "fits.jsonl").starts_with(stored));
  EXPECT_EQ(summary("out").at("trained"), result(process("whole", more)).at("trained"));
}

TEST_F(GaussianTest, finished_sweep_stopped_before_its_first_fit_is_resumed) {
  const Arguments more = {"--epochs", "200", "--threads", "1"};
  Arguments forced = process("out", more), resumed = forced;
  forced.push_back("--force");
  resumed.push_back("--resume");
  const auto first = result(process("out", more)).at("trained");
  const pid_t child = start(forced);
  while (fs::exists(path("out") / "fits.jsonl")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGTERM);
  expect_one_line(finish(child), 75, {"SIGTERM", "--resume"});
  ASSERT_EQ(run(resumed).code, 0);
  EXPECT_EQ(summary("out").at("trained"), first);
}

TEST_F(GaussianTest, does_not_resume_in_a_folder_of_other_things) {
  fs::create_directory(path("out"));
  write("out/index.html", "mine");
  expect_one_line(run(process("out", {"--resume"})), 1, {"out", "fits.jsonl"});
  EXPECT_EQ(read_text(path("out") / "index.html"), "mine");
}

TEST_F(GaussianTest, what_cannot_be_is_one_line) {
  expect_one_line(run(gaussian("planar", "out", {"--cov-uv", "2"})), 1, {"positive definite"});
  expect_one_line(run(gaussian("cube", "out")), 2, {"planar | process"});
  expect_one_line(run({"gaussian", "planar"}), 2, {"--out"});
  expect_one_line(run(process("out", {"--samples", "63"})), 1, {"63", "batch"});
  expect_one_line(run(process("out", {"--sweeps", ""})), 1, {"--sweeps", "empty"});
  const std::string countless = "9000000000000000000";
  const Arguments many = {"--samples", countless, "--epochs", countless, "--dry-run"};
  expect_one_line(run(process("out", many)), 1, {"too many steps"});
  expect_one_line(run(process("out", {"--resume", "--force"})), 2, {"--resume", "--force"});
  const auto unused = run(gaussian("planar", "out", {"--epochs", "3", "--dry-run"}));
  expect_one_line(unused, 0, {"--epochs", "no effect"});
  const auto dry = run(gaussian("process", "out", {"--preset", "printed", "--dry-run"}));
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("learning_rate = 1e-04"), std::string::npos) << dry.out;
  EXPECT_FALSE(fs::exists(path("out")));
}

/// The studies as they are by default, with the figures asked for: minutes.
using GaussianStudy = lagoon::tests::Study<GaussianTest>;

TEST_F(GaussianStudy, trained_planar_models_reach_the_closed_forms) {
  using namespace lagoon::tests;
  const auto json = result(gaussian("planar", "out"));
  for (const char* model : kModels) {
    const auto &closed = json.at("models").at(model), &trained = json.at("trained").at(model);
    for (const char* side : {"u_given_v", "v_given_u"}) {
      for (const char* what : {"coefficient", "variance"}) {
        EXPECT_NEAR(trained[side][what], closed[side][what].get<double>(), kTrainedConditional)
            << model << " " << side << " " << what;
      }
    }
    for (const char* what : {"marginal_u", "marginal_v", "covariance"}) {
      const double expected = closed[what];
      EXPECT_NEAR(trained[what], expected, kTrainedMoment * std::abs(expected)) << model << what;
    }
  }
  EXPECT_NEAR(json.at("trained").at("normalized").at("temperature"), 1.987639, kTrainedTemperature);
}

/// Mean errors (u, v) of a setting.
std::pair<double, double> errors_of(const nlohmann::json& result, int dim, int batch, int samples) {
  for (const auto& fit : result.at("trained")) {
    if (fit.at("embedding_dim") == dim && fit.at("batch_size") == batch &&
        fit.at("samples") == samples) {
      return {fit.at("error_u_given_v"), fit.at("error_v_given_u")};
    }
  }
  ADD_FAILURE() << "no fit of " << dim << ", " << batch << ", " << samples;
  return {};
}

TEST_F(GaussianStudy, trained_process_reaches_the_population) {
  const auto json = result(gaussian("process", "out", {"--sample-sizes", "2000,10000,20000"}));
  const auto& population = json.at("population");
  for (int r = 1; r <= 5; ++r) {
    const auto [u, v] = errors_of(json, r, 512, 10000);
    const double best_u = population["error_u_given_v"][std::to_string(r)];
    const double best_v = population["error_v_given_u"][std::to_string(r)];
    EXPECT_NEAR(u, best_u, 0.05 * best_u + 0.0005) << r;
    EXPECT_NEAR(v, best_v, 0.05 * best_v + 0.02) << r;
  }
  const double at_five = errors_of(json, 5, 512, 10000).second;
  for (const int beyond : {6, 7}) {
    EXPECT_NEAR(errors_of(json, beyond, 512, 10000).second, at_five, lagoon::tests::kProcessFloor);
  }
  EXPECT_LT(errors_of(json, 5, 512, 20000).second, errors_of(json, 5, 512, 2000).second);
  EXPECT_LT(errors_of(json, 5, 1024, 10000).second, errors_of(json, 5, 128, 10000).second);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
