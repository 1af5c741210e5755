// The verb: its contract with programs, the order of its methods, what it refuses.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "flow/assimilation/library/weights.hpp"
#include "pipelines/assimilation/methods/method.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using nlohmann::json;

class AssimilateTest : public ProgramTest {
 protected:
  /// Runs the verb and reads what --json wrote.
  json assimilate(const Arguments& more) const {
    Arguments arguments = {"assimilate", "--json",  path("result.json").string(),
                           "--quiet",    "--force", "--threads",
                           "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return json::parse(read_text(path("result.json")));
  }

  /// Twelve flows of 16 unknowns, eight drifters, 5% noise.
  std::string noisy_data(const Arguments& more = {}) const {
    Arguments arguments =
        small("flows.h5", 12,
              {"--validation-fraction", "0", "--test-fraction", "1", "--max-wavenumber", "1",
               "--release", "uniform", "--drifters", "8", "--noise", "5", "--force"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return path("flows.h5").string();
  }
};

void expect_number(const json& scores, const std::string& key) {
  ASSERT_TRUE(scores.contains(key)) << key;
  ASSERT_TRUE(scores[key].is_number()) << key;
  const auto& interval = scores.at(key + "_interval");
  EXPECT_LE(interval[0].get<double>(), scores[key].get<double>()) << key;
  EXPECT_GE(interval[1].get<double>(), scores[key].get<double>()) << key;
}

/// Every method is there, with all of its scores or with a reason.
void expect_contract(const json& result) {
  ASSERT_EQ(result.at("methods").size(), kMethodNames.size());
  for (const char* name : kMethodNames) {
    const auto& scores = result.at("methods").at(name);
    if (scores.is_null()) {
      EXPECT_FALSE(result.at("reasons").at(name).get<std::string>().empty()) << name;
      continue;
    }
    SCOPED_TRACE(name);
    for (const char* key : {"relative_error", "velocity_error", "crps", "energy_score",
                            "spread_skill", "seconds_per_query"}) {
      expect_number(scores, key);
    }
    for (const char* level : {"50", "80", "90", "95"}) expect_number(scores.at("coverage"), level);
    EXPECT_TRUE(scores.contains("effective_sample_size"));
    EXPECT_TRUE(scores.contains("effective_sample_size_interval"));
  }
}

double error_of(const json& result, const char* method) {
  return result.at("methods").at(method).at("relative_error").get<double>();
}

TEST_F(AssimilateTest, exact_twins_are_calibrated_and_better_than_the_prior) {
  const auto result = assimilate(
      {"--preset", "exact", "--twins", "60", "--methods", "exact,prior", "--coarse-twins", "8"});
  expect_contract(result);
  EXPECT_EQ(result.at("n_unknowns"), 96);
  EXPECT_LT(error_of(result, "exact"), error_of(result, "prior"));
  const auto& exact = result.at("methods").at("exact");
  EXPECT_NEAR(exact.at("coverage").at("90").get<double>(), 0.9,
              lagoon::tests::kCoverageOfSixtyTwins);
  EXPECT_NEAR(exact.at("spread_skill").get<double>(), 1, lagoon::tests::kSpreadSkillOfSixtyTwins);
  EXPECT_GT(exact.at("ranks").at("smallest_p_value").get<double>(), lagoon::tests::kRareChance);
  EXPECT_EQ(exact.at("ranks").at("verdict"), "not refuted");
  const auto& coarse = result.at("coarse");
  ASSERT_EQ(coarse.size(), 8);
  EXPECT_EQ(coarse[6].at("rule"), "left_point");
  EXPECT_NEAR(coarse[6].at("interval").get<double>(), 5e-3, lagoon::tests::kFewRoundings);
  // Where increments are fifty steps long, the velocity at their beginning is not their mean's.
  EXPECT_LT(coarse[6].at("coverage").at("90"), coarse[0].at("coverage").at("90"));
  EXPECT_LT(coarse[6].at("coverage").at("90"), coarse[7].at("coverage").at("90"));
}

TEST_F(AssimilateTest, others_are_compared_with_the_exact_posterior) {
  const auto methods =
      assimilate({"--preset", "exact", "--twins", "6", "--members", "110", "--coarse-twins", "0"})
          .at("methods");
  const auto& prior = methods.at("prior");
  const auto& ensemble = methods.at("ensemble");
  for (const auto& scores : {prior, ensemble}) {
    expect_number(scores, "kl_from_exact");
    expect_number(scores, "squared_mmd_from_exact");
  }
  // KL(exact || prior) on average over truths is the information.
  EXPECT_NEAR(prior.at("kl_from_exact").get<double>(),
              methods.at("exact").at("information").get<double>(), lagoon::tests::kNatsOfSixTwins);
  EXPECT_LT(ensemble.at("squared_mmd_from_exact"), prior.at("squared_mmd_from_exact"));
  EXPECT_TRUE(methods.at("exact").at("kl_from_exact").is_null());
  EXPECT_EQ(prior.at("ranks").at("verdict"), "too few queries");
}

TEST_F(AssimilateTest, forecasts_and_wavenumbers_are_of_every_method) {
  const auto result = assimilate(
      {noisy_data(), "--library-size", "1024", "--methods", "variational,nearest,prior"});
  for (const char* name : {"variational", "nearest", "prior"}) {
    SCOPED_TRACE(name);
    const auto& scores = result.at("methods").at(name);
    for (const char* key : {"forecast_error", "forecast_error_of_draws", "forecast_spread_skill"}) {
      expect_number(scores, key);
    }
    EXPECT_EQ(scores.at("forecast").at("error").size(), 20);
    EXPECT_NEAR(scores.at("forecast").at("error")[19].get<double>(),
                scores.at("forecast_error").get<double>(), lagoon::tests::kFewRoundings);
    expect_number(scores.at("relative_error_by_wavenumber"), "1");
    expect_number(scores.at("velocity_error_by_wavenumber"), "1");
  }
  EXPECT_EQ(result.at("methods").at("prior").at("forecast_error"), 1);
  EXPECT_LT(result.at("methods").at("variational").at("forecast_error"), 1);
}

TEST_F(AssimilateTest, damped_amplitudes_have_an_exact_posterior_by_the_filter) {
  const auto result =
      assimilate({noisy_data({"--noise", "0", "--damping", "3", "--diffusivity", "0.02", "--scheme",
                              "euler-maruyama", "--steps", "1", "--times", "60"}),
                  "--methods", "exact,prior"});
  expect_contract(result);
  EXPECT_LT(error_of(result, "exact"), error_of(result, "prior"));
  EXPECT_NEAR(result.at("methods").at("exact").at("coverage").at("90").get<double>(), 0.9,
              lagoon::tests::kCoverageOfTwelveFlows);
  EXPECT_FALSE(result.at("methods").at("exact").contains("forecast_error"));
}

TEST_F(AssimilateTest, methods_without_a_meaning_for_the_exact_twins_say_why) {
  const auto result =
      assimilate({"--preset", "exact", "--twins", "2", "--members", "8", "--coarse-twins", "0"});
  expect_contract(result);
  EXPECT_FALSE(result.at("methods").at("ensemble").is_null());
  for (const char* name : {"variational", "importance", "nearest", "contrastive"}) {
    EXPECT_TRUE(result.at("methods").at(name).is_null()) << name;
  }
}

TEST_F(AssimilateTest, noisy_drifters_put_the_methods_in_their_order) {
  const auto result = assimilate({noisy_data(), "--library-size", "4096", "--members", "80",
                                  "--out", path("page").string(), "--examples", "1"});
  expect_contract(result);
  EXPECT_EQ(result.at("n_queries"), 12);
  EXPECT_TRUE(result.at("methods").at("exact").is_null());
  EXPECT_LT(error_of(result, "variational"), error_of(result, "nearest"));
  EXPECT_LT(error_of(result, "ensemble"), error_of(result, "nearest"));
  EXPECT_LT(error_of(result, "nearest"), error_of(result, "prior"));
  EXPECT_LE(error_of(result, "importance"), error_of(result, "prior"));
  for (const char* file : {"index.html", "summary.json", "coverage.png", "ranks.png", "cost.png",
                           "example_1.png", "wavenumbers.png", "forecasts.png"}) {
    EXPECT_TRUE(std::filesystem::exists(path("page") / file)) << file;
  }
}

TEST_F(AssimilateTest, scores_depend_on_no_number_of_threads) {
  const Arguments arguments = {noisy_data(), "--library-size", "256", "--members",
                               "60",         "--queries",      "5"};
  const auto one = assimilate(arguments);
  auto more = arguments;
  more.insert(more.end(), {"--threads", "3"});
  const auto three = assimilate(more);
  for (const char* name : {"variational", "ensemble", "importance", "nearest", "prior"}) {
    for (const char* key : {"relative_error", "crps", "energy_score", "coverage", "ranks"}) {
      EXPECT_EQ(one.at("methods").at(name).at(key), three.at("methods").at(name).at(key))
          << name << " " << key;
    }
  }
}

TEST_F(AssimilateTest, a_study_gets_worse_with_noise_and_keeps_its_twins) {
  const auto result =
      assimilate({"--preset", "noise", "--values", "2,20", "--twins", "3", "--methods",
                  "variational,prior", "--out", path("page").string()});
  const auto& settings = result.at("settings");
  ASSERT_EQ(settings.size(), 2);
  for (const auto& setting : settings) expect_contract(setting);
  EXPECT_LT(error_of(settings[0], "variational"), error_of(settings[1], "variational"));
  EXPECT_LT(error_of(settings[1], "variational"), error_of(settings[1], "prior"));
  EXPECT_EQ(settings[0].at("methods").at("prior").at("crps"),
            settings[1].at("methods").at("prior").at("crps"));
  EXPECT_NE(read_text(path("page") / "index.html").find("From 2 to 20 the relative error of ψ"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("page") / "cost.png")) << "one point";
}

TEST_F(AssimilateTest, a_study_prints_every_setting_of_the_methods_that_were_asked_for) {
  const auto outcome =
      run({"assimilate", "--preset", "noise", "--values", "2,20", "--twins", "2", "--methods",
           "prior", "--json", path("study.json").string(), "--quiet"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto first = outcome.out.find("noise 2\nprior: "),
             second = outcome.out.find("noise 20\nprior: ");
  EXPECT_LT(first, second) << outcome.out;
  EXPECT_NE(second, std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.err.find("not asked for"), std::string::npos) << outcome.err;
}

TEST_F(AssimilateTest, a_larger_library_holds_a_nearer_flow) {
  const auto result = assimilate({"--preset", "library", "--values", "64,4096", "--twins", "10"});
  const auto& settings = result.at("settings");
  ASSERT_EQ(settings.size(), 2);
  EXPECT_EQ(settings[0].at("methods").at("nearest").at("library_size"), 64);
  EXPECT_EQ(settings[1].at("methods").at("importance").at("library_size"), 4096);
  EXPECT_LT(error_of(settings[1], "nearest"), error_of(settings[0], "nearest"));
  EXPECT_EQ(error_of(settings[1], "prior"), error_of(settings[0], "prior"));
}

TEST_F(AssimilateTest, tempered_weights_have_the_sample_size_that_was_asked_for) {
  const auto data = noisy_data();
  const auto importance = [&](const Arguments& more) {
    Arguments all = {data, "--methods", "importance", "--library-size", "2048"};
    all.insert(all.end(), more.begin(), more.end());
    auto scores = assimilate(all).at("methods").at("importance");
    for (const char* key : {"seconds_per_query", "seconds_per_query_interval", "seconds_once"}) {
      scores.erase(key);
    }
    return scores;
  };
  const auto plain = importance({});
  EXPECT_EQ(importance({"--temper-power", "1"}), plain);
  EXPECT_LT(plain.at("effective_sample_size"), 50);
  const auto tempered = importance({"--temper-sample-size", "50"});
  // Members of negligible weight are left out once the power is found.
  EXPECT_NEAR(tempered.at("effective_sample_size").get<double>(), 50,
              4 * flow::kNegligibleShare * 50);
  EXPECT_GT(tempered.at("spread_skill"), plain.at("spread_skill"));
  EXPECT_GT(importance({"--temper-power", "0.1"}).at("effective_sample_size"),
            plain.at("effective_sample_size"));
  expect_one_line(
      run({"assimilate", data, "--methods", "importance", "--library-size", "64",
           "--temper-sample-size", "65", "--json", path("none.json").string(), "--quiet"}),
      1, {"--temper-sample-size", "64"});
}

TEST_F(AssimilateTest, a_library_from_a_file_holds_its_flows) {
  const auto data = noisy_data();
  // The queries' own flows are in it, so that the nearest trajectory is the true flow's.
  const auto result = assimilate({data, "--library", data, "--methods", "nearest"});
  EXPECT_EQ(error_of(result, "nearest"), 0);
}

TEST_F(AssimilateTest, what_cannot_be_is_one_line) {
  const auto data = noisy_data();
  const std::string page = path("page").string();
  const auto refuse = [&](int code, const Arguments& more, const std::vector<std::string>& words) {
    Arguments arguments = {"assimilate", "--out", page};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect_one_line(run(arguments), code, words);
    EXPECT_FALSE(std::filesystem::exists(page));
  };
  refuse(2, {}, {"DATA.h5", "--preset exact"});
  refuse(1, {path("missing.h5").string()}, {"missing.h5"});
  refuse(2, {data, data}, {"one dataset"});
  refuse(2, {data, "--methods", "exact,kriging"}, {"kriging", "variational"});
  refuse(2, {data, "--preset", "exact"}, {"twins"});
  refuse(2, {data, "--ensemble", "kalman"}, {"--ensemble"});
  refuse(2, {data, "--members", "1"}, {"--members"});
  expect_one_line(run({"assimilate", data}), 2, {"--out"});
}

TEST_F(AssimilateTest, data_that_a_method_cannot_take_is_one_line) {
  const auto data = noisy_data();
  const auto refuse = [&](const Arguments& more, const std::vector<std::string>& words) {
    Arguments arguments = {"assimilate", "--json", path("none.json").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect_one_line(run(arguments), 1, words);
  };
  refuse({data, "--methods", "exact"}, {"--methods exact", "diffusivity"});
  refuse({data, "--methods", "contrastive"}, {"--methods contrastive"});
  refuse({data, "--methods", "ensemble", "--members", "17"}, {"--members"});
  const auto other = path("other.h5").string();
  ASSERT_EQ(run(small("other.h5", 4, {"--noise", "5"})).code, 0);
  refuse({data, "--library", other}, {"other.h5", "--law-from"});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
