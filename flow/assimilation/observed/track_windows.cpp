#include "flow/assimilation/observed/track_windows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// The law of a window without drifters.
Law window_law(const TrackTable& table, const TrackWindow& window, const Law& prior) {
  Law law = prior;
  law.release_x.clear(), law.release_y.clear(), law.release_time.clear(), law.times.clear();
  for (std::size_t i = 1; i <= window.length; ++i) {
    law.times.push_back(table.times[window.first + i] - table.times[window.first]);
  }
  return law;
}

/// Adds a drifter that is released at the window's time `from`.
void release(const TrackTable& table, const TrackWindow& window, std::size_t drifter,
             std::size_t from, Law& law) {
  const std::size_t at = drifter * table.n_times() + window.first + from;
  law.release_x.push_back(table.x[at]);
  law.release_y.push_back(table.y[at]);
  law.release_time.push_back(table.times[window.first + from] - table.times[window.first]);
}

/// Appends its positions at the window's times `begin` ... `end` (from 1), NaN at others.
void append(const TrackTable& table, const TrackWindow& window, std::size_t drifter,
            std::size_t begin, std::size_t end, std::vector<double>& x, std::vector<double>& y) {
  for (std::size_t i = 1; i <= window.length; ++i) {
    const std::size_t at = drifter * table.n_times() + window.first + i;
    const bool kept = i >= begin && i <= end && table.is_known(drifter, window.first + i);
    x.push_back(kept ? table.x[at] : kNone);
    y.push_back(kept ? table.y[at] : kNone);
  }
}

}  // namespace

bool TrackTable::is_known(std::size_t drifter, std::size_t time) const {
  const std::size_t at = drifter * n_times() + time;
  return std::isfinite(x[at]) && std::isfinite(y[at]);
}

std::vector<std::size_t> TrackWindow::drifters(const TrackTable& table) const {
  std::vector<std::size_t> result;
  for (std::size_t drifter = 0; drifter < table.n_drifters(); ++drifter) {
    bool later = false;
    for (std::size_t i = 1; i <= length; ++i) later = later || table.is_known(drifter, first + i);
    if (later && table.is_known(drifter, first)) result.push_back(drifter);
  }
  return result;
}

std::vector<TrackWindow> cut_windows(const TrackTable& table, std::size_t length,
                                     std::size_t fewest) {
  require(length >= 3, "a window of " + std::to_string(length) +
                           " intervals: give 3 at least (longer windows, or closer times)");
  std::vector<TrackWindow> windows;
  for (std::size_t first = 0; first + length < table.n_times(); first += length) {
    const TrackWindow window{first, length};
    if (window.drifters(table).size() >= fewest) windows.push_back(window);
  }
  return windows;
}

TrackCase hold_out_drifter(const TrackTable& table, const TrackWindow& window, std::size_t drifter,
                           const Law& prior) {
  TrackCase result;
  result.seen = result.asked = window_law(table, window, prior);
  for (const std::size_t other : window.drifters(table)) {
    if (other == drifter) continue;
    release(table, window, other, 0, result.seen);
    append(table, window, other, 1, window.length, result.x, result.y);
  }
  release(table, window, drifter, 0, result.asked);
  append(table, window, drifter, 1, window.length, result.truth_x, result.truth_y);
  return result;
}

TrackCase hold_out_end(const TrackTable& table, const TrackWindow& window, double seen_share,
                       const Law& prior) {
  const auto last_seen = std::clamp<std::size_t>(
      static_cast<std::size_t>(std::lround(seen_share * static_cast<double>(window.length))), 1,
      window.length - 1);
  TrackCase result;
  result.seen = result.asked = window_law(table, window, prior);
  for (const std::size_t drifter : window.drifters(table)) {
    release(table, window, drifter, 0, result.seen);
    append(table, window, drifter, 1, last_seen, result.x, result.y);
    std::size_t from = last_seen;
    while (!table.is_known(drifter, window.first + from)) --from;
    release(table, window, drifter, from, result.asked);
    append(table, window, drifter, last_seen + 1, window.length, result.truth_x, result.truth_y);
  }
  return result;
}

Eigen::MatrixX2d velocities_before_release(const TrackCase& track_case, double span) {
  const Law& asked = track_case.asked;
  const Law& seen = track_case.seen;
  Eigen::MatrixX2d result =
      Eigen::MatrixX2d::Zero(static_cast<Eigen::Index>(asked.n_drifters()), 2);
  for (std::size_t p = 0; p < std::min(asked.n_drifters(), seen.n_drifters()); ++p) {
    const double end = asked.release_time[p];
    double begin = 0;
    double x = seen.release_x[p], y = seen.release_y[p];
    for (std::size_t j = 0; j < seen.n_times() && begin < end - span; ++j) {
      const std::size_t at = p * seen.n_times() + j;
      if (seen.times[j] >= end || !std::isfinite(track_case.x[at])) continue;
      begin = seen.times[j];
      x = track_case.x[at], y = track_case.y[at];
    }
    if (end > begin) {
      result.row(static_cast<Eigen::Index>(p)) << (asked.release_x[p] - x) / (end - begin),
          (asked.release_y[p] - y) / (end - begin);
    }
  }
  return result;
}

Eigen::RowVector2d mean_velocity_before(const TrackTable& table, std::size_t time) {
  Eigen::RowVector2d moved = Eigen::RowVector2d::Zero();
  double duration = 0;
  for (std::size_t drifter = 0; drifter < table.n_drifters(); ++drifter) {
    for (std::size_t i = 1; i <= time; ++i) {
      if (!table.is_known(drifter, i - 1) || !table.is_known(drifter, i)) continue;
      const std::size_t at = drifter * table.n_times() + i;
      moved += Eigen::RowVector2d(table.x[at] - table.x[at - 1], table.y[at] - table.y[at - 1]);
      duration += table.times[i] - table.times[i - 1];
    }
  }
  return duration > 0 ? Eigen::RowVector2d(moved / duration) : moved;
}

}  // namespace lagoon::flow
