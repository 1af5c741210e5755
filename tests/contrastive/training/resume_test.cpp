// What a run that was stopped writes, beside one that was not; what is kept; what is skipped.
#include <gtest/gtest.h>

#include "contrastive/inference/encoder_pair.hpp"
#include "tests/contrastive/training/sources/stream_description.hpp"
#include "tests/contrastive/training/trainer_fixture.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::contrastive::tests {
namespace {

namespace fs = std::filesystem;
using datasets::tests::error_of;
using Resume = TrainerFixture;

TrainingOptions with_records(std::int64_t steps) {
  TrainingOptions options = short_training(steps);
  options.validate_every = 6;
  options.checkpoint_every = 4;
  options.keep_last = 2;
  return options;
}

TEST_F(Resume, stopped_anywhere_a_run_writes_the_records_of_one_that_was_not) {
  const TrainingOptions options = with_records(20);
  run("whole", options);
  const Recorder whole = recorder;
  for (const std::int64_t stop :
       {3, 6, 10, 12}) {  // amid an interval, at a recall, at a loss, both
    fs::remove_all(scratch / "parts");
    run("parts", options, small_model(), false, stop);
    Recorder parts = recorder;
    EXPECT_TRUE(run("parts", options, small_model(), /*resume=*/true).finished);
    parts.losses.insert(parts.losses.end(), recorder.losses.begin(), recorder.losses.end());
    parts.recalls.insert(parts.recalls.end(), recorder.recalls.begin(), recorder.recalls.end());
    ASSERT_EQ(parts.losses.size(), whole.losses.size()) << stop;
    for (std::size_t i = 0; i < whole.losses.size(); ++i) {
      EXPECT_EQ(parts.losses[i].step, whole.losses[i].step);
      EXPECT_EQ(parts.losses[i].loss, whole.losses[i].loss) << stop;
      EXPECT_EQ(parts.losses[i].gradient_norm, whole.losses[i].gradient_norm) << stop;
      EXPECT_GT(whole.losses[i].gradient_norm, 0);
      EXPECT_EQ(whole.losses[i].samples, whole.losses[i].step * options.batch_size);
    }
    ASSERT_EQ(parts.recalls.size(), whole.recalls.size()) << stop;
    for (std::size_t i = 0; i < whole.recalls.size(); ++i) {
      EXPECT_EQ(parts.recalls[i].step, whole.recalls[i].step);
      EXPECT_EQ(parts.recalls[i].scores.lagrangian_to_eulerian.recall,
                whole.recalls[i].scores.lagrangian_to_eulerian.recall);
    }
    EXPECT_EQ(weights("parts"), weights("whole"));
    EXPECT_EQ(read_checkpoint(scratch / "parts", "best").state.step,
              read_checkpoint(scratch / "whole", "best").state.step);
  }
}

/// Fresh flows of the law of the files.
TrainingFlows fresh_flows(std::uint64_t seed) {
  auto description = stream_description();
  description.seed = seed;
  return {.stream = datasets::FreshFlows(description)};
}

TEST_F(Resume, a_stream_goes_on_with_the_flows_that_come_next) {
  TrainingOptions options = with_records(12);
  const auto go = [&](const std::string& name, bool resume, std::int64_t stop_after,
                      std::uint64_t seed = 5) {
    recorder = Recorder(stop_after);
    return train(fresh_flows(seed), small_model(), options, scratch / name, resume, recorder);
  };
  EXPECT_EQ(go("whole", false, -1).n_train, 12 * options.batch_size);
  EXPECT_FALSE(go("parts", false, 7).finished);
  EXPECT_NE(error_of([&] { go("parts", true, -1, 6); }).find("not the data that the run began"),
            std::string::npos);
  EXPECT_TRUE(go("parts", true, -1).finished);
  EXPECT_EQ(weights("parts"), weights("whole"));
  const StreamState stream = read_checkpoint(scratch / "parts").state.stream;
  EXPECT_EQ(stream.scheme, "rk4");
  EXPECT_EQ(stream.steps_per_interval, 2);
  EXPECT_FALSE(stream.judged_by_file);
  options.epochs = 2;
  EXPECT_NE(error_of([&] { go("epochs", false, -1); }).find("epochs is not 0"), std::string::npos);
}

TEST_F(Resume, a_checkpoint_is_written_after_the_records_that_will_not_come_again) {
  TrainingOptions options = short_training(12);
  options.log_every = 3;
  options.checkpoint_every = 4;
  run("run", options);
  EXPECT_EQ(recorder.losses_kept, (std::vector<std::size_t>{1, 2, 4}));
}

TEST_F(Resume, a_finished_run_adds_no_record) {
  const TrainingOptions options = with_records(10);
  const TrainingSummary first = run("run", options);
  const TrainingSummary again = run("run", options, small_model(), /*resume=*/true);
  EXPECT_TRUE(recorder.losses.empty());
  EXPECT_TRUE(recorder.recalls.empty());
  EXPECT_EQ(again.final_loss, first.final_loss);
  EXPECT_EQ(again.validation.lagrangian_to_eulerian.recall,
            first.validation.lagrangian_to_eulerian.recall);
}

TEST_F(Resume, goes_on_from_an_earlier_checkpoint_if_the_newest_is_damaged) {
  const TrainingOptions options = with_records(10);
  run("whole", options);
  run("parts", options, small_model(), false, 9);
  datasets::tests::write_text(scratch / "parts/checkpoint/weights.safetensors", "damaged");
  EXPECT_TRUE(run("parts", options, small_model(), /*resume=*/true).finished);
  EXPECT_EQ(recorder.losses.front().step, 10);
  EXPECT_EQ(weights("parts"), weights("whole"));
}

TEST_F(Resume, the_best_checkpoint_is_that_of_the_best_recall) {
  const TrainingSummary summary = run("run", with_records(60));
  std::int64_t best_step = 0;
  double best = -1;
  for (const RecallRecord& record : recorder.recalls) {
    if (record.split == "train") continue;
    const double recall = (record.scores.lagrangian_to_eulerian.recall.at(1) +
                           record.scores.eulerian_to_lagrangian.recall.at(1)) /
                          2;
    if (recall > best) best_step = record.step;
    best = std::max(best, recall);
  }
  EXPECT_EQ(summary.best_step, best_step);
  EXPECT_EQ(summary.best_recall, best);
  EXPECT_EQ(EncoderPair::load(scratch / "run", "best").step(), best_step);
  EXPECT_EQ(EncoderPair::load(scratch / "run").step(), 60);
}

TEST_F(Resume, a_stop_while_loading_leaves_everything_as_it_was) {
  const TrainingOptions options = with_records(10);
  const datasets::Reader data = flows();
  for (const std::int64_t loads : {0, 1, 2}) {
    recorder = Recorder();
    recorder.loads_left = loads;
    EXPECT_FALSE(train({&data}, small_model(), options, scratch / "run", false, recorder).started);
    EXPECT_FALSE(fs::exists(scratch / "run"));
  }
  run("run", options, small_model(), false, 5);
  const auto before = weights("run");
  recorder = Recorder();
  recorder.loads_left = 0;
  EXPECT_FALSE(train({&data}, small_model(), options, scratch / "run", true, recorder).started);
  EXPECT_EQ(weights("run"), before);
}

TEST_F(Resume, skipped_steps_change_nothing_and_are_counted) {
  TrainingOptions options = short_training(20);
  options.schedule = "constant";
  options.warmup_steps = 0;
  options.skip_limit = 100;
  options.learning_rate = 1e30;  // the first step is the last good one
  // Embeddings by its weights are no numbers, so a run that came to its end would have no recall.
  const TrainingSummary summary = run("run", options, small_model(), false, 19);
  EXPECT_EQ(summary.step, 19);
  ASSERT_FALSE(recorder.skips.empty());
  EXPECT_EQ(summary.skipped, std::ssize(recorder.skips));
  const std::int64_t good = 19 - summary.skipped;
  for (std::size_t i = 0; i < recorder.skips.size(); ++i) {
    EXPECT_EQ(recorder.skips[i].step, good + 1 + static_cast<std::int64_t>(i));
    EXPECT_EQ(recorder.skips[i].in_a_row, static_cast<std::int64_t>(i) + 1);
  }
  const auto moved = weights("run");
  run("short", options, small_model(), false, good);
  for (const auto& [name, bytes] : weights("short")) {
    if (!name.starts_with("model.")) continue;
    EXPECT_EQ(moved.at(name), bytes) << name;
  }
}

TEST_F(Resume, weights_whose_embeddings_are_no_numbers_have_no_recall) {
  TrainingOptions options = short_training(3);
  options.warmup_steps = 0;
  options.learning_rate = 1e30;
  EXPECT_NE(error_of([&] { run("run", options); }).find("is not finite"), std::string::npos);
  EXPECT_FALSE(fs::exists(scratch / "run/checkpoint-best"));
}

}  // namespace
}  // namespace lagoon::contrastive::tests
