// The chain as it is by default, with the figures of [CE]'s errata: half an hour of one core.
#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "pipelines/support/run_record.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/support/study.hpp"

namespace lagoon::pipelines::tests {
namespace {

using ChainStudy = lagoon::tests::Study<ProgramTest>;

TEST_F(ChainStudy, references_are_those_of_the_densities) {
  ASSERT_EQ(run({"bridge", "chain", "--models", "none", "--out", path("out").string(), "--json",
                 path("r.json").string(), "--quiet"})
                .code,
            0);
  const auto json = read_json(path("r.json"));
  EXPECT_NEAR(json["reference"]["bayes"], .999, .002);
  EXPECT_NEAR(json["reference"]["exact_5000"], .78, .03);
  EXPECT_NEAR(json["reference"]["exact_100000"], .955, .01);
  const std::map<std::string, double> bypass = {
      {"0", .955}, {"0.25", .904}, {"0.5", .840}, {"0.75", .669}};
  for (const auto& [rho, recall] : bypass) {
    EXPECT_NEAR(json["bypass"][rho]["exact_100000"], recall, .02) << rho;
  }
}

TEST_F(ChainStudy, trained_encoders_reach_the_published_table) {
  ASSERT_EQ(run({"bridge", "chain", "--out", path("out").string(), "--json",
                 path("r.json").string(), "--quiet"})
                .code,
            0);
  const auto json = read_json(path("r.json"));
  struct Row {
    const char *model, *critic;
    double direct, mc_5000, mc_100000;
  };
  const Row rows[] = {{"unconscious", "cosine", .99, .92, .98},
                      {"unconscious", "dot", .39, .87, .96},
                      {"unconscious", "l2", 1.00, .87, .97},
                      {"disparate", "cosine", .03, .82, .94},
                      {"disparate", "dot", .03, .73, .89},
                      {"disparate", "l2", .04, .70, .88},
                      {"oracle", "cosine", 1.00, -1, -1},
                      {"oracle", "dot", .99, -1, -1},
                      {"oracle", "l2", 1.00, -1, -1}};
  for (const Row& row : rows) {
    const auto expect = [&](const std::string& method, double published, double least) {
      if (published < 0) return;
      const double error =
          json["intervals"]["recall_at_1"][row.model][row.critic][method]["standard_error"];
      // Theirs is of ten seeds too, so that the combined one is sqrt(2) times ours.
      EXPECT_NEAR(json["recall_at_1"][row.model][row.critic][method], published,
                  std::max(least, 3 * std::sqrt(2.0) * error))
          << row.model << " " << row.critic << " " << method;
    };
    const bool dot = std::string(row.critic) == "dot";
    expect("direct", row.direct, dot ? .1 : .03);
    expect("mc_5000", row.mc_5000, .03);
    expect("mc_100000", row.mc_100000, .03);
  }
}

}  // namespace
}  // namespace lagoon::pipelines::tests
