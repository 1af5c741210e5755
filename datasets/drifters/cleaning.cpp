#include "datasets/drifters/cleaning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

using Records = std::vector<std::size_t>;

bool inside_box(const DrifterTracks& tracks, const std::vector<double>& box, std::size_t i) {
  if (tracks.y[i] < box[1] || tracks.y[i] > box[3]) return false;
  if (!tracks.geographic) return tracks.x[i] >= box[0] && tracks.x[i] <= box[2];
  const auto east_of_west = [&](double longitude) {
    const double turned = std::fmod(longitude - box[0], 360);
    return turned < 0 ? turned + 360 : turned;
  };
  // A box all around the globe has the same meridian at both of its sides.
  return box[2] - box[0] >= 360 || east_of_west(tracks.x[i]) <= east_of_west(box[2]);
}

bool inside_domain(const DrifterTracks& tracks, std::size_t i) {
  if (!std::isfinite(tracks.x[i]) || !std::isfinite(tracks.y[i])) return false;
  if (tracks.geographic) return std::abs(tracks.y[i]) <= 90 && std::abs(tracks.x[i]) <= 360;
  constexpr double kFarthest = 1e9;  // metres: no plane on Earth is larger
  return std::abs(tracks.x[i]) <= kFarthest && std::abs(tracks.y[i]) <= kFarthest;
}

/// The rules, asked one after another about the records of one track.
class Track {
 public:
  Track(const DrifterTracks& tracks, const CleaningRules& rules, RecordCounts& counts,
        std::size_t first, std::size_t end)
      : tracks_(tracks), rules_(rules), counts_(counts), records_(end - first) {
    std::iota(records_.begin(), records_.end(), first);
  }

  const Records& clean() {
    reject_if(Rejection::missing_time, [&](std::size_t i) { return !std::isfinite(time(i)); });
    reject_if(Rejection::missing_position,
              [&](std::size_t i) { return std::isnan(tracks_.x[i]) || std::isnan(tracks_.y[i]); });
    reject_if(Rejection::outside_domain, [&](std::size_t i) { return !inside_domain(tracks_, i); });
    if (!rules_.box.empty())
      reject_if(Rejection::outside_box,
                [&](std::size_t i) { return !inside_box(tracks_, rules_.box, i); });
    reject_if(Rejection::outside_period,
              [&](std::size_t i) { return time(i) < rules_.start || time(i) > rules_.end; });
    put_in_order();
    reject_repeated_times();
    reject_too_fast();
    if (rules_.stationary_seconds > 0) reject_at_rest();
    return records_;
  }

 private:
  double time(std::size_t record) const { return tracks_.time[record]; }

  template <class Condition>
  void reject_if(Rejection reason, Condition condition) {
    counts_.reject(reason, static_cast<std::int64_t>(std::erase_if(records_, condition)));
  }

  void put_in_order() {
    double latest = -std::numeric_limits<double>::infinity();
    for (const std::size_t i : records_) {
      counts_.put_in_order += time(i) < latest;
      latest = std::max(latest, time(i));
    }
    std::ranges::stable_sort(records_, {}, [&](std::size_t i) { return time(i); });
  }

  void reject_repeated_times() {
    const auto repeated = std::ranges::unique(records_, {}, [&](std::size_t i) { return time(i); });
    counts_.reject(Rejection::duplicate_time, static_cast<std::int64_t>(repeated.size()));
    records_.erase(repeated.begin(), repeated.end());
  }

  bool reachable(std::size_t i, std::size_t j) const {
    return distance(tracks_, i, j) <= rules_.max_speed * std::abs(time(j) - time(i));
  }

  /// The longest run of records each of which is reachable from the one before: [begin, end).
  std::pair<std::size_t, std::size_t> longest_run() const {
    std::pair<std::size_t, std::size_t> best = {0, 0};
    for (std::size_t begin = 0, end = 1; end <= records_.size(); ++end) {
      if (end < records_.size() && reachable(records_[end - 1], records_[end])) continue;
      if (end - begin > best.second - best.first) best = {begin, end};
      begin = end;
    }
    return best;
  }

  void reject_too_fast() {
    if (records_.empty() || std::isinf(rules_.max_speed)) return;
    const auto [begin, end] = longest_run();
    Records before, after;
    std::size_t last = records_[begin];
    for (std::size_t k = begin; k-- > 0;)
      if (reachable(last, records_[k])) before.push_back(last = records_[k]);
    last = records_[end - 1];
    for (std::size_t k = end; k < records_.size(); ++k)
      if (reachable(last, records_[k])) after.push_back(last = records_[k]);
    Records kept(before.rbegin(), before.rend());
    kept.insert(kept.end(), records_.begin() + static_cast<std::ptrdiff_t>(begin),
                records_.begin() + static_cast<std::ptrdiff_t>(end));
    kept.insert(kept.end(), after.begin(), after.end());
    counts_.reject(Rejection::too_fast, static_cast<std::int64_t>(records_.size() - kept.size()));
    records_ = std::move(kept);
  }

  /// One past the last record of those from `begin` on that stay near record `begin`.
  std::size_t end_of_rest(std::size_t begin) const {
    std::size_t end = begin + 1;
    while (end < records_.size() &&
           distance(tracks_, records_[begin], records_[end]) <= rules_.stationary_metres)
      ++end;
    return end;
  }

  void reject_at_rest() {
    Records kept;
    for (std::size_t begin = 0; begin < records_.size();) {
      const std::size_t end = end_of_rest(begin);
      if (time(records_[end - 1]) - time(records_[begin]) < rules_.stationary_seconds) {
        kept.push_back(records_[begin++]);
        continue;
      }
      counts_.reject(kept.empty() ? Rejection::before_deployment : Rejection::stranded,
                     static_cast<std::int64_t>(end - begin));
      begin = end;
    }
    records_ = std::move(kept);
  }

  const DrifterTracks& tracks_;
  const CleaningRules& rules_;
  RecordCounts& counts_;
  Records records_;
};

/// Appends the records as one track for each stretch without a long gap.
void append_pieces(const DrifterTracks& tracks, const CleaningRules& rules, const Records& records,
                   const std::string& id, DrifterTracks& kept, RecordCounts& counts) {
  std::int32_t segment = 0;
  for (std::size_t begin = 0, end = 1; end <= records.size(); ++end) {
    const bool is_end = end == records.size();
    if (!is_end && tracks.time[records[end]] - tracks.time[records[end - 1]] <= rules.max_gap)
      continue;
    counts.gaps += !is_end;
    const auto size = static_cast<std::int64_t>(end - begin);
    if (size < rules.min_records) {
      counts.reject(Rejection::too_few_records, size);
    } else {
      kept.ids.push_back(id);
      kept.segment.push_back(segment++);
      kept.rowsize.push_back(size);
      for (std::size_t k = begin; k < end; ++k) kept.append_record(tracks, records[k]);
    }
    begin = end;
  }
  counts.drifters_kept += segment > 0;
}

void require_valid(const CleaningRules& rules) {
  const auto& box = rules.box;
  require(box.empty() || (box.size() == 4 && box[0] < box[2] && box[1] < box[3]),
          "a box (--box) is x0,y0,x1,y1 with x0 < x1 and y0 < y1: west, south, east, north in "
          "degrees (east beyond 180 across the date line), or metres of a plane");
  require(rules.start <= rules.end, "the period (--period) ends before it begins");
}

void require_some(const RecordCounts& counts) {
  if (counts.kept > 0) return;
  std::string text = "no record is left of " + std::to_string(counts.read) + ":";
  for (const Rejection reason : all_rejections())
    if (counts.rejected_for(reason) > 0)
      text.append(" ").append(to_string(reason)).append(" ") +=
          std::to_string(counts.rejected_for(reason));
  if (!counts.first_unreadable.empty()) text += " (" + counts.first_unreadable + ")";
  throw Error(text);
}

}  // namespace

DrifterTracks clean(const DrifterTracks& tracks, const CleaningRules& rules, RecordCounts& counts) {
  require_valid(rules);
  DrifterTracks kept;
  kept.geographic = tracks.geographic;
  const std::vector<std::size_t> offsets = tracks.offsets();
  for (std::size_t i = 0; i < tracks.n_tracks(); ++i) {
    Track track(tracks, rules, counts, offsets[i], offsets[i + 1]);
    append_pieces(tracks, rules, track.clean(), tracks.ids[i], kept, counts);
  }
  counts.kept = static_cast<std::int64_t>(kept.n_records());
  require_some(counts);
  return kept;
}

}  // namespace lagoon::datasets
