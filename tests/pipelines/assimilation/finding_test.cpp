// The sentences above the tables of scores.
#include "pipelines/assimilation/scores/finding.hpp"

#include <gtest/gtest.h>

namespace lagoon::pipelines {
namespace {

MethodResult scored(const std::string& title, flow::Estimate crps, flow::Estimate in_90) {
  MethodResult result;
  result.title = title;
  result.scores.crps = crps;
  result.scores.coverage[2] = in_90;
  return result;
}

TEST(Finding, order_is_told_with_its_doubt) {
  const auto prior = scored("prior", {.56, .55, .57}, {.9, .88, .92});
  const auto sharp = scored("sharp", {.2, .19, .21}, {.91, .89, .93});
  const auto close = scored("close", {.205, .195, .215}, {.9, .88, .91});
  const std::string settled = finding_of({prior, sharp});
  EXPECT_EQ(settled.find("sharp has the smallest CRPS, 0.2 "), 0U) << settled;
  EXPECT_NE(settled.find("next is prior"), std::string::npos) << settled;
  EXPECT_EQ(settled.find("overlap"), std::string::npos) << settled;
  EXPECT_NE(finding_of({prior, close, sharp}).find("do not settle"), std::string::npos);
}

TEST(Finding, too_sure_are_those_whose_whole_interval_is_below) {
  const auto prior = scored("prior", {.56, .55, .57}, {.89, .87, .91});
  const auto sure = scored("sure", {.3, .29, .31}, {.7, .68, .72});
  const std::string text = finding_of({prior, sure});
  EXPECT_NE(text.find("90% intervals: sure 0.7 "), std::string::npos) << text;
  EXPECT_NE(finding_of({prior, prior}).find("No method is shown"), std::string::npos);
}

TEST(Finding, absent_methods_are_left_out_and_one_has_no_rival) {
  auto absent = scored("absent", {.1, .1, .1}, {});
  absent.reason = "not asked for";
  EXPECT_EQ(finding_of({absent, scored("prior", {.5, .4, .6}, {})}), "");
  EXPECT_EQ(finding_of({}), "");
}

}  // namespace
}  // namespace lagoon::pipelines
