// The Gaussian chain: its law, its references, its store, and the program.
#include <fstream>
#include <iterator>
#include <sstream>

#include <gtest/gtest.h>

#include "contrastive/bridging/pair_training.hpp"
#include "flow/error.hpp"
#include "pipelines/bridge/chain/chain_references.hpp"
#include "pipelines/bridge/chain/chain_study.hpp"
#include "pipelines/bridge/chain/information_sweep.hpp"
#include "pipelines/support/run_record.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

using contrastive::Embeddings;
using datasets::tests::error_of;
using flow::Purpose;

Eigen::MatrixXd centred(const Embeddings& e) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd rows = Eigen::Map<const Rows>(e.values.data(), e.n, e.dim).cast<double>();
  return rows.rowwise() - rows.colwise().mean();
}

/// |x^T y / n - covariance| over |covariance|.
double departure(const Embeddings& x, const Embeddings& y, const Eigen::MatrixXd& covariance) {
  const Eigen::MatrixXd sample = centred(x).transpose() * centred(y) / static_cast<double>(x.n);
  return (sample - covariance).norm() / covariance.norm();
}

TEST(Chain, draws_have_the_law_that_the_references_use) {
  constexpr double kSampleCovariance = 0.06;  // of 20,000 draws of 32 components
  for (const double rho : {0.0, 0.5}) {
    const ChainLaw law(3, rho);
    const Triplets rows = law.draw(Purpose::test_gaussian_pair, 0, 20000);
    EXPECT_LT(departure(rows.a, rows.a, law.a().marginal_covariance), kSampleCovariance);
    EXPECT_LT(departure(rows.c, rows.c, law.c().marginal_covariance), kSampleCovariance);
    EXPECT_LT(departure(rows.a, rows.c, law.cov_ac()), kSampleCovariance);
    EXPECT_LT(departure(rows.a, rows.b, law.cov_ab()), kSampleCovariance);
    EXPECT_LT(departure(rows.b, rows.b, law.cov_bb()), kSampleCovariance);
  }
}

TEST(Chain, rows_are_functions_of_their_place) {
  const ChainLaw law(1, 0);
  const Triplets all = law.draw(Purpose::train_gaussian_pair, 0, 10);
  const Triplets later = law.draw(Purpose::train_gaussian_pair, 7, 3);
  const auto row = all.a.row(7);
  EXPECT_TRUE(std::equal(row.begin(), row.end(), later.a.row(0).begin()));
}

ChainReference reference_at(double rho) {
  const ChainLaw law(0, rho);
  const Groups groups{32, 4};
  const auto held_out = law.draw(Purpose::test_gaussian_pair, 0, groups.pairs());
  const auto pool = law.draw_bridge(Purpose::library_draw, 2000);
  return chain_reference(law, groups, held_out, pool, {1, 50, 2000});
}

TEST(Chain, references_rise_with_the_pool_towards_bayes_and_fall_with_the_bypass) {
  const auto pure = reference_at(0), mixed = reference_at(0.75);
  EXPECT_GT(pure.bayes, 0.97);
  EXPECT_GT(mixed.bayes, 0.97);
  EXPECT_NEAR(pure.exact.at(1), 1. / 32, 0.02);
  EXPECT_GT(pure.exact.at(50), pure.exact.at(1));
  EXPECT_GT(pure.exact.at(2000), pure.exact.at(50));
  EXPECT_GT(pure.exact.at(2000), mixed.exact.at(2000));
  EXPECT_GT(pure.information_ab, mixed.information_ab);
}

/// [CE]'s Figure 2c was wrong for this: its estimates left the learned scale out.
TEST(Chain, dropping_the_learned_scale_hurts_the_cosine_critic) {
  const ChainLaw law(0, 0);
  contrastive::TrainingPair ab, bc;
  Triplets first = law.draw(Purpose::train_gaussian_pair, 0, 4000);
  Triplets second = law.draw(Purpose::train_gaussian_pair, 4000, 4000);
  ab.left = "a";
  ab.right = bc.left = "b";
  bc.right = "c";
  ab.left_rows = first.a;
  ab.right_rows = first.b;
  bc.left_rows = second.b;
  bc.right_rows = second.c;
  const contrastive::BatchNormMlpShape outer{32, {64, 64}, 16}, inner{16, {64, 64}, 16};
  const auto model = contrastive::train_pairs({{"a", outer}, {"b", inner}, {"c", outer}}, {ab, bc},
                                              {.epochs = 12});
  const Groups groups{32, 6};
  const auto held_out = law.draw(Purpose::test_gaussian_pair, 0, groups.pairs());
  const auto pool = model.embed("b", law.draw_bridge(Purpose::library_draw, 3000));
  BridgedRows rows{model.embed("a", held_out.a),
                   pool,
                   pool,
                   model.embed("c", held_out.c),
                   model.link(0),
                   model.link(1),
                   {}};
  const double with_scale = monte_carlo_recall(groups, rows, {3000}).at(3000);
  rows.ab.scale = rows.bc.scale = 1;
  const double without = monte_carlo_recall(groups, rows, {3000}).at(3000);
  EXPECT_GT(with_scale, without + 0.1);
  EXPECT_GT(with_scale, 0.6);
}

TEST(Chain, plans_name_each_piece_once) {
  ChainOptions options;
  options.seeds = 2;
  options.bypass_seeds = 1;
  const auto plan = plan_chain(options, 5);
  // 2 + 3 references; 2 seeds x 3 models x 3 critics, 3 rhos x 2 critics; 3 planes.
  EXPECT_EQ(plan.tasks.size(), 5U + 18U + 6U + 3U);
  options.models = "none";
  EXPECT_EQ(plan_chain(options, 5).tasks.size(), 5U);
  options.models = "oracle,prophet";
  EXPECT_NE(error_of([&] { plan_chain(options, 0); }).find("prophet"), std::string::npos);
  options = {};
  options.bypass = {1};
  EXPECT_THROW(plan_chain(options, 0), Error);
}

TEST(Chain, means_over_seeds_have_students_intervals) {
  const auto mean = seed_mean({1, 2, 3});
  EXPECT_DOUBLE_EQ(mean.mean, 2);
  EXPECT_NEAR(mean.standard_error, 1 / std::sqrt(3.0), 1e-12);
  EXPECT_NEAR(mean.half_width / mean.standard_error, 4.302653, 1e-6);
  EXPECT_EQ(seed_mean({1}).half_width, 0);
}

TEST(Chain, samples_for_a_recall_lie_between_pool_sizes_by_their_logarithm) {
  const std::map<std::int64_t, double> recalls = {{1, 0.1}, {100, 0.5}, {10000, 0.9}};
  EXPECT_NEAR(samples_for(recalls, 0.7), 1000, 1e-9);
  EXPECT_NEAR(samples_for(recalls, 0.5), 100, 1e-9);
  EXPECT_EQ(samples_for(recalls, 0.95), 0);
  EXPECT_EQ(samples_for(recalls, 0.05), 0);
}

TEST(BridgeStore, finds_what_was_made_the_same_way_and_mends_a_cut_line) {
  const lagoon::tests::TemporaryFolder folder;
  const auto file = folder / "fits.jsonl";
  ResultStore store(file, {{"epochs", 3}});
  store.add("first", {{"direct", 0.5}});
  std::ofstream(file, std::ios::app) << R"({"how": {"epochs": 3}, "key": "cut)";
  ResultStore again(file, {{"epochs", 3}});
  ASSERT_NE(again.find("first"), nullptr);
  EXPECT_EQ(again.find("first")->at("direct"), 0.5);
  EXPECT_EQ(again.find("cut"), nullptr);
  again.add("second", 2);
  EXPECT_NE(ResultStore(file, {{"epochs", 3}}).find("second"), nullptr);
  EXPECT_EQ(ResultStore(file, {{"epochs", 4}}).find("first"), nullptr);
}

class ChainProgram : public ProgramTest {
 protected:
  Outcome chain(const Arguments& more) const {
    Arguments all = {"bridge", "chain", "--out", path("out").string(), "--quiet"};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }
};

Arguments words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

TEST_F(ChainProgram, writes_the_contract_and_resumes) {
  Arguments arguments = words(
      "--seeds 1 --bypass-seeds 1 --bypass 0.5 --groups 2 --pool-sizes 1,50 --pairs 300 "
      "--epochs 2 --batch-size 64 --width 16");
  arguments.insert(arguments.end(), {"--json", path("r.json").string()});
  ASSERT_EQ(chain(arguments).code, 0);
  const auto json = read_json(path("r.json"));
  for (const char* model : {"unconscious", "disparate", "oracle"}) {
    for (const char* critic : {"cosine", "dot", "l2"}) {
      const auto& scores = json.at("recall_at_1").at(model).at(critic);
      EXPECT_TRUE(scores.at("direct").is_number());
      EXPECT_EQ(scores.contains("mc_50"), std::string(model) != "oracle");
    }
  }
  EXPECT_TRUE(json.at("reference").at("bayes").is_number());
  EXPECT_TRUE(json.at("reference").at("exact_50").is_number());
  for (const char* key : {"bayes", "exact_50", "mc", "direct"}) {
    EXPECT_TRUE(json.at("bypass").at("0.5").at(key).is_number()) << key;
  }
  // The pool of 50 is too small for a decision, the one below is not.
  EXPECT_FALSE(json.contains("decision"));
  EXPECT_TRUE(std::filesystem::exists(path("out") / "index.html"));
  const auto pieces = read_text(path("out") / "fits.jsonl");
  arguments.insert(arguments.end(), {"--resume"});
  ASSERT_EQ(chain(arguments).code, 0);
  EXPECT_EQ(read_text(path("out") / "fits.jsonl"), pieces);
  // A single seed has no interval.
  EXPECT_EQ(read_text(path("out") / "samples.gp").find("yerrorbars"), std::string::npos);
  // The store has fits of the first seed only, of models that are not asked for now.
  auto more = words(
      "--seeds 2 --models none --bypass 0 --groups 2 --pool-sizes 1,50 --pairs 300 "
      "--epochs 2 --batch-size 64 --width 16 --resume");
  EXPECT_EQ(chain(more).code, 0);
  EXPECT_NE(read_text(path("out") / "samples.gp").find("'exact_low':'exact_high'"),
            std::string::npos);
  EXPECT_NE(read_text(path("out") / "index.html").find("95% intervals over 2 seeds"),
            std::string::npos);
}

TEST_F(ChainProgram, tells_which_estimator_to_trust) {
  auto arguments = words(
      "--models unconscious,disparate --critics l2 --seeds 1 --bypass 0 --no-planes --groups 4 "
      "--pool-sizes 1,500 --pairs 1000 --epochs 6 --batch-size 64 --width 32");
  arguments.insert(arguments.end(), {"--json", path("r.json").string()});
  ASSERT_EQ(chain(arguments).code, 0);
  const auto decision = read_json(path("r.json")).at("decision");
  EXPECT_EQ(decision.at("unconscious").at("l2").at("made"), 1);
  // Between encoders that know nothing of one another only the bridge finds anything.
  EXPECT_EQ(decision.at("disparate").at("l2"),
            (nlohmann::json{{"made", 1}, {"direct", 0}, {"better", 1}}));
  EXPECT_NE(read_text(path("out") / "index.html").find("Which estimator to trust"),
            std::string::npos);
}

TEST_F(ChainProgram, estimates_take_samples_like_the_exponential_of_information) {
  auto arguments = words(
      "--models none --seeds 2 --bypass 0 --groups 4 --pool-sizes "
      "1,3,10,30,100,300,1000,3000,10000 "
      "--noises 5,6,8,10,14");
  arguments.insert(arguments.end(), {"--json", path("r.json").string()});
  ASSERT_EQ(chain(arguments).code, 0);
  const auto sweep = read_json(path("r.json")).at("information");
  EXPECT_EQ(sweep.at("points").size(), 12U);
  for (const auto& point : sweep.at("points")) {
    EXPECT_GT(point.at("information"), point.at("link"));
  }
  // Four groups of two laws: 1 but for their noise.
  EXPECT_NEAR(sweep.at("slope").at("estimate").get<double>(), 1, 0.3);
  EXPECT_TRUE(std::filesystem::exists(path("out") / "information.png"));
  EXPECT_NE(read_text(path("out") / "index.html").find("How many samples information takes"),
            std::string::npos);
}

/// A pool falls short of what it lacks samples for, and of less with more samples.
TEST(Chain, estimates_rise_to_the_exact_log_ratio) {
  const ChainLaw law(0, 0, /*noise=*/10);
  const Groups groups{32, 4};
  const auto held_out = law.draw(Purpose::test_gaussian_pair, 0, groups.pairs());
  const auto pool = law.draw_bridge(Purpose::library_draw, 20000);
  const auto reference = chain_reference(law, groups, held_out, pool, {1, 20, 20000});
  EXPECT_GT(reference.shortfall.at(1), reference.shortfall.at(20));
  EXPECT_GT(reference.shortfall.at(20), 0.3);
  EXPECT_NEAR(reference.shortfall.at(20000), 0, 0.1);
}

TEST_F(ChainProgram, does_not_resume_in_a_folder_of_other_things) {
  std::filesystem::create_directory(path("out"));
  write_text(path("out") / "config.toml", "");
  const auto small =
      words("--models none --seeds 1 --bypass 0 --groups 1 --pool-sizes 1 --pairs 300 --resume");
  write_text(path("out") / "letter.txt", "");
  expect_one_line(chain(small), 1, {"out", "exists"});
  std::filesystem::remove(path("out") / "letter.txt");
  EXPECT_EQ(chain(small).code, 0);  // of a run that was stopped before its first piece
}

TEST(Chain, keys_are_as_they_were_and_tell_shares_apart) {
  const auto key = [](double rho) {
    return ChainTask{ChainTask::Kind::fit, "oracle", contrastive::Critic::l2, rho, 3}.key();
  };
  EXPECT_EQ(key(0), "oracle l2 rho 0 seed 3");
  EXPECT_EQ(key(0.25), "oracle l2 rho 0.25 seed 3");
  EXPECT_NE(key(0.12345678), key(0.12345679));
}

TEST(Chain, the_main_table_is_the_bypass_of_nothing) {
  ChainOptions options;
  options.seeds = 1;
  options.bypass = {0};
  options.bypass_seeds = 5;
  for (const auto& task : plan_chain(options, 0).tasks) EXPECT_EQ(task.seed, 0u) << task.key();
}

TEST_F(ChainProgram, what_cannot_be_is_one_line) {
  expect_one_line(chain({"--critics", "manhattan"}), 1, {"--critics", "manhattan"});
  expect_one_line(chain({"--pool-sizes", "2.5"}), 1, {"--pool-sizes"});
  expect_one_line(chain({"--pairs", "10"}), 1, {"--pairs", "10"});
  expect_one_line(chain({"some.h5"}), 2, {"embeddings"});
}

TEST_F(ChainProgram, a_dry_run_counts_and_writes_nothing) {
  const auto outcome = chain({"--dry-run"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("25 references, 123 fits of 4992 steps"), std::string::npos)
      << outcome.out;
  EXPECT_FALSE(std::filesystem::exists(path("out")));
}

}  // namespace
}  // namespace lagoon::pipelines::tests
