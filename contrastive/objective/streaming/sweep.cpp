#include "contrastive/objective/streaming/sweep.hpp"

#include <algorithm>
#include <atomic>
#include <vector>

#include "contrastive/threads.hpp"

namespace lagoon::contrastive::streaming {
namespace {

/// Below it, starting threads costs more than they would save.
constexpr std::int64_t kWorthThreads = 12;

/// Into how many stripes n tiles are cut: several tiles each, so that a task finds most of its rows
/// and columns in its caches, but at least as many as a small machine has threads, and not more
/// than a large one. A function of n alone, because the order of sums depends on it.
std::int64_t n_stripes(std::int64_t n) {
  constexpr std::int64_t kTilesEach = 3, kFew = 8, kMany = 64;
  return std::min({n, std::max(n / kTilesEach, kFew), kMany});
}

/// One stripe of rows against one stripe of columns.
struct Task {
  std::int64_t row_stripe, column_stripe;
  int row_turn, column_turn;  // how many tasks of the same stripe come before
};

/// All pairs of stripes: in round t, stripe i of the shorter side meets stripe i + t of the longer,
/// so that a round shares nothing.
std::vector<Task> make_rounds(std::int64_t n_row_stripes, std::int64_t n_column_stripes) {
  const bool rows_are_short = n_row_stripes <= n_column_stripes;
  const std::int64_t n_short = std::min(n_row_stripes, n_column_stripes);
  const std::int64_t n_long = std::max(n_row_stripes, n_column_stripes);
  std::vector<int> row_turns(n_row_stripes), column_turns(n_column_stripes);
  std::vector<Task> tasks;
  for (std::int64_t round = 0; round < n_long; ++round) {
    for (std::int64_t i = 0; i < n_short; ++i) {
      const std::int64_t partner = (i + round) % n_long;
      const std::int64_t row = rows_are_short ? i : partner, column = rows_are_short ? partner : i;
      tasks.push_back({row, column, row_turns[row]++, column_turns[column]++});
    }
  }
  return tasks;
}

/// Tasks done of each stripe.
class Turns {
 public:
  explicit Turns(std::int64_t n) : done_(n) {}

  void wait_for(std::int64_t stripe, int turn) const {
    const std::atomic<int>& done = done_[stripe];
    for (int now = done.load(); now != turn; now = done.load()) done.wait(now);
  }
  void pass(std::int64_t stripe) {
    ++done_[stripe];
    done_[stripe].notify_all();
  }

 private:
  std::vector<std::atomic<int>> done_;
};

}  // namespace

void for_each_tile(std::int64_t n, const std::function<void(std::int64_t)>& visit) {
  if (n < kWorthThreads) {
    for (std::int64_t tile = 0; tile < n; ++tile) visit(tile);
    return;
  }
  run_tasks(static_cast<std::size_t>(n),
            [&](std::size_t tile) { visit(static_cast<std::int64_t>(tile)); });
}

void for_each_tile_pair(std::int64_t n_rows, std::int64_t n_columns,
                        const std::function<void(std::int64_t, std::int64_t)>& visit) {
  const std::int64_t n_row_stripes = n_stripes(n_rows), n_column_stripes = n_stripes(n_columns);
  const std::vector<Task> tasks = make_rounds(n_row_stripes, n_column_stripes);
  Turns row_turns(n_row_stripes), column_turns(n_column_stripes);
  std::atomic<std::size_t> next = 0;
  // Tasks are taken in order, so those that one waits for have been taken before, and end.
  const auto take_one = [&](std::int64_t) {
    const Task& task = tasks[next++];
    const std::int64_t r = task.row_stripe, c = task.column_stripe;
    row_turns.wait_for(r, task.row_turn);
    column_turns.wait_for(c, task.column_turn);
    for (std::int64_t j = c * n_columns / n_column_stripes;
         j < (c + 1) * n_columns / n_column_stripes; ++j) {
      for (std::int64_t i = r * n_rows / n_row_stripes; i < (r + 1) * n_rows / n_row_stripes; ++i) {
        visit(i, j);
      }
    }
    row_turns.pass(r);
    column_turns.pass(c);
  };
  for_each_tile(static_cast<std::int64_t>(tasks.size()), take_one);
}

}  // namespace lagoon::contrastive::streaming
