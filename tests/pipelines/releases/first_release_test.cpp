// Files that the first release wrote, in tests/support/first_release: each is read, and gives the
// numbers that it gave then.
#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "datasets/drifters/storage/drifter_file.hpp"
#include "datasets/reader.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

fs::path first_release(const std::string& name) {
  return fs::path(LAGOON_SOURCE_DIR) / "tests/support/first_release" / name;
}

nlohmann::json json_of(const fs::path& path) {
  return nlohmann::json::parse(read_text(path));
}

using FirstRelease = ProgramTest;

TEST_F(FirstRelease, dataset) {
  const datasets::Reader reader(first_release("dataset.h5"));
  const auto expected = json_of(first_release("numbers.json"));
  reader.verify_checksums();
  EXPECT_EQ(reader.n_flows(), 64);
  EXPECT_EQ(reader.law().n_modes(), 8);
  EXPECT_EQ(reader.rows(datasets::Split::test).size(), 26);
  const auto psi_hat = reader.psi_hat(63, 1);
  EXPECT_EQ(psi_hat.front().real(), expected["psi_hat_of_flow_63"][0]);
  EXPECT_EQ(psi_hat.front().imag(), expected["psi_hat_of_flow_63"][1]);
  const auto last = reader.positions(63, 1);
  EXPECT_EQ(last.x.back(), expected["last_position"][0]);
  EXPECT_EQ(last.y.back(), expected["last_position"][1]);
  const auto outcome = run({"inspect", first_release("dataset.h5").string(), "--verify"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST_F(FirstRelease, shards_and_their_master) {
  const datasets::Reader master(first_release("shards.h5"));
  EXPECT_EQ(master.n_shards(), 2);
  EXPECT_EQ(master.n_flows(), 8);
  master.verify_checksums();
  const datasets::Reader second(first_release("shards.shard-00001-of-00002.h5"));
  EXPECT_EQ(second.first_flow(), 4);
  EXPECT_EQ(master.psi_hat(4, 4), second.psi_hat(0, 4));
}

TEST_F(FirstRelease, drifters) {
  const auto file = datasets::read_drifter_file(first_release("drifters.h5"));
  const auto expected = json_of(first_release("numbers.json"));
  EXPECT_EQ(datasets::hash_records(file), file.records_hash);
  EXPECT_EQ(file.tracks.ids, (std::vector<std::string>{"7", "9"}));
  EXPECT_EQ(file.tracks.rowsize, (std::vector<std::int64_t>{8, 8}));
  EXPECT_EQ(file.tracks.x.back(), expected["last_longitude"]);
  EXPECT_EQ(file.scales.length, expected["length_scale_m"]);
}

TEST_F(FirstRelease, checkpoint) {
  const auto checkpoint = contrastive::read_checkpoint(first_release("run"));
  EXPECT_EQ(checkpoint.state.step, 1500);
  EXPECT_EQ(checkpoint.state.model.embedding_dim, 8);
  EXPECT_EQ(checkpoint.law.n_modes(), 8);
  EXPECT_GT(checkpoint.state.stream.steps_per_interval, 0);
}

#ifdef LAGOON_WITH_TORCH

/// Recall counts flows: it is the same. The sample size follows the embeddings' last bits.
TEST_F(FirstRelease, checkpoint_retrieves_what_it_did) {
  const std::string out = path("retrieval").string();
  const auto outcome = run({"retrieve", first_release("run").string(),
                            first_release("dataset.h5").string(), "--out", out, "--examples", "0"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto now = json_of(path("retrieval") / "summary.json");
  const auto then = json_of(first_release("retrieval/summary.json"));
  EXPECT_EQ(now["recall"], then["recall"]);
  EXPECT_EQ(now["median_rank"], then["median_rank"]);
  EXPECT_EQ(now["temperature"], then["temperature"]);
  EXPECT_NEAR(now["effective_sample_size"]["median"], then["effective_sample_size"]["median"],
              lagoon::tests::kReleaseSampleSize);
}

#endif

TEST_F(FirstRelease, run_and_retrieval_are_reported) {
  const auto outcome = run({"report", first_release("run").string(),
                            first_release("retrieval").string(), "--out", path("report").string()});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::string page = read_text(path("report") / "index.html");
  EXPECT_NE(page.find("0.846"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
