// The learned posterior beside the classical ones, from a small trained run.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <numeric>
#include <thread>

#include <nlohmann/json.hpp>

#include "contrastive/inference/posterior.hpp"
#include "pipelines/assimilation/methods/classical.hpp"
#include "pipelines/assimilation/methods/learned_weights.hpp"
#include "pipelines/assimilation/methods/refinement.hpp"
#include "pipelines/assimilation/study.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

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

/// The likeliest flow alone does worse than the mean, weights are apart from the exact ones, and
/// following the library's drifters is told apart from comparing them.
void expect_beside_the_exact(const nlohmann::json& methods) {
  const nlohmann::json& learned = methods.at("contrastive");
  EXPECT_GT(learned.at("top_1_relative_error"), learned.at("relative_error"));
  EXPECT_LT(learned.at("top_1_relative_error_interval")[0], learned.at("top_1_relative_error"));
  EXPECT_GT(learned.at("divergence_from_importance"), 0);
  EXPECT_LE(learned.at("divergence_from_importance_interval")[0],
            learned.at("divergence_from_importance_interval")[1]);
  for (const char* name : {"nearest", "importance", "contrastive"}) {
    EXPECT_GT(methods.at(name).at("seconds_once"), 0) << name;
  }
}

TEST_F(LearnedPosteriorTest, it_knows_more_than_the_prior_and_refined_it_ends_at_the_optimum) {
  const auto outcome = run(arguments("flows.h5"));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto methods = nlohmann::json::parse(read_text(path("result.json"))).at("methods");
  expect_beside_the_exact(methods);
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

TEST_F(LearnedPosteriorTest, tempered_weights_are_many_and_flows_trained_on_are_told) {
  auto tempered = arguments("flows.h5");
  tempered.insert(tempered.end(),
                  {"--methods", "contrastive", "--split", "train", "--temper-sample-size", "900"});
  const auto outcome = run(tempered);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("60 of the 60 queries may be flows that it was trained on"),
            std::string::npos)
      << outcome.err;
  const auto scores =
      nlohmann::json::parse(read_text(path("result.json"))).at("methods").at("contrastive");
  EXPECT_GE(scores.at("effective_sample_size").get<double>(), 899);
}

TEST_F(LearnedPosteriorTest, weights_in_stretches_are_the_softmax_of_the_whole_row) {
  MethodRequest request;
  request.library_size = 9000;  // three stretches of scores
  const datasets::Reader data(path("flows.h5"));
  const Queries queries = read_queries(data, {0, 1, 2, 3, 4});
  const auto context = make_context(request, queries, path("run"));
  const auto encoders = contrastive::EncoderPair::load(path("run"));
  LearnedWeights weights(context, contrastive::EncoderPair::load(path("run")));
  weights.compute_kept();
  const auto library = encoders.embed_eulerian(context.library->psi_hat());
  const auto asked = encoders.embed_lagrangian(queries.x, queries.y);
  std::vector<Eigen::Index> everyone(9000);
  std::iota(everyone.begin(), everyone.end(), 0);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    const auto whole = contrastive::posterior(asked.row(static_cast<std::int64_t>(q)), library,
                                              encoders.temperature())
                           .weights;
    const Eigen::VectorXd all = weights.log_weights(q, everyone).array().exp();
    EXPECT_NEAR(all.sum(), 1, lagoon::tests::kLearnedWeight);
    const auto& kept = weights.kept(q);
    EXPECT_EQ(whole[static_cast<std::size_t>(weights.moments(q).top)],
              *std::ranges::max_element(whole));
    double held = 0;
    for (std::size_t i = 0; i < kept.members.size(); ++i) {
      const double weight = whole[static_cast<std::size_t>(kept.members[i])];
      EXPECT_NEAR(kept.weights[static_cast<Eigen::Index>(i)], weight,
                  lagoon::tests::kLearnedWeight);
      held += weight;
    }
    EXPECT_GE(held, 1 - 2 * kNegligibleShare);
  }
}

TEST_F(LearnedPosteriorTest, resumed_it_is_compared_with_weights_that_were_finished) {
  auto stoppable = arguments("flows.h5");
  stoppable.insert(stoppable.end(), {"--methods", "importance,contrastive", "--queries", "300",
                                     "--threads", "1", "--out", path("page").string()});
  const pid_t child = start(stoppable);
  const auto finished = path("page") / "checkpoint" / "finished.jsonl";
  while (!std::filesystem::exists(finished)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGTERM);
  ASSERT_EQ(finish(child).code, 75);
  auto resume = stoppable;
  resume.push_back("--resume");
  const auto state = path("run") / "checkpoint" / "state.json";
  const auto text = read_text(state);
  std::ofstream(state) << "{\"trained\": \"on\"," << text.substr(1);
  expect_one_line(run(resume), 1, {"finished.jsonl", "--resume"});
  std::ofstream(state) << text;
  const auto outcome = run(resume);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto methods = nlohmann::json::parse(read_text(path("result.json"))).at("methods");
  EXPECT_GT(methods.at("contrastive").at("divergence_from_importance"), 0);
}

// Where the window is long enough for 4D-Var to search its first half before, the refinement still
// begins where it is told: at the optimum there is nothing left to do.
TEST(Refinement, begins_where_it_is_told_in_a_long_window) {
  const auto law = make_study({"duration", {0.2}, 0}).settings[0].law;
  const auto queries = draw_twins(law, 1, 0, 1);
  const MethodRequest request;
  const auto context = make_context(request, queries);
  const auto search = [&](const flow::VariationalOptions& options) {
    return flow::assimilate_variational(queries.law, queries.space, queries.tracks(0), options);
  };
  const auto whole = search(variational_options(context));
  auto options = refinement_options(context);
  options.given = whole.posterior.mean;
  EXPECT_LE(search(options).iterations, 2);
  EXPECT_GT(whole.iterations, 4);
}

/// Options of the flows that the encoders saw, with noise of `percent`.
Arguments with_noise(const std::string& percent) {
  return {"--max-wavenumber", "1", "--release", "uniform", "--drifters", "4", "--noise", percent};
}

TEST_F(LearnedPosteriorTest, trained_with_more_noise_than_the_data_weights_do_not_collapse) {
  ASSERT_EQ(run(small("calm.h5", 200, with_noise("5"))).code, 0);
  auto wide = arguments("calm.h5");
  wide.insert(wide.end(),
              {"--methods", "prior,importance,contrastive", "--out", path("page").string()});
  const auto outcome = run(wide);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto summary = nlohmann::json::parse(read_text(path("result.json")));
  const auto& methods = summary.at("methods");
  EXPECT_GT(methods.at("contrastive").at("trained_noise_std"), summary.at("observation_noise_std"));
  EXPECT_GT(methods.at("contrastive").at("effective_sample_size"),
            methods.at("importance").at("effective_sample_size"));
  EXPECT_LT(methods.at("contrastive").at("crps"), methods.at("prior").at("crps"));
  EXPECT_FALSE(methods.at("contrastive").contains("divergence_from_importance"));
  EXPECT_NE(read_text(path("page/index.html")).find("so much wider a likelihood"),
            std::string::npos);
}

TEST_F(LearnedPosteriorTest, trained_with_less_noise_than_the_data_it_is_refused) {
  ASSERT_EQ(run(small("rough.h5", 40, with_noise("60"))).code, 0);
  expect_one_line(run(arguments("rough.h5")), 1, {"trained with less noise"});
}

TEST_F(LearnedPosteriorTest, data_of_another_law_are_refused_naming_the_field) {
  ASSERT_EQ(run(small("other.h5", 40, {"--noise", "5"})).code, 0);
  expect_one_line(run(arguments("other.h5")), 1, {"another law", "its k differs"});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
