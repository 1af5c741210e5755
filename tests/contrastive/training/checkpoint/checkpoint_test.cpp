#include "contrastive/training/checkpoint/checkpoint.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "flow/random.hpp"
#include "tests/contrastive/training/checkpoint/some_checkpoint.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::contrastive::tests {
namespace {

namespace fs = std::filesystem;
using datasets::tests::error_of;
using datasets::tests::read_text;
using datasets::tests::TemporaryFolder;
using datasets::tests::write_text;

TEST(Checkpoint, reads_what_was_written) {
  const TemporaryFolder run;
  write_checkpoint(run.path(), some_checkpoint(3));
  EXPECT_TRUE(loads_as(run.path(), some_checkpoint(3)));
  write_checkpoint(run.path(), some_checkpoint(4));
  EXPECT_TRUE(loads_as(run.path(), some_checkpoint(4)));
  EXPECT_EQ(read_checkpoint(run.path()).state.data_seed, 0xfedcba9876543210);
}

TEST(Checkpoint, a_kill_between_the_renames_leaves_the_new_one) {
  const TemporaryFolder run;
  const fs::path state = run / "checkpoint/state.json";
  write_checkpoint(run.path(), some_checkpoint(3));
  const std::string old_state = read_text(state);
  write_checkpoint(run.path(), some_checkpoint(4));
  fs::rename(state, run / "checkpoint/state.json.next");
  EXPECT_TRUE(loads_as(run.path(), some_checkpoint(4)));
  write_text(state, old_state);
  EXPECT_TRUE(loads_as(run.path(), some_checkpoint(4)));
}

TEST(Checkpoint, the_weights_take_their_name_before_the_state_does) {
  const TemporaryFolder run;
  const fs::path state = run / "checkpoint/state.json";
  write_checkpoint(run.path(), some_checkpoint(3));
  // The second rename fails as if a kill had come before it: no file replaces a full folder.
  fs::remove(state);
  fs::create_directories(state / "full");
  EXPECT_ANY_THROW(write_checkpoint(run.path(), some_checkpoint(4)));
  EXPECT_TRUE(loads_as(run.path(), some_checkpoint(4)));
}

TEST(Checkpoint, a_second_kill_leaves_the_new_one_too) {
  const TemporaryFolder run;
  const fs::path state = run / "checkpoint/state.json", next = run / "checkpoint/state.json.next";
  write_checkpoint(run.path(), some_checkpoint(3));
  const std::string old_state = read_text(state);
  write_checkpoint(run.path(), some_checkpoint(4));
  fs::rename(state, next);
  write_text(state, old_state);
  // The next write ends before its renames: it cannot replace a folder that is not empty.
  fs::create_directories(run / "checkpoint/weights.safetensors.next.new/full");
  EXPECT_ANY_THROW(write_checkpoint(run.path(), some_checkpoint(5)));
  fs::remove(next);
  EXPECT_TRUE(loads_as(run.path(), some_checkpoint(4)));
}

TEST(Checkpoint, a_kill_before_the_renames_leaves_the_old_one) {
  const TemporaryFolder run, other;
  write_checkpoint(run.path(), some_checkpoint(3));
  write_checkpoint(other.path(), some_checkpoint(4));
  const std::string next = read_text(other / "checkpoint/state.json");
  write_text(run / "checkpoint/state.json.next", next);
  EXPECT_TRUE(loads_as(run.path(), some_checkpoint(3)));
  write_text(run / "checkpoint/state.json.next", next.substr(0, 100));
  EXPECT_TRUE(loads_as(run.path(), some_checkpoint(3)));
}

TEST(Checkpoint, a_missing_one_is_an_error_that_names_the_file) {
  const TemporaryFolder run;
  EXPECT_NE(error_of([&] { read_checkpoint(run.path()); }).find("weights.safetensors"),
            std::string::npos);
}

TEST(Checkpoint, truncated_files_are_refused) {
  const TemporaryFolder run;
  write_checkpoint(run.path(), some_checkpoint(3));
  for (const char* name : {"checkpoint/weights.safetensors", "checkpoint/state.json"}) {
    const std::string whole = read_text(run / name);
    for (std::size_t kept = 0; kept + 1 < whole.size(); kept += 1 + whole.size() / 20) {
      write_text(run / name, whole.substr(0, kept));
      EXPECT_FALSE(loads_as(run.path(), some_checkpoint(3))) << name << " cut to " << kept;
    }
    write_text(run / name, whole);
  }
  EXPECT_TRUE(loads_as(run.path(), some_checkpoint(3)));
}

TEST(Checkpoint, a_flipped_bit_of_the_weights_is_refused) {
  const TemporaryFolder run;
  write_checkpoint(run.path(), some_checkpoint(3));
  const fs::path path = run / "checkpoint/weights.safetensors";
  const std::string whole = read_text(path);
  for (std::uint32_t i = 0; i < 50; ++i) {
    const auto bits = flow::random_bits(1, flow::Purpose::test, 0, i);
    std::string damaged = whole;
    damaged[bits[0] % whole.size()] ^= static_cast<char>(1 << bits[1] % 8);
    write_text(path, damaged);
    EXPECT_FALSE(loads_as(run.path(), some_checkpoint(3)));
  }
}

TEST(Checkpoint, a_flipped_bit_of_the_state_is_refused_or_changes_nothing) {
  const TemporaryFolder run;
  write_checkpoint(run.path(), some_checkpoint(3));
  const fs::path path = run / "checkpoint/state.json";
  const std::string whole = read_text(path);
  int refused = 0;
  for (std::uint32_t i = 0; i < 50; ++i) {
    const auto bits = flow::random_bits(2, flow::Purpose::test, 0, i);
    std::string damaged = whole;
    damaged[bits[0] % whole.size()] ^= static_cast<char>(1 << bits[1] % 8);
    write_text(path, damaged);
    refused += !loads_as(run.path(), some_checkpoint(3));
  }
  EXPECT_GT(refused, 25);
}

/// state.json of format version 1, which knew one tilting and one loss.
std::string first_version_of(const RunState& state) {
  auto file = nlohmann::json::parse(to_json(state, 7, 8));
  auto& content = file["content"];
  content["model"].erase("tilting");
  auto& training = content["training"];
  training["lambda_u"] = 0.25;
  training["lambda_v"] = 1.75;
  training.erase("objective");
  file["format_version"] = 1;
  file["hash"] = to_hex(hash_text(content.dump()));
  return file.dump(2);
}

TEST(Checkpoint, first_version_is_the_cosine_tilting_and_the_conditional_loss) {
  RunState state = some_checkpoint(3).state;
  state.model.mlp_width = 77;
  state.model.temperature = 0.07;
  const ParsedState parsed = parse_state(first_version_of(state), "state.json");
  EXPECT_EQ(parsed.state.model, state.model);
  EXPECT_EQ(parsed.state.step, 3);
  EXPECT_EQ(parsed.state.training.seed, state.training.seed);
  EXPECT_EQ(parsed.state.training.objective.loss, "conditional");
  EXPECT_EQ(parsed.state.training.objective.lambda_u, 0.25);
  EXPECT_EQ(parsed.state.training.objective.lambda_v, 1.75);
  EXPECT_EQ(parsed.weights_size, 7u);
}

TEST(Checkpoint, a_later_version_is_named) {
  std::string text = to_json(some_checkpoint(3).state, 0, 0);
  const std::string version = "\"format_version\": 3";
  text.replace(text.find(version), version.size(), "\"format_version\": 4");
  const std::string error = error_of([&] { parse_state(text, "state.json"); });
  EXPECT_NE(error.find("format version 4, this program reads 1 to 3"), std::string::npos) << error;
}

TEST(Checkpoint, options_that_differ_are_named) {
  const RunState run = some_checkpoint(3).state;
  ModelOptions model = run.model;
  TrainingOptions training = run.training;
  EXPECT_NO_THROW(require_same_options(run, model, training));
  training.steps = 99999;
  training.threads = 7;
  training.log_every = 1;
  EXPECT_NO_THROW(require_same_options(run, model, training));
  model.causal = !model.causal;  // of transformers: without effect
  training.objective.kernel = "energy";
  EXPECT_NO_THROW(require_same_options(run, model, training));
  training.batch_size = 3;
  EXPECT_EQ(error_of([&] { require_same_options(run, model, training); }).find("--batch-size is 3"),
            0u);
  model.mlp_width = 7;
  EXPECT_EQ(error_of([&] { require_same_options(run, model, training); }).find("--mlp-width is 7"),
            0u);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
