#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lagoon::datasets {

inline constexpr double kMetresPerKilometre = 1000;

/// Names of drifters are not longer.
inline constexpr std::size_t kLongestId = 1024;

/// Tracks of unequal length, one after another (CF's contiguous ragged array).
struct DrifterTracks {
  bool geographic = true;        ///< x, y: longitude, latitude in degrees; else a plane's metres
  std::vector<std::string> ids;  ///< (trajectory) the drifter's name; pieces share it
  std::vector<std::int32_t> segment;           ///< (trajectory) which piece of its drifter, from 0
  std::vector<std::int64_t> rowsize;           ///< (trajectory) number of its records
  std::vector<double> time;                    ///< (obs) seconds since 1970-01-01 00:00:00 UTC
  std::vector<double> x, y;                    ///< (obs) positions
  std::vector<double> velocity_x, velocity_y;  ///< (obs) metres per second, or both empty

  std::size_t n_tracks() const { return rowsize.size(); }
  std::size_t n_records() const { return time.size(); }
  bool has_velocity() const { return !velocity_x.empty(); }

  /// Where each track begins, and the end of the last: n_tracks() + 1 numbers.
  std::vector<std::size_t> offsets() const;

  /// Appends record `record` of `from` (the caller counts it in a rowsize).
  void append_record(const DrifterTracks& from, std::size_t record);

  bool operator==(const DrifterTracks&) const = default;
};

/// Why a record is not kept, in the order in which the rules are asked.
enum class Rejection {
  unreadable,
  missing_time,
  missing_position,
  outside_domain,
  outside_box,
  outside_period,
  duplicate_time,
  too_fast,
  before_deployment,
  stranded,
  too_few_records
};
inline constexpr std::size_t kRejections = 11;

/// In the order of the enumeration, and the name of each ("too_fast").
std::array<Rejection, kRejections> all_rejections();
std::string_view to_string(Rejection rejection);

/// What became of every record: read == kept + the sum of rejected.
struct RecordCounts {
  std::int64_t read = 0;
  std::int64_t kept = 0;
  std::array<std::int64_t, kRejections> rejected{};
  std::int64_t put_in_order = 0;  ///< records that came after a later one of their drifter
  std::int64_t gaps = 0;          ///< places where a track was cut in two
  std::int64_t drifters_read = 0;
  std::int64_t drifters_kept = 0;
  std::string first_unreadable;  ///< where and why; empty: every row could be read

  /// Counts records that are not kept, and says how many were not.
  void reject(Rejection rejection, std::int64_t count = 1) {
    rejected[static_cast<std::size_t>(rejection)] += count;
  }
  std::int64_t rejected_for(Rejection rejection) const {
    return rejected[static_cast<std::size_t>(rejection)];
  }
  std::int64_t rejected_in_all() const;

  bool operator==(const RecordCounts&) const = default;
};

/// What a file of drifters holds, as it lies there, and what of it could be read.
struct DrifterRecords {
  DrifterTracks tracks;
  RecordCounts counts;
};

/// Sorts records by track, in the order in which tracks appear first; records of a track keep their
/// order. `track` (obs) is an index into `ids`.
DrifterTracks group_by_track(const DrifterTracks& records, const std::vector<std::size_t>& track,
                             std::vector<std::string> ids);

/// Metres between two records: along a great circle (haversine), or on the plane.
double distance(const DrifterTracks& tracks, std::size_t i, std::size_t j);

/// An angle in degrees, brought to [-180, 180).
double wrap_degrees(double angle);

}  // namespace lagoon::datasets
