#include "contrastive/training/trainer.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "contrastive/inference/encoder_pair.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/training/machine.hpp"
#include "tests/contrastive/training/trainer_fixture.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::contrastive::tests {
namespace {

namespace fs = std::filesystem;
using datasets::tests::error_of;
using Trainer = TrainerFixture;

TEST_F(Trainer, learns_to_tell_flows_apart) {
  const TrainingSummary summary = run("run", short_training(300));
  EXPECT_TRUE(summary.finished);
  EXPECT_EQ(summary.step, 300);
  EXPECT_EQ(summary.n_train, 1750);
  EXPECT_EQ(summary.n_validation, 250);
  EXPECT_EQ(summary.validation.library_size, 250);
  // Chance is 1/250 and 5/250.
  for (const auto& scores :
       {summary.validation.lagrangian_to_eulerian, summary.validation.eulerian_to_lagrangian}) {
    EXPECT_GT(scores.recall.at(1), 0.1);
    EXPECT_GT(scores.recall.at(5), 0.3);
  }
  EXPECT_LT(recorder.losses.back().loss, recorder.losses.front().loss - 2);
  EXPECT_EQ(recorder.losses.size(), 60u);
  ASSERT_EQ(recorder.recalls.size(), 2u);
  EXPECT_EQ(recorder.recalls[0].split, "train");
  EXPECT_EQ(recorder.recalls[1].split, "validation");
}

TEST_F(Trainer, the_transformer_learns_too) {
  ModelOptions model = small_model();
  model.lagrangian_encoder = "transformer";
  model.transformer_width = 32;
  model.transformer_layers = 2;
  model.patch = 2;
  TrainingOptions options = short_training(200);
  options.learning_rate = 3e-3;
  const TrainingSummary summary = run("run", options, model);
  // Chance is 10/250.
  EXPECT_GT(summary.validation.lagrangian_to_eulerian.recall.at(10), 0.12);
}

TEST_F(Trainer, resumed_run_ends_in_the_same_bits) {
  for (const bool learned : {true, false}) {
    ModelOptions model = small_model();
    model.learn_temperature = learned;
    const TrainingOptions options = short_training(30);
    run("whole", options, model);
    // 9 batches an epoch: 13 is inside the second.
    for (const std::int64_t stop : {1, 13}) {
      fs::remove_all(scratch / "parts");
      EXPECT_FALSE(run("parts", options, model, false, stop).finished);
      EXPECT_EQ(read_checkpoint(scratch / "parts").state.step, stop);
      const TrainingSummary summary = run("parts", options, model, /*resume=*/true);
      EXPECT_TRUE(summary.finished);
      EXPECT_EQ(weights("parts"), weights("whole"));
    }
  }
}

TEST_F(Trainer, bits_do_not_depend_on_threads) {
  TrainingOptions options = short_training(10);
  options.threads = 1;
  run("one", options);
  options.threads = 3;
  run("three", options);
  set_threads(0);
  EXPECT_EQ(weights("one"), weights("three"));
}

TEST_F(Trainer, the_seed_changes_the_run) {
  TrainingOptions options = short_training(10);
  run("one", options);
  options.seed = 1;
  run("other", options);
  EXPECT_NE(weights("one"), weights("other"));
}

TEST_F(Trainer, resume_refuses_other_options_data_and_laws) {
  const TrainingOptions options = short_training(10);
  run("run", options, small_model(), false, 5);
  ModelOptions model = small_model();
  model.mlp_width = 65;
  EXPECT_NE(error_of([&] { run("run", options, model, true); }).find("--mlp-width is 65"),
            std::string::npos);
  const auto resume_with = [&](const flow::Law& law, std::uint64_t seed) {
    write_flows(scratch / "other.h5", law, 2000, seed);
    const datasets::Reader other(scratch / "other.h5");
    return error_of(
        [&] { train({&other}, small_model(), options, scratch / "run", true, recorder); });
  };
  EXPECT_NE(resume_with(small_law(), 2).find("not the data"), std::string::npos);
  flow::Law law = small_law();
  law.omega[3] += 1e-9;
  EXPECT_NE(resume_with(law, 1).find("omega"), std::string::npos);
}

TEST_F(Trainer, a_finished_run_can_be_given_more_steps) {
  TrainingOptions options = short_training(10);
  options.schedule = "constant";
  run("run", options);
  options.steps = 20;
  run("run", options, small_model(), /*resume=*/true);
  run("whole", options);
  EXPECT_EQ(weights("run"), weights("whole"));
}

TEST_F(Trainer, a_diverging_run_keeps_its_last_checkpoint) {
  TrainingOptions options = short_training(10);
  options.learning_rate = 1e30;
  options.warmup_steps = 0;
  options.checkpoint_every = 1;
  options.skip_limit = 4;
  const std::string error = error_of([&] { run("run", options); });
  EXPECT_NE(error.find("4 in a row whose loss or gradient is not finite"), std::string::npos)
      << error;
  EXPECT_NE(error.find("begin a new run with a lower --learning-rate"), std::string::npos) << error;
  ASSERT_EQ(recorder.skips.size(), 4u);
  for (const SkipRecord& skip : recorder.skips) EXPECT_EQ(skip.flows.size(), 192u);
  // The weights are those before the skipped steps.
  const Checkpoint last = read_checkpoint(scratch / "run");
  const std::int64_t good = recorder.skips.front().step - 1;
  EXPECT_EQ(last.state.skipped_in_row, last.state.step - good);
}

TEST_F(Trainer, a_device_that_is_not_there_is_refused) {
  TrainingOptions options = short_training(10);
  options.device = "cpu";
  EXPECT_FALSE(trains_on_gpu(options));
  const double peak = measured_peak(options);
  EXPECT_TRUE(std::isfinite(peak) && peak > 0) << peak;
  options.device = "auto";
  const bool is_there = trains_on_gpu(options);
  options.device = "cuda";
  if (is_there) {
    EXPECT_TRUE(trains_on_gpu(options));
  } else {
    EXPECT_NE(error_of([&] { run("run", options); }).find("device is cuda, and there is none"),
              std::string::npos);
  }
}

TEST_F(Trainer, too_few_flows_are_refused) {
  TrainingOptions options = short_training(10);
  options.batch_size = 1751;
  EXPECT_NE(error_of([&] { run("run", options); }).find("only 1750 training flows"),
            std::string::npos);
}

TEST_F(Trainer, encoders_of_a_run_reproduce_its_recall) {
  const TrainingSummary summary = run("run", short_training(100));
  const EncoderPair encoders = EncoderPair::load(scratch / "run");
  EXPECT_EQ(encoders.step(), 100);
  EXPECT_EQ(encoders.data_seed(), 1u);
  EXPECT_EQ(encoders.n_parameters(), summary.n_parameters);
  EXPECT_DOUBLE_EQ(encoders.temperature(), summary.temperature);
  EXPECT_EQ(flow::first_difference(encoders.law(), small_law()), "");
  const auto data = flows();
  const Held held(data);
  const RetrievalScores scores = score_retrieval(encoders.embed_eulerian(held.psi_hat),
                                                 encoders.embed_lagrangian(held.x, held.y));
  EXPECT_DOUBLE_EQ(scores.lagrangian_to_eulerian.recall.at(1),
                   summary.validation.lagrangian_to_eulerian.recall.at(1));
  EXPECT_DOUBLE_EQ(scores.eulerian_to_lagrangian.median_rank,
                   summary.validation.eulerian_to_lagrangian.median_rank);
  EXPECT_NO_THROW(require_same_law(encoders, data));
}

TEST_F(Trainer, data_of_another_law_is_refused_by_the_encoders) {
  run("run", short_training(5));
  flow::Law law = small_law();
  law.omega[3] += 1e-9;
  write_flows(scratch / "other.h5", law, 16);
  const EncoderPair encoders = EncoderPair::load(scratch / "run");
  EXPECT_NE(error_of([&] {
              require_same_law(encoders, datasets::Reader(scratch / "other.h5"));
            }).find("omega"),
            std::string::npos);
}

TEST_F(Trainer, time_is_accounted_for) {
  const TrainingSummary summary = run("run", short_training(20));
  double sum = 0;
  for (const auto& [name, seconds] : summary.seconds) {
    EXPECT_GE(seconds, 0) << name;
    sum += seconds;
  }
  EXPECT_EQ(summary.seconds.size(), 9u);
  EXPECT_GE(sum, recorder.recalls.back().seconds);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
