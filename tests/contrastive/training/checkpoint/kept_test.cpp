// Which checkpoints of a run are kept, and which one it goes on from.
#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/contrastive/training/checkpoint/some_checkpoint.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::contrastive::tests {
namespace {

namespace fs = std::filesystem;
using datasets::tests::error_of;
using datasets::tests::TemporaryFolder;
using datasets::tests::write_text;
using Steps = std::vector<std::int64_t>;

void write_steps(const fs::path& run, const Steps& steps, int keep_last) {
  for (const std::int64_t step : steps) {
    Checkpoint checkpoint = some_checkpoint(step);
    checkpoint.state.training.keep_last = keep_last;
    write_checkpoint(run, checkpoint);
  }
}

TEST(KeptCheckpoints, are_the_newest_and_as_many_before_it_as_told) {
  for (const int keep_last : {0, 1, 3}) {
    const TemporaryFolder run;
    write_steps(run.path(), {5, 10, 15, 20, 25}, keep_last);
    const Steps before = {5, 10, 15, 20};
    EXPECT_EQ(earlier_steps(run.path()), Steps(before.end() - keep_last, before.end()));
    EXPECT_EQ(read_checkpoint(run.path()).state.step, 25);
    for (const std::int64_t step : earlier_steps(run.path())) {
      Checkpoint written = some_checkpoint(step);
      written.state.training.keep_last = keep_last;
      expect_same(read_checkpoint(run.path(), std::to_string(step)), written);
    }
  }
}

TEST(KeptCheckpoints, the_best_stays_however_many_follow) {
  const TemporaryFolder run;
  write_checkpoint(run.path(), best_checkpoint(5));
  expect_same(read_checkpoint(run.path()), best_checkpoint(5));
  for (const std::int64_t step : {10, 15, 20}) {
    Checkpoint later = best_checkpoint(step);
    later.state.best_step = 5;
    write_checkpoint(run.path(), later);
  }
  expect_same(read_checkpoint(run.path(), "best"), best_checkpoint(5));
  expect_same(read_checkpoint(run.path(), "5"), best_checkpoint(5));
  write_checkpoint(run.path(), best_checkpoint(25));
  expect_same(read_checkpoint(run.path(), "best"), best_checkpoint(25));
  expect_same(read_checkpoint(run.path(), "last"), best_checkpoint(25));
  EXPECT_EQ(earlier_steps(run.path()), Steps{20});
}

TEST(KeptCheckpoints, one_that_is_not_there_is_an_error_that_lists_the_others) {
  const TemporaryFolder run;
  EXPECT_NE(error_of([&] { read_checkpoint(run.path(), "best"); }).find("there is none"),
            std::string::npos);
  write_steps(run.path(), {5, 10}, 1);
  for (const char* which : {"best", "7", "-5", "first"}) {
    const std::string error = error_of([&] { read_checkpoint(run.path(), which); });
    EXPECT_NE(error.find("there are last, 5: give one of them"), std::string::npos) << error;
  }
}

TEST(KeptCheckpoints, a_damaged_newest_one_is_passed_over_with_a_warning) {
  const TemporaryFolder run;
  write_steps(run.path(), {5, 10, 15, 20}, 3);
  EXPECT_EQ(find_resume_point(run.path()).warning, "");
  write_text(run / "checkpoint/weights.safetensors", "damaged");
  write_text(run / "checkpoints/step-000015/state.json", "{}");
  const ResumePoint point = find_resume_point(run.path());
  EXPECT_EQ(point.checkpoint.state.step, 10);
  EXPECT_NE(point.warning.find("weights.safetensors: damaged"), std::string::npos) << point.warning;
  // What follows is written as ever; the damaged one is not kept.
  write_steps(run.path(), {12}, 3);
  EXPECT_EQ(read_checkpoint(run.path()).state.step, 12);
  EXPECT_EQ(earlier_steps(run.path()), (Steps{5, 10, 15}));
}

TEST(KeptCheckpoints, none_whole_is_the_error_of_the_newest) {
  const TemporaryFolder run;
  write_steps(run.path(), {5, 10}, 1);
  write_text(run / "checkpoint/state.json", "damaged");
  fs::remove_all(run / "checkpoints");
  EXPECT_NE(error_of([&] { find_resume_point(run.path()); }).find("checkpoint/state.json: damaged"),
            std::string::npos);
}

TEST(KeptCheckpoints, a_write_that_fails_says_what_is_left) {
  const TemporaryFolder run;
  write_steps(run.path(), {5}, 1);
  fs::create_directories(run / "checkpoint/weights.safetensors.next");
  const std::string error = error_of([&] { write_steps(run.path(), {10}, 1); });
  EXPECT_NE(error.find("the checkpoint of step 5 is whole"), std::string::npos) << error;
  EXPECT_EQ(error.find('\n'), std::string::npos);
  EXPECT_EQ(read_checkpoint(run.path()).state.step, 5);
  fs::remove_all(run / "checkpoint/weights.safetensors.next");
  write_steps(run.path(), {10}, 1);
  EXPECT_EQ(read_checkpoint(run.path()).state.step, 10);
}

TEST(KeptCheckpoints, a_file_that_cannot_be_removed_is_an_error_that_leaves_no_half) {
  const TemporaryFolder run;
  write_steps(run.path(), {5}, 1);
  const fs::path full = run / "checkpoint/state.json.next/full";
  fs::create_directories(full);  // remove() takes no folder that is not empty, even root's
  const std::string error = error_of([&] { write_steps(run.path(), {10}, 1); });
  EXPECT_NE(error.find("state.json.next: cannot be removed"), std::string::npos) << error;
  EXPECT_NE(error.find("the checkpoint of step 5 is whole"), std::string::npos) << error;
  EXPECT_FALSE(fs::exists(run / "checkpoint/weights.safetensors.next"));
}

}  // namespace
}  // namespace lagoon::contrastive::tests
