// Every tilting and every loss through the trainer: learned, stored, continued, read back.
#include <algorithm>
#include <cstring>

#include "contrastive/inference/encoder_pair.hpp"
#include "contrastive/objective/objective.hpp"
#include "contrastive/training/step/batches.hpp"
#include "tests/contrastive/training/trainer_fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

namespace fs = std::filesystem;
using datasets::tests::error_of;
using Objectives = TrainerFixture;

ModelOptions model_of(const char* tilting) {
  ModelOptions model = small_model();
  model.tilting = tilting;
  return model;
}

/// A tilting with an objective, each of its parts other than the default somewhere.
struct Setting {
  const char *tilting, *loss, *negatives, *evaluation;
};

TEST_F(Objectives, resumed_run_ends_in_the_same_bits_with_any_objective) {
  for (const auto& [tilting, loss, negatives, evaluation] :
       {Setting{"inner_product", "joint", "second_batch", "streaming"},
        Setting{"quadratic", "sigmoid", "in_batch", "plain"},
        Setting{"quadratic", "conditional", "second_batch", "plain"},
        Setting{"cosine", "sigmoid", "second_batch", "streaming"},
        Setting{"inner_product", "conditional_mmd", "in_batch", "streaming"},
        Setting{"cosine", "joint_mmd", "second_batch", "streaming"}}) {
    ModelOptions model = small_model();
    model.tilting = tilting;
    TrainingOptions options = short_training(14);
    options.objective.loss = loss;
    options.objective.negatives = negatives;
    options.objective.evaluation = evaluation;
    options.objective.kernel = "energy";
    for (const char* name : {"whole", "parts"}) fs::remove_all(scratch / name);
    run("whole", options, model);
    EXPECT_FALSE(run("parts", options, model, false, 11).finished);
    EXPECT_TRUE(run("parts", options, model, /*resume=*/true).finished);
    EXPECT_EQ(weights("parts"), weights("whole")) << tilting << " " << loss;
  }
}

TEST_F(Objectives, streaming_and_plain_train_alike) {
  for (const char* loss : {"conditional", "joint", "sigmoid"}) {
    for (const char* tilting : {"cosine", "inner_product", "quadratic"}) {
      ModelOptions model = small_model();
      model.tilting = tilting;
      TrainingOptions options = short_training(20);
      options.objective.loss = loss;
      options.log_every = 1;
      std::vector<LossRecord> losses;
      for (const char* evaluation : {"streaming", "plain"}) {
        options.objective.evaluation = evaluation;
        run(evaluation, options, model);
        if (losses.empty()) losses = recorder.losses;
      }
      for (std::size_t i = 0; i < losses.size(); ++i) {
        EXPECT_NEAR(losses[i].loss, recorder.losses[i].loss, lagoon::tests::kTwentySteps)
            << loss << " " << tilting << " step " << i + 1;
      }
    }
  }
}

TEST_F(Objectives, a_second_batch_is_another_one_and_a_function_of_the_seed) {
  TrainingOptions options = short_training(6);
  run("in_batch", options);
  options.objective.negatives = "second_batch";
  run("second", options);
  run("again", options);
  EXPECT_NE(weights("second"), weights("in_batch"));
  EXPECT_EQ(weights("second"), weights("again"));
  Batches pairs(1750, 192, 0), negatives(1750, 192, 0, BatchStream::negatives);
  const auto first = pairs.rows(0), other = negatives.rows(0);
  EXPECT_FALSE(std::ranges::equal(first, other));
}

TEST_F(Objectives, every_tilting_learns_to_tell_flows_apart) {
  for (const char* tilting : {"inner_product", "quadratic"}) {
    const TrainingSummary summary = run(tilting, short_training(200), model_of(tilting));
    // Chance is 1/250 and 5/250.
    EXPECT_GT(summary.validation.lagrangian_to_eulerian.recall.at(1), 0.08) << tilting;
    EXPECT_GT(summary.validation.eulerian_to_lagrangian.recall.at(5), 0.25) << tilting;
  }
}

TEST_F(Objectives, encoders_of_a_run_reproduce_its_recall) {
  const Held held(flows());
  for (const char* tilting : {"cosine", "inner_product", "quadratic"}) {
    const TrainingSummary summary = run(tilting, short_training(60), model_of(tilting));
    const EncoderPair encoders = EncoderPair::load(scratch / tilting);
    EXPECT_EQ(encoders.options().tilting, tilting);
    const RetrievalScores scores = score_retrieval(encoders.embed_eulerian(held.psi_hat),
                                                   encoders.embed_lagrangian(held.x, held.y));
    EXPECT_DOUBLE_EQ(scores.lagrangian_to_eulerian.recall.at(1),
                     summary.validation.lagrangian_to_eulerian.recall.at(1));
    EXPECT_DOUBLE_EQ(scores.eulerian_to_lagrangian.median_rank,
                     summary.validation.eulerian_to_lagrangian.median_rank);
  }
}

TEST_F(Objectives, checkpoint_keeps_them) {
  TrainingOptions options = short_training(2);
  options.objective = {.loss = "conditional_mmd",
                       .lambda_u = 0.25,
                       .lambda_v = 1.75,
                       .negatives = "second_batch",
                       .evaluation = "plain",
                       .kernel = "polynomial",
                       .statistic = "v",
                       .bandwidth_u = 3,
                       .bandwidth_v = 4};
  ModelOptions model = model_of("quadratic");
  model.temperature = 2;
  run("run", options, model);
  const RunState state = read_checkpoint(scratch / "run").state;
  EXPECT_EQ(state.model, model);
  EXPECT_EQ(state.training.objective, options.objective);
}

TEST_F(Objectives, the_sigmoid_bias_is_learned_and_kept) {
  TrainingOptions options = short_training(20);
  options.objective.loss = "sigmoid";
  const TrainingSummary summary = run("run", options, model_of("quadratic"));
  const auto tensors = read_checkpoint(scratch / "run").tensors.tensors;
  ASSERT_TRUE(tensors.contains("model.sigmoid_bias"));
  const auto& bytes = tensors.at("model.sigmoid_bias").bytes;
  float bias = 0;
  ASSERT_EQ(bytes.size(), sizeof bias);
  std::memcpy(&bias, bytes.data(), sizeof bias);
  EXPECT_NE(bias, static_cast<float>(sigmoid_bias_start(options.objective, options.batch_size)));
  EXPECT_EQ(EncoderPair::load(scratch / "run").n_parameters(), summary.n_parameters);
}

/// `lagoon inspect` reads them without LibTorch.
TEST_F(Objectives, a_checkpoint_says_what_its_encoders_do) {
  for (const bool is_learned : {true, false}) {
    ModelOptions model = model_of("cosine");
    model.learn_temperature = is_learned;
    TrainingOptions options = short_training(3);
    options.objective.loss = "sigmoid";
    const std::string name = is_learned ? "learned" : "fixed";
    run(name, options, model);
    const Checkpoint checkpoint = read_checkpoint(scratch / name);
    const EncoderPair encoders = EncoderPair::load(scratch / name);
    EXPECT_EQ(n_parameters(checkpoint), encoders.n_parameters());
    EXPECT_EQ(temperature(checkpoint), encoders.temperature());
  }
}

TEST_F(Objectives, resume_refuses_another_and_overlooks_what_has_no_effect) {
  TrainingOptions options = short_training(10);
  options.objective.loss = "joint";
  run("run", options, small_model(), false, 5);
  const auto resume_with = [&](const auto& change) {
    TrainingOptions changed = options;
    change(changed.objective);
    return error_of([&] { run("run", changed, small_model(), true); });
  };
  EXPECT_EQ(resume_with([](auto& o) { o.loss = "sigmoid"; }).find("--loss is \"sigmoid\""), 0u);
  EXPECT_EQ(resume_with([](auto& o) { o.negatives = "second_batch"; }).find("--negatives is"), 0u);
  options.objective.lambda_u = 3;  // of conditional losses
  options.objective.kernel = "energy";
  EXPECT_TRUE(run("run", options, small_model(), true).finished);
}

TEST_F(Objectives, a_temperature_that_the_tilting_cannot_have_is_refused) {
  ModelOptions model = small_model();
  model.temperature = 2;
  const std::string error = error_of([&] { run("run", short_training(2), model); });
  EXPECT_NE(error.find("temperature is 2"), std::string::npos) << error;
  EXPECT_NE(error.find("cosine tilting's goes from 0.01"), std::string::npos) << error;
  model.tilting = "quadratic";
  EXPECT_NO_THROW(run("run", short_training(2), model));
}

TEST_F(Objectives, first_temperature_is_the_product_of_the_lengths_of_embeddings) {
  ModelOptions model = small_model();
  EXPECT_DOUBLE_EQ(start_temperature(model, small_law()), 0.07);
  model.tilting = "quadratic";
  EXPECT_DOUBLE_EQ(start_temperature(model, small_law()), 16);  // its dimension
  model.eulerian_encoder = "identity";
  double square = 0;
  for (const double deviation : small_law().prior_std) square += deviation * deviation;
  EXPECT_DOUBLE_EQ(start_temperature(model, small_law()), std::sqrt(18 * square));
  model.temperature = 0.5;
  EXPECT_DOUBLE_EQ(start_temperature(model, small_law()), 0.5);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
