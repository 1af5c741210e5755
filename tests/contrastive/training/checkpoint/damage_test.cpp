// Damaged checkpoints: each is refused with one clear line or read as it was written.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "tests/contrastive/training/checkpoint/some_checkpoint.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/mutate.hpp"

namespace lagoon::contrastive::tests {
namespace {

namespace fs = std::filesystem;
using datasets::tests::read_text;
using datasets::tests::TemporaryFolder;
using datasets::tests::write_text;
using lagoon::tests::mutate;

/// The two files of a checkpoint, as texts.
struct Files {
  std::string weights, state;
};

Files files_of(const fs::path& run) {
  return {read_text(run / "checkpoint/weights.safetensors"),
          read_text(run / "checkpoint/state.json")};
}

void put(const fs::path& run, const Files& files) {
  write_text(run / "checkpoint/weights.safetensors", files.weights);
  write_text(run / "checkpoint/state.json", files.state);
}

/// 1 if the run's checkpoint is refused, 0 if it is what was written; anything else fails.
int refused(const fs::path& run, const Checkpoint& written, const std::string& damage) {
  try {
    const Checkpoint read = read_checkpoint(run);
    expect_same(read, written);
    EXPECT_EQ(read.tensors.tensors.size(), read_checkpoint(run).tensors.tensors.size()) << damage;
    return 0;
  } catch (const Error& error) {
    const std::string line = error.what();
    EXPECT_NE(line.find("checkpoint/"), std::string::npos) << damage << ": " << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << damage << ": " << line;
    EXPECT_LT(line.size(), 500u) << damage << ": " << line;
    return 1;
  } catch (const std::exception& other) {
    ADD_FAILURE() << damage << ": not an Error: " << other.what();
    return 1;
  }
}

/// The state with the size and hash of other weights, and its own hash: damage that no hash tells.
std::string resealed(const std::string& state, const std::string& weights) {
  auto file = nlohmann::json::parse(state);
  auto& content = file["content"];
  content["weights_size"] = std::to_string(weights.size());
  content["weights_hash"] = to_hex(hash_text(weights));
  file["hash"] = to_hex(hash_text(content.dump()));
  return file.dump(2) + "\n";
}

class DamagedCheckpoint : public ::testing::Test {
 protected:
  void SetUp() override {
    write_checkpoint(run.path(), written);
    whole = files_of(run.path());
  }

  int refused_with(const Files& files, const std::string& damage) {
    put(run.path(), files);
    return refused(run.path(), written, damage);
  }

  TemporaryFolder run;
  Checkpoint written = some_checkpoint(3);
  Files whole;
};

TEST_F(DamagedCheckpoint, a_thousand_are_refused_or_read_as_they_were) {
  constexpr std::uint64_t kEach = 334;
  int n_refused = 0;
  for (std::uint64_t seed = 0; seed < kEach; ++seed) {
    const std::string name = std::to_string(seed);
    const Files weights{mutate(whole.weights, seed), whole.state};
    const Files state{whole.weights, mutate(whole.state, seed)};
    const Files both{mutate(whole.weights, seed + kEach), mutate(whole.state, seed + 2 * kEach)};
    n_refused += refused_with(weights, "weights " + name) + refused_with(state, "state " + name) +
                 refused_with(both, "both " + name);
  }
  // Some damages write what was there, or white space.
  EXPECT_GT(n_refused, 900);
  EXPECT_EQ(refused_with(whole, "none"), 0);
}

TEST_F(DamagedCheckpoint, files_of_others_empty_and_missing_ones_are_refused) {
  const TemporaryFolder other;
  write_checkpoint(other.path(), some_checkpoint(4));
  const Files others = files_of(other.path());
  EXPECT_EQ(refused_with({whole.state, whole.weights}, "swapped"), 1);
  EXPECT_EQ(refused_with({others.weights, whole.state}, "another's weights"), 1);
  EXPECT_EQ(refused_with({whole.weights, others.state}, "another's state"), 1);
  EXPECT_EQ(refused_with({"", whole.state}, "no weights"), 1);
  EXPECT_EQ(refused_with({whole.weights, ""}, "no state"), 1);
  EXPECT_EQ(refused_with({"", ""}, "nothing"), 1);
  EXPECT_EQ(refused_with({whole.weights, std::string(1 << 20, '[')}, "a deep state"), 1);
  put(run.path(), whole);
  fs::remove(run / "checkpoint/state.json");
  EXPECT_EQ(refused(run.path(), written, "state gone"), 1);
  put(run.path(), whole);
  fs::remove(run / "checkpoint/weights.safetensors");
  EXPECT_EQ(refused(run.path(), written, "weights gone"), 1);
}

TEST_F(DamagedCheckpoint, a_damaged_state_beside_it_changes_nothing) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    write_text(run / "checkpoint/state.json.next", mutate(whole.state, seed));
    EXPECT_EQ(refused(run.path(), written, "beside " + std::to_string(seed)), 0);
  }
}

/// Weights that a hash vouches for are still parsed with care: they may hold other numbers, but
/// nothing that is read outside of the file, or that takes all memory.
TEST_F(DamagedCheckpoint, weights_under_a_right_hash_are_parsed_with_care) {
  const std::size_t header = 8 + static_cast<unsigned char>(whole.weights[0]) +
                             256 * static_cast<unsigned char>(whole.weights[1]);
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const std::string weights =
        mutate(whole.weights.substr(0, header), seed) + whole.weights.substr(header);
    put(run.path(), {weights, resealed(whole.state, weights)});
    try {
      read_checkpoint(run.path());
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("checkpoint/"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
