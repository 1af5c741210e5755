// Studies of what is assumed and is not so, and of two vortices: small, then as they are by default
// with the figures asked of them (LAGOON_STUDY=1).

#include <nlohmann/json.hpp>

#include "pipelines/assimilation/presets/kuznetsov.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/support/study.hpp"

namespace lagoon::pipelines::tests {
namespace {

using nlohmann::json;

class AssimilationPresets : public ProgramTest {
 protected:
  json assimilate(const Arguments& more) const {
    Arguments arguments = {"assimilate", "--json", path("result.json").string(), "--quiet",
                           "--force"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return json::parse(read_text(path("result.json")));
  }

  json small_study(const char* preset, const char* values) const {
    return assimilate(
        {"--preset", preset, "--values", values, "--twins", "3", "--methods", "variational,prior"});
  }
};

using AssimilationStudy = lagoon::tests::Study<AssimilationPresets>;

double score(const json& setting, const char* method, const char* key) {
  return setting.at("methods").at(method).at(key).get<double>();
}

double coverage(const json& setting, const char* method) {
  return setting.at("methods").at(method).at("coverage").at("90").get<double>();
}

// Where what is assumed is so, a study of assumptions is the study of noise, to the bit.
TEST_F(AssimilationPresets, the_right_assumption_is_the_plain_twin) {
  const auto plain = small_study("noise", "5");
  for (const auto& [preset, value] :
       {std::pair("prior-mismatch", "2"), {"prior-amplitude", "1"}, {"diffusion", "0"}}) {
    const auto assumed = small_study(preset, value);
    EXPECT_EQ(score(assumed, "variational", "relative_error"),
              score(plain, "variational", "relative_error"))
        << preset;
    EXPECT_EQ(score(assumed, "prior", "crps"), score(plain, "prior", "crps")) << preset;
  }
}

TEST_F(AssimilationPresets, a_wrong_amplitude_shows_in_the_priors_coverage) {
  const auto settings = small_study("prior-amplitude", "0.25,1,4").at("settings");
  EXPECT_LT(coverage(settings[0], "prior"), 0.6);  // .9 of a normal law 4 times as narrow: .32
  EXPECT_NEAR(coverage(settings[1], "prior"), 0.9, 0.1);
  EXPECT_EQ(coverage(settings[2], "prior"), 1);
}

TEST_F(AssimilationPresets, diffusion_that_nobody_knows_of_makes_too_sure) {
  const auto settings = small_study("diffusion", "0,20").at("settings");
  EXPECT_LT(coverage(settings[1], "variational"), coverage(settings[0], "variational") - 0.2);
  EXPECT_GT(score(settings[1], "variational", "relative_error"),
            score(settings[0], "variational", "relative_error"));
  const auto known = assimilate({"--preset", "diffusion-known", "--values", "5", "--twins", "2",
                                 "--methods", "ensemble,prior", "--members", "30"});
  EXPECT_EQ(known.at("methods").at("ensemble").at("kind"), "filter");
}

TEST_F(AssimilationPresets, vortices_are_told_with_intervals) {
  const auto result = assimilate({"--preset", "kuznetsov", "--twins", "3", "--values", "0.5,4",
                                  "--out", path("page").string()});
  ASSERT_EQ(result.at("settings").size(), 6U);
  for (const auto& setting : result.at("settings")) {
    for (const auto& [name, method] : setting.at("methods").items()) {
      EXPECT_LE(method.at("median_error_interval")[0], method.at("median_error")) << name;
      EXPECT_GE(method.at("median_error_interval")[1], method.at("median_error")) << name;
    }
  }
  const auto& often = result.at("settings")[0].at("methods");
  EXPECT_LT(often.at("ensemble").at("median_error"), often.at("free").at("median_error"));
  EXPECT_TRUE(std::filesystem::exists(path("page") / "vortices.png"));
}

TEST(VortexFinding, settings_are_told_apart_by_intervals_that_do_not_meet) {
  const auto score = [](double low, double high) {
    return flow::VortexScore{.median_error = low, .median_interval = {low, high}};
  };
  const VortexStudy study{.settings = {{"saddle", 1, {score(5, 6), score(1, 2), score(3, 4)}},
                                       {"saddle", 2, {score(5, 6), score(4, 5), score(1, 2)}},
                                       {"centre", 1, {score(5, 6), score(1, 2), score(2, 3)}}}};
  EXPECT_EQ(
      vortex_finding(study),
      "Of 3 settings the ensemble Kalman filter is shown to beat seeing nothing in 2, the "
      "particle filter in 3. The bars tell the two filters apart in 2, where the ensemble filter "
      "is nearer in 1, the particle filter in 1. ");
  EXPECT_TRUE(
      vortex_finding({.settings = {study.settings[2]}}).ends_with("filters apart in none. "));
}

// The published pattern: saddle launches fail first as the interval grows.
TEST_F(AssimilationStudy, saddle_launches_fail_first) {
  const auto settings = assimilate({"--preset", "kuznetsov"}).at("settings");
  const auto failed = [&](std::size_t i) {
    return settings[i].at("methods").at("ensemble").at("failed").get<int>();
  };
  EXPECT_EQ(settings[3].at("launch"), "saddle");
  EXPECT_EQ(settings[7].at("launch"), "centre");
  EXPECT_LE(failed(0), 1);
  EXPECT_GE(failed(3), 12);
  EXPECT_LE(failed(7), 4);
}

TEST_F(AssimilationStudy, long_windows_find_the_optimum) {
  const auto settings = assimilate({"--preset", "duration", "--values", "0.1,0.2,0.4", "--twins",
                                    "40", "--methods", "variational,prior"})
                            .at("settings");
  EXPECT_LT(score(settings[1], "variational", "relative_error"),
            score(settings[0], "variational", "relative_error"));
  EXPECT_LT(score(settings[2], "variational", "relative_error"),
            score(settings[1], "variational", "relative_error"));
}

}  // namespace
}  // namespace lagoon::pipelines::tests
