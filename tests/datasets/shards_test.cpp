#include "datasets/shards.hpp"

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "datasets/storage/row_reader.hpp"
#include "datasets/storage/schema.hpp"
#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kShardedFlows = 23;

void write_shards(const fs::path& out, const Description& description, int count) {
  for (int index = 0; index < count; ++index) {
    const Shard shard{index, count};
    write_dataset(shard_path(out, shard), shard_of(description, shard));
  }
}

TEST(Shards, cover_all_flows_once_in_order) {
  for (const std::int64_t n_flows : {1, 7, 64536, 150000}) {
    for (const int count : {1, 2, 3, 7, 1000}) {
      std::int64_t next = 0;
      for (int index = 0; index < count; ++index) {
        const FlowRange range = flows_of(Shard{index, count}, n_flows);
        EXPECT_EQ(range.first, n_flows * index / count);
        EXPECT_EQ(range.first, next);
        next += range.size;
      }
      EXPECT_EQ(next, n_flows);
    }
  }
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const FlowRange last = flows_of(Shard{99998, 99999}, kMost);
  EXPECT_EQ(last.first + last.size, kMost) << "no product overflows";
}

TEST(Shards, files_are_named_beside_the_dataset) {
  EXPECT_EQ(shard_path("a/flows.h5", {3, 16}), "a/flows.shard-00003-of-00016.h5");
  EXPECT_EQ(shard_path("flows", {0, 2}), "flows.shard-00000-of-00002.h5");
  EXPECT_EQ(shard_path("flows.v2.nc", {1, 2}), "flows.v2.shard-00001-of-00002.nc");
  EXPECT_EQ(shard_path("flows.h5", {0, 1}), "flows.h5");
}

TEST(Shards, that_cannot_be_are_refused) {
  EXPECT_NO_THROW(require_valid(Shard{2, 3}, 3));
  EXPECT_THROW(require_valid(Shard{3, 3}, 9), Error);
  EXPECT_THROW(require_valid(Shard{-1, 3}, 9), Error);
  EXPECT_THROW(require_valid(Shard{0, 0}, 9), Error);
  EXPECT_THROW(require_valid(Shard{0, 100000}, 1000000), Error) << "names have five digits";
  EXPECT_NE(error_of([] {
              require_valid(Shard{0, 4}, 3);
            }).find("at most one shard a flow"),
            std::string::npos);
}

class ShardedDataset : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    write_dataset(whole_, description_);
    write_shards(out_, description_, GetParam());
    merge_shards(out_);
  }

  const TemporaryFolder folder_;
  const fs::path whole_ = folder_ / "whole.h5", out_ = folder_ / "flows.h5";
  const Description description_ = rich_description(kShardedFlows);
};

TEST_P(ShardedDataset, united_shards_are_the_single_file_to_the_bit) {
  for (const VariableRow& variable : variables(contents_of(description_))) {
    std::string united;
    for (int index = 0; index < GetParam(); ++index) {
      const Shard shard{index, GetParam()};
      const std::string part =
          stored_bytes(shard_path(out_, shard), shard_of(description_, shard), variable);
      if (variable.path == "/integrity/samples_complete") continue;
      if (!is_of_samples(variable)) {
        EXPECT_EQ(part, stored_bytes(whole_, description_, variable)) << variable.path;
      }
      united += part;
    }
    if (!is_of_samples(variable)) continue;
    EXPECT_EQ(united, stored_bytes(whole_, description_, variable)) << variable.path;
  }
}

TEST_P(ShardedDataset, virtual_datasets_of_the_master_are_the_single_file_to_the_bit) {
  const auto whole = hdf5::File::open(whole_, hdf5::File::Access::read);
  const auto master = hdf5::File::open(out_, hdf5::File::Access::read);
  for (const VariableRow& variable : variables(contents_of(description_))) {
    const std::vector<std::int64_t> lengths = extent_of(description_).lengths(variable);
    std::size_t size = hdf5::size_of(variable.type);
    for (const std::int64_t length : lengths) size *= static_cast<std::size_t>(length);
    std::string expected(size, '\0'), found(size, '\1');
    whole.read_rows(variable.path, 0, lengths[0], variable.type, expected.data());
    master.read_rows(variable.path, 0, lengths[0], variable.type, found.data());
    EXPECT_EQ(found, expected) << variable.path;
    EXPECT_EQ(master.info(variable.path).offset < 0, is_of_samples(variable)) << variable.path;
  }
}

TEST_P(ShardedDataset, read_through_the_master_is_the_single_file) {
  const Reader whole(whole_), master(out_);
  EXPECT_EQ(master.n_shards(), GetParam());
  EXPECT_EQ(whole.n_shards(), 0);
  EXPECT_EQ(master.n_flows(), kShardedFlows);
  EXPECT_EQ(master.splits(), whole.splits());
  EXPECT_EQ(master.law_hash(), whole.law_hash());
  EXPECT_EQ(sample_hash(master.description()), sample_hash(whole.description()));
  for (const auto& [first, count] : {std::pair<int, int>{0, 23}, {0, 1}, {5, 11}, {22, 1}, {7, 0}})
    EXPECT_EQ(text_of(read_samples(master, first, count)),
              text_of(read_samples(whole, first, count)))
        << first << " " << count;
  EXPECT_NO_THROW(master.verify_checksums());
}

TEST_P(ShardedDataset, single_flows_in_any_order_are_those_of_the_single_file) {
  const Reader whole(whole_), master(out_);
  const RowReader rows(master);
  const std::vector<std::int64_t> flows = {22, 0, 11, 5, 12, 22};
  const SampleBlock together = rows.read(flows);
  EXPECT_EQ(text_of(together), text_of(RowReader(whole).read(flows)));
  for (const std::int64_t flow : flows) {
    SampleBlock alone;
    alone.psi_hat = whole.psi_hat(flow, 1);
    alone.x = whole.positions(flow, 1).x;
    alone.y = whole.positions(flow, 1).y;
    EXPECT_EQ(text_of(rows.read(std::span(&flow, 1))), text_of(alone));
  }
}

TEST_P(ShardedDataset, a_shard_is_a_dataset_of_its_own_flows) {
  const Reader whole(whole_);
  const Shard shard{GetParam() - 1, GetParam()};
  const Reader part(shard_path(out_, shard));
  const FlowRange range = flows_of(shard, kShardedFlows);
  EXPECT_EQ(part.first_flow(), range.first);
  EXPECT_EQ(part.n_flows(), range.size);
  EXPECT_EQ(text_of(read_samples(part, 0, range.size)),
            text_of(read_samples(whole, range.first, range.size)));
  for (std::int64_t i = 0; i < range.size; ++i)
    EXPECT_EQ(part.splits()[static_cast<std::size_t>(i)],
              whole.splits()[static_cast<std::size_t>(range.first + i)]);
}

// By eight processes, each twice: all write the same under names of their own.
TEST_P(ShardedDataset, merged_again_and_at_once_is_the_same) {
  const std::string before = text_of(read_samples(Reader(out_), 0, kShardedFlows));
  const int status = run_in_child([&] {
    for (int i = 0; i < 3; ++i) ::fork();
    merge_shards(out_);
    merge_shards(out_);
    while (::wait(nullptr) > 0) continue;
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(text_of(read_samples(Reader(out_), 0, kShardedFlows)), before);
  for (const auto& entry : fs::directory_iterator(folder_.path()))
    EXPECT_EQ(entry.path().string().find(".part"), std::string::npos) << entry;
}

INSTANTIATE_TEST_SUITE_P(Counts, ShardedDataset, testing::Values(2, 5, int{kShardedFlows}),
                         [](const auto& instance) { return std::to_string(instance.param); });

class Merging : public testing::Test {
 protected:
  void SetUp() override { write_shards(out_, description_, 3); }
  std::string refusal() const {
    return error_of([&] { merge_shards(out_); });
  }
  void expect_refusal(const std::string& part) const {
    const std::string message = refusal();
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_FALSE(fs::exists(out_));
  }
  fs::path path_of(int index) const { return shard_path(out_, {index, 3}); }

  const TemporaryFolder folder_;
  const fs::path out_ = folder_ / "flows.h5";
  const Description description_ = small_description(kShardedFlows);
};

TEST_F(Merging, a_missing_shard_is_named) {
  EXPECT_TRUE(all_shards_are_there(out_, 3));
  fs::remove(path_of(1));
  EXPECT_FALSE(all_shards_are_there(out_, 3));
  EXPECT_EQ(count_of_shards(out_), 3);
  expect_refusal("flows.shard-00001-of-00003.h5: there is no such file");
}

TEST_F(Merging, an_incomplete_shard_is_named) {
  fs::remove(path_of(2));
  { const Writer writer = Writer::create(path_of(2), shard_of(description_, {2, 3}), false); }
  expect_refusal("flows.shard-00002-of-00003.h5: there is no such file");
  fs::rename(path_of(2).string() + ".part", path_of(2));
  expect_refusal("flows.shard-00002-of-00003.h5: is not complete");
}

TEST_F(Merging, a_shard_of_another_dataset_or_place_is_named) {
  fs::remove(path_of(2));
  Description other = description_;
  other.seed = 3;
  write_dataset(path_of(2), shard_of(other, {2, 3}));
  expect_refusal("flows.shard-00002-of-00003.h5: is not shard 2 of 3 of this dataset");
  fs::copy_file(path_of(1), path_of(2), fs::copy_options::overwrite_existing);
  expect_refusal("is not shard 2 of 3");
}

TEST_F(Merging, shards_of_two_counts_are_refused) {
  write_dataset(shard_path(out_, {0, 2}), shard_of(description_, {0, 2}));
  expect_refusal("lie beside it");
}

TEST_F(Merging, without_shards_says_so) {
  EXPECT_NE(error_of([&] { merge_shards(folder_ / "other.h5"); }).find("no shards"),
            std::string::npos);
  EXPECT_EQ(count_of_shards(folder_ / "other.h5"), 0);
}

TEST_F(Merging, what_is_no_master_of_them_is_replaced_by_force_only) {
  write_dataset(out_, description_);
  EXPECT_NE(refusal().find("is there already"), std::string::npos);
  merge_shards(out_, /*force=*/true);
  EXPECT_EQ(Reader(out_).n_shards(), 3);
}

TEST_F(Merging, what_cannot_be_put_into_its_place_leaves_nothing_behind) {
  fs::create_directories(out_ / "full");
  EXPECT_NE(error_of([&] { merge_shards(out_, /*force=*/true); }).find("could not be renamed"),
            std::string::npos);
  std::size_t n_files = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path()))
    n_files += entry.is_regular_file();
  EXPECT_EQ(n_files, 3U) << "the shards";
}

TEST_F(Merging, a_shard_lost_or_changed_afterwards_is_named_on_opening) {
  merge_shards(out_);
  fs::rename(path_of(1), folder_ / "away");
  std::string message = error_of([&] { Reader{out_}; });
  EXPECT_TRUE(message.starts_with(out_.string() + ": ")) << message;
  EXPECT_NE(message.find("flows.shard-00001-of-00003.h5: there is no such file"),
            std::string::npos);
  fs::copy_file(path_of(2), path_of(1));
  message = error_of([&] { Reader{out_}; });
  EXPECT_NE(message.find("is not shard 1 of 3"), std::string::npos) << message;
}

TEST_F(Merging, other_clients_read_nan_for_a_lost_shard) {
  merge_shards(out_);
  fs::remove(path_of(1));
  const auto master = hdf5::File::open(out_, hdf5::File::Access::read);
  std::vector<double> psi_hat(kShardedFlows * 10);
  master.read("/eulerian/psi_hat", 0, kShardedFlows, psi_hat.data());
  for (std::int64_t flow = 0; flow < kShardedFlows; ++flow) {
    const bool is_lost = flow >= kShardedFlows / 3 && flow < 2 * kShardedFlows / 3;
    EXPECT_EQ(std::isnan(psi_hat[static_cast<std::size_t>(10 * flow)]), is_lost) << flow;
  }
}

TEST_F(Merging, in_the_current_folder_needs_no_path) {
  const int status = run_in_child([&] {
    fs::current_path(folder_.path());
    merge_shards("flows.h5");
    Reader("flows.h5").verify_checksums();
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(Reader(out_).n_shards(), 3);
}

TEST_F(Merging, resume_continues_its_own_shard_only) {
  fs::remove(path_of(2));
  { const Writer writer = Writer::create(path_of(2), shard_of(description_, {2, 3}), false); }
  EXPECT_NE(error_of([&] {
              Writer::resume(path_of(2), shard_of(description_, {1, 3}));
            }).find("another shard"),
            std::string::npos);
  Writer writer = Writer::resume(path_of(2), shard_of(description_, {2, 3}));
  write_rest(writer, shard_of(description_, {2, 3}));
  EXPECT_NO_THROW(merge_shards(out_));
}

}  // namespace
}  // namespace lagoon::datasets::tests
