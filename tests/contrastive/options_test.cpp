#include "contrastive/options.hpp"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "flow/law/law_options.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::contrastive::tests {
namespace {

using datasets::tests::error_of;

std::string model_error(const std::function<void(ModelOptions&)>& change) {
  ModelOptions options = small_model();
  change(options);
  return error_of([&] { require_valid(options, small_law()); });
}

std::string training_error(const std::function<void(TrainingOptions&)>& change) {
  TrainingOptions options;
  change(options);
  return error_of([&] { require_valid(options); });
}

TEST(Options, defaults_are_valid_for_the_default_law) {
  EXPECT_NO_THROW(require_valid(ModelOptions{}, flow::make_law({})));
  EXPECT_NO_THROW(require_valid(TrainingOptions{}));
}

TEST(Options, an_impossible_model_is_refused_by_name) {
  EXPECT_NE(model_error([](auto& o) { o.lagrangian_encoder = "cnn"; }).find("--lagrangian-encoder"),
            std::string::npos);
  EXPECT_NE(model_error([](auto& o) { o.whitened_components = 25; }).find("only 24 coordinates"),
            std::string::npos);
  EXPECT_NE(model_error([](auto& o) { o.mlp_width = 0; }).find("--mlp-width"), std::string::npos);
  EXPECT_NE(model_error([](auto& o) { o.temperature = NAN; }).find("--temperature"),
            std::string::npos);
  EXPECT_NE(model_error([](auto& o) {
              o.lagrangian_encoder = "transformer";
              o.patch = 5;
            }).find("--patch is 5"),
            std::string::npos);
  EXPECT_NE(model_error([](auto& o) {
              o.lagrangian_encoder = "transformer";
              o.transformer_heads = 3;
            }).find("--transformer-heads"),
            std::string::npos);
}

TEST(Options, an_impossible_training_is_refused_by_name) {
  EXPECT_NE(training_error([](auto& o) { o.batch_size = 1; }).find("--batch-size"),
            std::string::npos);
  EXPECT_NE(training_error([](auto& o) { o.learning_rate = 0; }).find("--learning-rate"),
            std::string::npos);
  EXPECT_NE(training_error([](auto& o) { o.weight_decay = -1; }).find("--weight-decay"),
            std::string::npos);
  EXPECT_NE(training_error([](auto& o) { o.validation_library = 1; }).find("--validation-library"),
            std::string::npos);
  EXPECT_NE(training_error([](auto& o) { o.schedule = "linear"; }).find("--schedule"),
            std::string::npos);
}

std::string objective_error(const std::function<void(ObjectiveOptions&)>& change) {
  return training_error([&](TrainingOptions& o) { change(o.objective); });
}

TEST(Options, an_impossible_objective_is_refused_by_name) {
  EXPECT_NE(objective_error([](auto& o) { o.lambda_u = o.lambda_v = 0; }).find("--lambda-u"),
            std::string::npos);
  EXPECT_NE(objective_error([](auto& o) { o.lambda_v = -1; }).find("--lambda-v"),
            std::string::npos);
  ObjectiveOptions joint;
  joint.loss = "joint";
  joint.lambda_u = joint.lambda_v = 0;
  EXPECT_NO_THROW(require_valid(joint));
  for (std::string ObjectiveOptions::*option :
       {&ObjectiveOptions::loss, &ObjectiveOptions::negatives, &ObjectiveOptions::evaluation,
        &ObjectiveOptions::kernel, &ObjectiveOptions::statistic}) {
    EXPECT_NE(objective_error([&](auto& o) { o.*option = "clip"; }).find("is 'clip'"),
              std::string::npos);
  }
  EXPECT_NE(objective_error([](auto& o) { o.bandwidth_v = -1; }).find("--bandwidth-v"),
            std::string::npos);
  EXPECT_NE(model_error([](auto& o) { o.tilting = "bilinear"; }).find("--tilting"),
            std::string::npos);
}

TEST(Options, identity_fixes_the_dimension_to_two_reals_a_mode) {
  ModelOptions options = small_model();
  EXPECT_EQ(embedding_dim(options, small_law()), 16);
  options.eulerian_encoder = "identity";
  EXPECT_EQ(embedding_dim(options, small_law()), 18);
}

TEST(Options, epochs_count_whole_batches) {
  TrainingOptions options;
  options.batch_size = 128;
  options.epochs = 20;
  EXPECT_EQ(total_steps(options, 32268), 20 * 252);
  options.epochs = 0;
  options.steps = 77;
  EXPECT_EQ(total_steps(options, 32268), 77);
  EXPECT_NE(error_of([&] { total_steps(options, 100); }).find("only 100 training flows"),
            std::string::npos);
  options.epochs = 1e-7;
  EXPECT_EQ(error_of([&] { total_steps(options, 32268); }),
            "--epochs is 1e-07: less than one step; give more");
}

}  // namespace
}  // namespace lagoon::contrastive::tests
