// What background threads make ahead of the steps: the same as one thread would, in order, whatever
// their number; for ThreadSanitizer too.
#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "contrastive/training/sources/prefetch.hpp"
#include "contrastive/training/step/batches.hpp"
#include "datasets/generation/fresh_flows.hpp"
#include "datasets/storage/row_reader.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/contrastive/training/sources/stream_description.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::contrastive::tests {
namespace {

using datasets::FreshFlows;
using datasets::SampleBlock;
using datasets::Split;
using datasets::tests::TemporaryFolder;
using datasets::tests::text_of;

constexpr std::int64_t kItems = 12;

/// Items 0 to kItems - 1 made by `threads`, with rests in between as a meter asks for them.
template <class Item>
std::vector<Item> made_ahead(int threads, const std::function<Item(std::int64_t)>& make) {
  Prefetch<Item> ahead(0, threads, threads + 1, make);
  std::vector<Item> items;
  for (std::int64_t i = 0; i < kItems; ++i) {
    ahead.pause(i % 3 == 1);
    items.push_back(ahead.take());
  }
  return items;
}

template <class Item>
void expect_same_as_alone(const std::function<Item(std::int64_t)>& make,
                          const std::function<std::string(const Item&)>& text) {
  for (const int threads : {1, 2, 5}) {
    const auto items = made_ahead<Item>(threads, make);
    for (std::int64_t i = 0; i < kItems; ++i) {
      EXPECT_EQ(text(items[static_cast<std::size_t>(i)]), text(make(i)))
          << "item " << i << " of " << threads << " threads";
    }
  }
}

TEST(Producer, fresh_flows_are_those_that_are_drawn_one_after_another) {
  const FreshFlows flows(stream_description());
  expect_same_as_alone<SampleBlock>(
      [&](std::int64_t i) {
        SampleBlock block;
        flows.draw(Split::train, 16 * i, 16, /*threads=*/2, block);
        return block;
      },
      text_of);
}

TEST(Producer, rows_of_a_file_are_those_that_are_read_one_after_another) {
  const TemporaryFolder folder;
  write_flows(folder / "flows.h5", small_law(), 200);
  const datasets::Reader file(folder / "flows.h5");
  const datasets::RowReader reader(file);
  expect_same_as_alone<SampleBlock>(
      [&](std::int64_t i) {
        return reader.read(std::vector<std::int64_t>{i, 199 - i, 3 * i});
      },
      text_of);
}

TEST(Producer, batches_are_those_of_one_thread_across_epochs) {
  using Rows = std::vector<std::int64_t>;
  RankBatches batches(64, 16, 7, {4, 12});  // four batches an epoch
  expect_same_as_alone<Rows>([&](std::int64_t i) { return batches.rows(i, 1, BatchStream::pairs); },
                             [](const Rows& rows) { return testing::PrintToString(rows); });
}

TEST(Producer, queue_is_bounded_and_its_end_waits_for_nobody) {
  std::atomic<int> made = 0;
  const std::int64_t depth = 3;
  {
    Prefetch<int> ahead(0, 2, depth, [&](std::int64_t i) {
      ++made;
      return static_cast<int>(i);
    });
    EXPECT_EQ(ahead.take(), 0);
    while (ahead.n_ready() < depth) std::this_thread::yield();
    EXPECT_EQ(made, 1 + depth);
    ahead.pause(true);
    for (int i = 1; i < 9; ++i) EXPECT_EQ(ahead.take(), i);  // what is waited for is made
  }
  EXPECT_LE(made, 9 + depth);
}

TEST(Producer, failure_is_thrown_by_take_and_by_every_later_one) {
  for (const int threads : {1, 4}) {
    Prefetch<int> ahead(0, threads, 4, [](std::int64_t i) {
      if (i >= 3) throw std::runtime_error("item cannot be made");
      return static_cast<int>(i);
    });
    int taken = 0;
    EXPECT_THROW(
        while (true) {
          ahead.take();
          ++taken;
        },
        std::runtime_error);
    EXPECT_LE(taken, 3);
    EXPECT_THROW(ahead.take(), std::runtime_error);
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
