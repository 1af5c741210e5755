#include "datasets/drifters/tracks.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "flow/projection/geostrophy.hpp"

namespace lagoon::datasets {
namespace {

constexpr std::array<std::string_view, kRejections> kNames = {
    "unreadable",        "missing_time",   "missing_position", "outside_domain",
    "outside_box",       "outside_period", "duplicate_time",   "too_fast",
    "before_deployment", "stranded",       "too_few_records"};

double haversine(double angle) {
  const double sine = std::sin(angle / 2);
  return sine * sine;
}

}  // namespace

std::vector<std::size_t> DrifterTracks::offsets() const {
  std::vector<std::size_t> result = {0};
  for (const std::int64_t size : rowsize)
    result.push_back(result.back() + static_cast<std::size_t>(size));
  return result;
}

void DrifterTracks::append_record(const DrifterTracks& from, std::size_t record) {
  time.push_back(from.time[record]);
  x.push_back(from.x[record]);
  y.push_back(from.y[record]);
  if (!from.has_velocity()) return;
  velocity_x.push_back(from.velocity_x[record]);
  velocity_y.push_back(from.velocity_y[record]);
}

std::array<Rejection, kRejections> all_rejections() {
  std::array<Rejection, kRejections> all{};
  for (std::size_t i = 0; i < kRejections; ++i) all[i] = static_cast<Rejection>(i);
  return all;
}

std::string_view to_string(Rejection rejection) {
  return kNames[static_cast<std::size_t>(rejection)];
}

std::int64_t RecordCounts::rejected_in_all() const {
  return std::accumulate(rejected.begin(), rejected.end(), std::int64_t{0});
}

DrifterTracks group_by_track(const DrifterTracks& records, const std::vector<std::size_t>& track,
                             std::vector<std::string> ids) {
  std::vector<std::size_t> order(track.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t record) { return track[record]; });
  DrifterTracks result;
  result.geographic = records.geographic;
  result.rowsize.assign(ids.size(), 0);
  result.segment.assign(ids.size(), 0);
  result.ids = std::move(ids);
  for (const std::size_t record : order) {
    result.append_record(records, record);
    ++result.rowsize[track[record]];
  }
  return result;
}

double distance(const DrifterTracks& tracks, std::size_t i, std::size_t j) {
  if (!tracks.geographic) return std::hypot(tracks.x[j] - tracks.x[i], tracks.y[j] - tracks.y[i]);
  constexpr double kRadians = std::numbers::pi / 180;
  const double latitude_i = tracks.y[i] * kRadians, latitude_j = tracks.y[j] * kRadians;
  const double h =
      haversine(latitude_j - latitude_i) + std::cos(latitude_i) * std::cos(latitude_j) *
                                               haversine((tracks.x[j] - tracks.x[i]) * kRadians);
  return 2 * flow::kEarthRadius * std::asin(std::min(1.0, std::sqrt(h)));
}

double wrap_degrees(double angle) {
  const double turned = std::fmod(angle + 180, 360);
  return turned < 0 ? turned + 180 : turned - 180;
}

}  // namespace lagoon::datasets
