// The sentences that begin the captions of pictures of scores.
#include "pipelines/assimilation/scores/picture_findings.hpp"

#include <gtest/gtest.h>

namespace lagoon::pipelines {
namespace {

constexpr flow::Estimate kNoEstimate = {kNoNumber, kNoNumber, kNoNumber};

MethodResult with_error(const std::string& name, flow::Estimate error, double seconds = 1) {
  MethodResult result;
  result.name = name;
  result.title = name;
  result.scores.relative_error = error;
  result.scores.coverage.fill(kNoEstimate);
  result.seconds_per_query = {seconds, 0.9 * seconds, 1.1 * seconds};
  return result;
}

MethodResult covering(const std::string& name, flow::Estimate inside) {
  auto result = with_error(name, kNoEstimate);
  result.scores.coverage[2] = inside;
  return result;
}

MethodResult with_shells(const std::string& name, flow::Estimate first, flow::Estimate last) {
  auto result = with_error(name, kNoEstimate);
  result.scores.psi_by_wavenumber = {{1, first}, {4, last}};
  return result;
}

MethodResult forecasting(const std::string& name, flow::Estimate error) {
  auto result = with_error(name, kNoEstimate);
  result.forecast.emplace();
  result.forecast->error = error;
  return result;
}

MethodResult ranked(const std::string& name, double p_value) {
  auto result = with_error(name, kNoEstimate);
  result.ranks.pooled.counts.assign(kRankBins, kFewestForRanks);
  result.ranks.pooled.chi_squared = 77;
  result.ranks.by_functional.resize(kFunctionals, result.ranks.pooled);
  result.ranks.smallest_p_value = p_value;
  return result;
}

const auto kPrior = with_error("prior", {1, 1, 1}, 1e-9);
const auto kSharp = with_error("sharp", {.22, .2, .24}, 2);
const auto kRough = with_error("rough", {.5, .4, .6}, .02);

TEST(PictureFindings, cost_tells_the_smallest_error_and_the_least_seconds) {
  EXPECT_EQ(cost_finding({kPrior, kRough, kSharp}),
            "sharp has the smallest relative error of ψ, 0.22 (0.2 to 0.24); sharp takes 2 s a "
            "query. rough takes least, 0.02 s, 1/100 of that, with an error of 0.5 (0.4 to 0.6). ");
  const auto close = with_error("close", {.23, .21, .25}, 2.1);
  EXPECT_EQ(cost_finding({close, kSharp}),
            "sharp has the smallest relative error of ψ, 0.22 (0.2 to 0.24), which these queries "
            "do not tell from that of close; sharp takes 2 s a query, and none is shown to take "
            "less. ");
}

TEST(PictureFindings, one_method_has_no_rival_and_none_no_finding) {
  EXPECT_EQ(cost_finding({kPrior, kSharp}),
            "sharp has a relative error of ψ of 0.22 (0.2 to 0.24); sharp takes 2 s a query. ");
  auto absent = kSharp;
  absent.reason = "not asked for";
  for (const auto& results : {std::vector<MethodResult>{}, {kPrior}, {absent}}) {
    EXPECT_EQ(cost_finding(results), "");
    EXPECT_EQ(wavenumbers_finding(results), "");
    EXPECT_EQ(coverage_finding(results), "");
    EXPECT_EQ(forecasts_finding(results), "");
  }
  EXPECT_EQ(ranks_finding({absent}), "");
}

TEST(PictureFindings, coverage_tells_the_farthest_that_is_off_beyond_its_bar) {
  const auto right = covering("right", {.91, .89, .93});
  const auto doubtful = covering("doubtful", {.6, .2, .95});
  const auto sure = covering("sure", {.7, .65, .75});
  const auto unsure = covering("unsure", {.97, .95, .99});
  EXPECT_EQ(coverage_finding({right, unsure, sure, doubtful}),
            "Off beyond their bars at 90%, farthest first: sure, with 0.7 (0.65 to 0.75) of the "
            "truths inside (too sure) and unsure, with 0.97 (0.95 to 0.99) of the truths inside "
            "(too unsure). The bars of doubtful and right reach 0.9. ");
  EXPECT_EQ(coverage_finding({right}),
            "At 90% no method is shown to be too sure or too unsure: farthest from 0.9 is right, "
            "0.91 (0.89 to 0.93), whose bar reaches it. ");
  EXPECT_EQ(coverage_finding({unsure}),
            "Off beyond its bar at 90%: unsure, with 0.97 (0.95 to 0.99) of the truths inside (too "
            "unsure). ");
}

TEST(PictureFindings, wavenumbers_tell_both_ends) {
  const auto low = with_shells("low", {.1, .05, .15}, {.9, .8, 1});
  const auto high = with_shells("high", {.3, .25, .35}, {.8, .75, .85});
  EXPECT_EQ(
      wavenumbers_finding({low, high}),
      "low has the smallest relative error of ψ at |k| = 1, 0.1 (0.05 to 0.15); high has the "
      "smallest relative error at |k| = 4, 0.8 (0.75 to 0.85), which these queries do not tell from "
      "that of low. ");
  EXPECT_EQ(wavenumbers_finding({low}),
            "low has a relative error of ψ at |k| = 1 of 0.1 (0.05 to 0.15), and a relative error "
            "at |k| = 4 of 0.9 (0.8 to 1). ");
  EXPECT_EQ(wavenumbers_finding({with_shells("low", {.1, .05, .15}, kNoEstimate)}),
            "low has a relative error of ψ at |k| = 1 of 0.1 (0.05 to 0.15). ");
}

TEST(PictureFindings, forecasts_tell_the_least_and_who_does_not_beat_persistence) {
  const auto good = forecasting("good", {.3, .2, .4});
  const auto bad = forecasting("bad", {.9, .7, 1.1});
  EXPECT_EQ(forecasts_finding({forecasting("prior", {1, 1, 1}), bad, good}),
            "good has the smallest separation over the way gone at T, 0.3 (0.2 to 0.4). Not shown "
            "to beat persistence there: bad. ");
  EXPECT_EQ(forecasts_finding({kSharp, good}),
            "good has a separation over the way gone at T of 0.3 (0.2 to 0.4). ");
}

TEST(PictureFindings, ranks_tell_whom_the_tests_refute) {
  const auto sound = ranked("sound", .4), unsound = ranked("unsound", 1e-9);
  EXPECT_EQ(ranks_finding({sound, unsound}),
            "The rank tests refute the calibration of unsound (χ² 77), not that of sound. ");
  EXPECT_EQ(ranks_finding({sound}), "The rank tests refute no method's calibration. ");
  auto few = unsound;
  few.ranks.pooled.counts.assign(kRankBins, 1);
  for (auto& test : few.ranks.by_functional) test.counts.assign(kRankBins, 1);
  EXPECT_EQ(ranks_finding({few}), "Too few queries to test ranks, which takes 50. ");
}

TEST(PictureFindings, a_study_tells_errors_from_its_least_to_its_largest_value) {
  Study study;
  for (const double value : {20., 1., 5.}) study.settings.push_back({value, {}, {}, {}});
  const auto at_least = with_error("sharp", {.132, .09, .19});
  const auto at_largest = with_error("sharp", {.385, .32, .46});
  const std::vector<std::vector<MethodResult>> settings = {
      {kPrior, at_largest}, {kPrior, at_least}, {kPrior, kSharp}};
  EXPECT_EQ(study_finding(study, settings),
            "From 1 to 20 the relative error of ψ goes from 0.132 to 0.385 (sharp); not beyond its "
            "bars for prior. ");
  EXPECT_EQ(study_finding(study, {{kPrior, at_least}, {kPrior, at_least}, {kPrior, kSharp}}),
            "From 1 to 20 the relative error of ψ of no method changes beyond its bars. ");
  study.settings.resize(1);
  EXPECT_EQ(study_finding(study, {settings.front()}), "");
}

}  // namespace
}  // namespace lagoon::pipelines
