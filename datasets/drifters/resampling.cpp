#include "datasets/drifters/resampling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>

#include "datasets/gridded/array_file.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kMostTimes = 1e7;
constexpr double kMostSteps = 0x1p53;  // beyond, a double and the next whole number are one

/// Between records i and i + 1, at `share` of the way; the record itself at 0, to the bit.
void interpolate(const DrifterTracks& tracks, std::size_t i, double share, DrifterTracks& result,
                 std::size_t to) {
  const auto between = [&](const std::vector<double>& values) {
    return share == 0 ? values[i] : values[i] + share * (values[i + 1] - values[i]);
  };
  result.x[to] = between(tracks.x);
  result.y[to] = between(tracks.y);
  if (tracks.geographic && share > 0)
    result.x[to] = tracks.x[i] + share * wrap_degrees(tracks.x[i + 1] - tracks.x[i]);
  if (!tracks.has_velocity()) return;
  result.velocity_x[to] = between(tracks.velocity_x);
  result.velocity_y[to] = between(tracks.velocity_y);
}

/// Fills the row of `result` that begins at `row` with what the piece [first, end) knows.
void resample_piece(const DrifterTracks& tracks, std::size_t first, std::size_t end,
                    const std::vector<double>& times, DrifterTracks& result, std::size_t row) {
  const auto from = std::ranges::lower_bound(times, tracks.time[first]) - times.begin();
  const auto to = std::ranges::upper_bound(times, tracks.time[end - 1]) - times.begin();
  std::size_t i = first;
  for (auto j = static_cast<std::size_t>(from); j < static_cast<std::size_t>(to); ++j) {
    while (i + 1 < end && tracks.time[i + 1] <= times[j]) ++i;
    const double elapsed = times[j] - tracks.time[i];
    const double share = elapsed == 0 ? 0 : elapsed / (tracks.time[i + 1] - tracks.time[i]);
    interpolate(tracks, i, share, result, row + j);
  }
}

void append_missing_row(DrifterTracks& result, const std::string& id,
                        const std::vector<double>& times, bool velocity) {
  result.ids.push_back(id);
  result.segment.push_back(0);
  result.rowsize.push_back(static_cast<std::int64_t>(times.size()));
  result.time.insert(result.time.end(), times.begin(), times.end());
  result.x.resize(result.time.size(), kUnknown);
  result.y.resize(result.time.size(), kUnknown);
  if (!velocity) return;
  result.velocity_x.resize(result.time.size(), kUnknown);
  result.velocity_y.resize(result.time.size(), kUnknown);
}

std::pair<double, double> time_range(const DrifterTracks& tracks) {
  require(tracks.n_records() > 0, "there are no records to take times from");
  const auto [first, last] = std::ranges::minmax(tracks.time);
  return {first, last};
}

void require_count(double count) {
  require(count >= 1 && count <= kMostTimes,
          "common times (--regular, --common-times) would be none, or more than 10000000, from the "
          "first record to the last");
}

void require_apart(double before, double end, double step) {
  if (std::max(std::abs(before), std::abs(end)) < kMostSteps) return;
  std::ostringstream message;
  message << "steps of " << step << " s are not told apart at " << end * step
          << " s (--regular): take longer ones, or mend the unit of the records' times";
  throw Error(message.str());
}

}  // namespace

std::vector<double> regular_times(const DrifterTracks& tracks, double step) {
  const auto [first, last] = time_range(tracks);
  const double before = std::ceil(first / step), end = std::floor(last / step);
  require_count(end - before + 1);
  require_apart(before, end, step);
  const auto count = static_cast<std::int64_t>(end - before) + 1;
  std::vector<double> times;
  for (std::int64_t i = 0; i < count; ++i)
    times.push_back((before + static_cast<double>(i)) * step);
  return times;
}

std::vector<double> spread_times(const DrifterTracks& tracks, std::int64_t count) {
  const auto [first, last] = time_range(tracks);
  require_count(static_cast<double>(count));
  std::vector<double> times = {first};
  for (std::int64_t j = 1; j < count; ++j)
    times.push_back(j + 1 == count ? last
                                   : first + (last - first) * static_cast<double>(j) /
                                                 static_cast<double>(count - 1));
  return times;
}

DrifterTracks resample(const DrifterTracks& tracks, const std::vector<double>& times) {
  constexpr std::size_t kNumbers = 6;  // a record, measured and without dimensions
  require_memory("a table of " + std::to_string(tracks.n_tracks()) + " tracks at " +
                     std::to_string(times.size()) + " common times (--regular, --common-times)",
                 tracks.n_tracks() * times.size() * kNumbers);
  DrifterTracks result;
  result.geographic = tracks.geographic;
  const std::vector<std::size_t> offsets = tracks.offsets();
  for (std::size_t i = 0; i < tracks.n_tracks(); ++i) {
    if (tracks.segment[i] == 0)
      append_missing_row(result, tracks.ids[i], times, tracks.has_velocity());
    resample_piece(tracks, offsets[i], offsets[i + 1], times, result,
                   result.n_records() - times.size());
  }
  return result;
}

DrifterTracks without_missing(const DrifterTracks& tracks) {
  DrifterTracks result;
  result.geographic = tracks.geographic;
  const std::vector<std::size_t> offsets = tracks.offsets();
  for (std::size_t i = 0; i < tracks.n_tracks(); ++i) {
    const std::size_t before = result.n_records();
    for (std::size_t j = offsets[i]; j < offsets[i + 1]; ++j)
      if (!std::isnan(tracks.x[j])) result.append_record(tracks, j);
    if (result.n_records() == before) continue;
    result.ids.push_back(tracks.ids[i]);
    result.segment.push_back(tracks.segment[i]);
    result.rowsize.push_back(static_cast<std::int64_t>(result.n_records() - before));
  }
  return result;
}

}  // namespace lagoon::datasets
