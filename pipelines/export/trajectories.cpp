#include "pipelines/export/trajectories.hpp"

#include <algorithm>

namespace lagoon::pipelines {
namespace {

constexpr std::int64_t kValuesAtOnce = 1 << 20;

/// Flows [begin, end) of the selection that follow one another in the file, and are not too many.
std::size_t end_of_run(const std::vector<std::int64_t>& flows, std::size_t begin,
                       std::int64_t most) {
  std::size_t end = begin + 1;
  while (end < flows.size() && flows[end] == flows[end - 1] + 1 &&
         flows[end] - flows[begin] < most) {
    ++end;
  }
  return end;
}

/// The release if it is asked for, and the chosen times. A path holds the last times of the law.
DrifterPath thinned(const DrifterPath& path, const std::vector<bool>& chosen, bool release) {
  const std::size_t before = chosen.size() + 1 - path.time.size();
  DrifterPath kept;
  for (std::size_t i = 0; i < path.time.size(); ++i) {
    if (i == 0 ? !release : !chosen[before + i - 1]) continue;
    kept.time.push_back(path.time[i]);
    kept.x.push_back(path.x[i]);
    kept.y.push_back(path.y[i]);
  }
  return kept;
}

}  // namespace

void for_each_trajectory(const datasets::Reader& reader, const ExportSelection& selection,
                         const std::function<void(const Trajectory&)>& visit) {
  const auto& law = reader.law();
  const std::size_t n_times = law.n_times(), n_drifters = law.n_drifters();
  const auto chosen = selection.chosen_times(n_times);
  const auto most =
      std::max<std::int64_t>(1, kValuesAtOnce / static_cast<std::int64_t>(n_drifters * n_times));
  for (std::size_t begin = 0; begin < selection.flows.size();) {
    const std::size_t end = end_of_run(selection.flows, begin, most);
    const std::int64_t first = selection.flows[begin];
    const auto [x, y] = reader.positions(first, static_cast<std::int64_t>(end - begin));
    for (std::size_t row = 0; row < (end - begin) * n_drifters; ++row) {
      const std::int64_t number =
          (reader.first_flow() + first) * static_cast<std::int64_t>(n_drifters) +
          static_cast<std::int64_t>(row);
      const std::size_t drifter = row % n_drifters;
      const auto path = drifter_path(law, drifter, std::span(x).subspan(row * n_times, n_times),
                                     std::span(y).subspan(row * n_times, n_times));
      visit({number, number / static_cast<std::int64_t>(n_drifters),
             static_cast<std::int32_t>(drifter), thinned(path, chosen, selection.release)});
    }
    begin = end;
  }
}

}  // namespace lagoon::pipelines
