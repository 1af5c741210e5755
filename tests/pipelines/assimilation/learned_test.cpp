// The learned posterior beside the classical ones, from a small trained run.
#include <nlohmann/json.hpp>

#include "tests/pipelines/program.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using nlohmann::json;

/// 16 unknowns, four drifters at ten times, 30% noise, and encoders trained on such for seconds.
class LearnedPosteriorTest : public ProgramTest {
 protected:
  void SetUp() override {
    const auto made =
        run(small("flows.h5", 6000,
                  {"--validation-fraction", "0", "--test-fraction", "0.05", "--max-wavenumber", "1",
                   "--release", "uniform", "--drifters", "4", "--noise", "30"}));
    ASSERT_EQ(made.code, 0) << made.err;
    const auto trained = run({"train",
                              path("flows.h5").string(),
                              "--run",
                              path("run").string(),
                              "--steps",
                              "300",
                              "--batch-size",
                              "256",
                              "--learning-rate",
                              "3e-3",
                              "--warmup-steps",
                              "10",
                              "--validate-every",
                              "300",
                              "--whitened-components",
                              "40",
                              "--embedding-dim",
                              "32",
                              "--mlp-width",
                              "128",
                              "--mlp-depth",
                              "2",
                              "--quiet"});
    ASSERT_EQ(trained.code, 0) << trained.err;
  }

  Arguments arguments(const std::string& data) const {
    return {"assimilate",
            path("run").string(),
            path(data).string(),
            "--queries",
            "60",
            "--library-size",
            "4096",
            "--quiet",
            "--json",
            path("result.json").string()};
  }
};

TEST_F(LearnedPosteriorTest, it_knows_more_than_the_prior_and_refined_it_ends_at_the_optimum) {
  const auto outcome = run(arguments("flows.h5"));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto methods = json::parse(read_text(path("result.json"))).at("methods");
  const auto number = [&](const char* method, const char* key) {
    return methods.at(method).at(key).get<double>();
  };
  EXPECT_LT(number("contrastive", "crps"), number("prior", "crps"));
  EXPECT_LT(number("contrastive_refined", "crps"), number("contrastive", "crps"));
  EXPECT_GE(number("contrastive", "effective_sample_size"), 1);
  EXPECT_LE(number("contrastive", "effective_sample_size"), 4096);
  EXPECT_GE(number("contrastive_refined", "at_reference_optimum"),
            lagoon::tests::kShareAtTheOptimum);
  EXPECT_NEAR(number("contrastive_refined", "crps"), number("variational", "crps"),
              lagoon::tests::kAsTheReference * number("variational", "crps"));
}

TEST_F(LearnedPosteriorTest, data_of_another_law_are_refused_naming_the_field) {
  ASSERT_EQ(run(small("other.h5", 40, {"--noise", "5"})).code, 0);
  expect_one_line(run(arguments("other.h5")), 1, {"another law", "its k differs"});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
