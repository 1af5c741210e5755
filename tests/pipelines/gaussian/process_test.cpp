// The process study's numbers, its plans and its store of fits.
#include <algorithm>
#include <fstream>

#include <Eigen/LU>
#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "pipelines/gaussian/process/process_fits.hpp"
#include "pipelines/gaussian/process/process_report.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/files.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using datasets::tests::error_of;
using lagoon::tests::kEightDigits;

/// Few, small fits.
ProcessOptions small() {
  ProcessOptions options;
  options.sweeps = "samples";
  options.sample_sizes = {400, 200};
  options.embedding_dim = 2;
  options.batch_size = 64;
  options.epochs = 3;
  options.seeds = 2;
  return options;
}

TEST(Process, population_is_the_published_one) {
  const ProcessTheory theory = process_theory();
  const double singular[] = {.96741635, .82991701, .58891068, .39197084, .26563235};
  const double u[] = {.04406584, .00751720, .00197362, .00064460, .00019002, 0};
  const double v[] = {2.19567410, 1.25977971, .57101747, .22420169, .07056055, 0};
  ASSERT_EQ(theory.full_rank(), 5);
  for (int r = 0; r <= 5; ++r) {
    EXPECT_NEAR(theory.best(r).u_given_v, u[r], kEightDigits) << r;
    EXPECT_NEAR(theory.best(r).v_given_u, v[r], kEightDigits) << r;
    if (r == 0) continue;
    EXPECT_NEAR(theory.canonical.s(r - 1), singular[r - 1], kEightDigits) << r;
  }
  EXPECT_EQ(theory.best(7).v_given_u, theory.best(5).v_given_u);
  EXPECT_NEAR(theory.mutual_information, 2.29015152, kEightDigits);
  EXPECT_NEAR(theory.j_cond[3], 1.304415, lagoon::tests::kSixDigits);
}

TEST(Process, errors_are_traces_of_squares) {
  const ProcessTheory theory = process_theory();
  const auto& [zero_u, zero_v, uu, uv, vv] = theory.law;
  contrastive::Tilt tilt = contrastive::cosine_conditional(theory.law, 3);
  tilt.A(0, 1) += 0.3;
  const Eigen::MatrixXd u = uu * tilt.A - uv * vv.inverse();
  const Eigen::MatrixXd v = vv * tilt.A.transpose() - uv.transpose() * uu.inverse();
  const MeanErrors errors = theory.errors(tilt);
  EXPECT_NEAR(errors.u_given_v, (u * vv * u.transpose()).trace(), lagoon::tests::kSmallMatrices);
  EXPECT_NEAR(errors.v_given_u, (v * uu * v.transpose()).trace(), lagoon::tests::kSmallMatrices);
}

TEST(Process, plans_share_the_setting_that_is_not_swept) {
  const auto plans = planned_sweeps({});
  ASSERT_EQ(plans.size(), 3U);
  const FitSetting base{5, 512, 10000};
  for (const auto& plan : plans) {
    EXPECT_EQ(std::ranges::count(plan.settings, base), 1) << plan.name;
  }
  EXPECT_EQ(steps_of({}, base), 1900);
  ProcessOptions options = small();
  EXPECT_EQ(planned_sweeps(options).front().settings.front().samples, 200);
  options.sweeps = "none";
  EXPECT_TRUE(planned_sweeps(options).empty());
  options.sweeps = "samples,colour";
  EXPECT_NE(error_of([&] { planned_sweeps(options); }).find("'colour' is not one of them"),
            std::string::npos);
  options.sweeps = "samples,samples";
  EXPECT_EQ(planned_sweeps(options).size(), 1U);
  options.sweeps = "samples";
  options.sample_sizes = {63};
  EXPECT_NE(error_of([&] { planned_sweeps(options); }).find("63 samples do not fill a batch of 64"),
            std::string::npos);
  options.sample_sizes = {64.5};
  EXPECT_NE(error_of([&] { planned_sweeps(options); }).find("64.5"), std::string::npos);
  options.sample_sizes = {};
  EXPECT_NE(error_of([&] { planned_sweeps(options); }).find("--sample-sizes: is empty"),
            std::string::npos);
}

TEST(Process, fits_are_the_same_on_any_threads_and_from_the_store) {
  const lagoon::tests::TemporaryFolder folder;
  const ProcessTheory theory = process_theory();
  const ProcessOptions options = small();
  const auto plans = planned_sweeps(options);
  const auto how = [&](const char* training) -> nlohmann::json {
    return {{"training", training}, {"n_u", theory.law.n_u()}, {"n_v", theory.law.n_v()}};
  };
  const auto fit = [&](const char* name, int threads, const char* training) {
    FitStore store(folder / name, how(training));
    return fit_processes(theory, options, plans, 4, threads, store);
  };
  const auto alone = fit("a", 1, "x"), beside = fit("b", 3, "x");
  ASSERT_EQ(alone.size(), 2U);
  for (const auto& [setting, fits] : alone) {
    ASSERT_EQ(fits.size(), 2U);
    EXPECT_EQ(fits[0].A, beside.at(setting)[0].A);
    EXPECT_EQ(fits[1].seed, 5U);
    EXPECT_NE(fits[0].A, fits[1].A);
  }
  // A line that a kill has cut off is done again, the others are taken as they are.
  const auto text = lagoon::tests::read_text(folder / "a");
  std::ofstream(folder / "a") << text.substr(0, text.size() - 30);
  for (int time = 0; time < 2; ++time) {
    for (const auto& [setting, fits] : fit("a", 1, "x")) {
      for (std::size_t s = 0; s < fits.size(); ++s) {
        EXPECT_EQ(fits[s].A, alone.at(setting)[s].A);
        EXPECT_EQ(fits[s].trained.v_given_u, alone.at(setting)[s].trained.v_given_u);
      }
    }
  }
  EXPECT_EQ(std::ranges::count(lagoon::tests::read_text(folder / "a"), '\n'), 5);
  // Fits of other training are not taken.
  FitStore other(folder / "b", how("y"));
  EXPECT_EQ(other.find(plans.front().settings.front(), 4), nullptr);
  // Nor are those of this training that cannot be.
  auto line = nlohmann::json::parse(text.substr(0, text.find('\n')));
  const auto expect_refused = [&](const char* key, const nlohmann::json& value) {
    auto damaged = line;
    damaged[key] = value;
    std::ofstream(folder / "c") << damaged.dump() << "\n";
    EXPECT_THROW(FitStore(folder / "c", how("x")), lagoon::Error) << key;
  };
  expect_refused("A", std::vector<double>(6, 1.0));
  expect_refused("batch_size", 1);
  expect_refused("samples", 3);
  expect_refused("embedding_dim", 0);
  expect_refused("trained", {{"error_u_given_v", -1}, {"error_v_given_u", 1}});
  expect_refused("loss", "low");
}

TEST(Process, standardising_changes_no_law_that_encoders_can_have) {
  const lagoon::tests::TemporaryFolder folder;
  const ProcessTheory theory = process_theory();
  ProcessOptions options = small();
  options.embedding_dim = 1;
  options.sample_sizes = {2000};
  options.epochs = 40;
  options.learning_rate = 0.02;
  const auto plans = planned_sweeps(options);
  for (const bool standardize : {true, false}) {
    options.standardize = standardize;
    FitStore store(folder / (standardize ? "a" : "b"), "");
    const auto fits = fit_processes(theory, options, plans, 0, 1, store);
    const auto errors = mean_trained(fits.begin()->second);
    EXPECT_NEAR(errors.v_given_u / theory.best(1).v_given_u, 1, lagoon::tests::kSmallProcessFit);
    EXPECT_NEAR(errors.u_given_v / theory.best(1).u_given_v, 1, lagoon::tests::kSmallProcessFit);
  }
}

}  // namespace
}  // namespace lagoon::pipelines::tests
