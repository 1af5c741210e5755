#pragma once

#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/observed/track_forecast.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// Positions of several drifters at common times, NaN where there is none.
struct TrackTable {
  std::vector<double> times;  ///< (time) increasing
  std::vector<double> x, y;   ///< (drifter, time)

  std::size_t n_times() const { return times.size(); }
  std::size_t n_drifters() const { return x.size() / times.size(); }
  /// Both coordinates are there.
  bool is_known(std::size_t drifter, std::size_t time) const;
};

/// Times first ... first + length of a table: drifters are released at the first, and time is
/// counted from it.
struct TrackWindow {
  std::size_t first = 0;
  std::size_t length = 0;

  /// Drifters that are known at the beginning and at least once later.
  std::vector<std::size_t> drifters(const TrackTable& table) const;
};

/// One window after the other, of `length` intervals, in which at least `fewest` drifters are
/// known.
std::vector<TrackWindow> cut_windows(const TrackTable& table, std::size_t length,
                                     std::size_t fewest);

/// One drifter of the window is asked for through all of it, from its first position on, and all
/// others are seen. The flow is that of `prior`, whose drifters and times do not count.
TrackCase hold_out_drifter(const TrackTable& table, const TrackWindow& window, std::size_t drifter,
                           const Law& prior);

/// All drifters are seen until a share of the window, and asked for from where they were last
/// seen.
TrackCase hold_out_end(const TrackTable& table, const TrackWindow& window, double seen_share,
                       const Law& prior);

/// Mean velocities of the drifters asked for between the seen times of their case that are not more
/// than `span` before their release: what persists. 0 of those unseen there.
Eigen::MatrixX2d velocities_before_release(const TrackCase& track_case, double span);

/// The mean velocity of all drifters before a time of the table; 0 where there is none.
Eigen::RowVector2d mean_velocity_before(const TrackTable& table, std::size_t time);

}  // namespace lagoon::flow
