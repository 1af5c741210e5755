#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "contrastive/threads.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {

/// Finished pieces of a study as lines of a file: one that was stopped goes on from them.
class ResultStore {
 public:
  /// `how`: all that a piece depends on beside its key. Pieces made otherwise are left in the file
  /// and not found. Throws Error for a damaged line.
  ResultStore(std::filesystem::path file, nlohmann::json how);

  /// Null if it is not there.
  const nlohmann::json* find(const std::string& key) const;

  /// Appends it to the file. Not for several threads at once.
  void add(const std::string& key, const nlohmann::json& result);

 private:
  std::filesystem::path file_;
  nlohmann::json how_;
  std::map<std::string, nlohmann::json> results_;
};

/// What progress tells of the pieces that are made, in units of which each takes so many.
struct CountedWork {
  std::string what;
  std::string unit;
  std::int64_t units_each = 1;
};

/// Says that another unit is done, with a note or "".
using CountUnit = std::function<void(std::string_view)>;

/// Makes what the store lacks of the tasks by make_one(task, count), a piece's JSON: a piece is one
/// thread's work, pieces are made side by side, and each is stored under task.key() when it is
/// done. Throws Stopped where a signal asks for the stop.
template <class Task, class MakeOne>
void make_missing(const std::vector<Task>& tasks, int threads, ResultStore& store,
                  const CountedWork& work, const MakeOne& make_one) {
  std::vector<Task> missing;
  for (const auto& task : tasks) {
    if (store.find(task.key()) == nullptr) missing.push_back(task);
  }
  if (missing.empty()) return;
  Progress progress(work.what, work.units_each * std::ssize(missing), work.unit);
  std::mutex turn;
  std::int64_t done = 0;
  const CountUnit count = [&](std::string_view note) {
    const std::scoped_lock lock(turn);
    progress.update(++done, note);
  };
  contrastive::run_side_by_side(missing.size(), threads, [&](std::size_t i) {
    stop_if_asked();
    const nlohmann::json piece = make_one(missing[i], count);
    const std::scoped_lock lock(turn);
    store.add(missing[i].key(), piece);
  });
  progress.finish();
}

}  // namespace lagoon::pipelines
