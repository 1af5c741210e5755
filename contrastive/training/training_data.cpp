#include "contrastive/training/training_data.hpp"

#include <algorithm>
#include <functional>
#include <span>

namespace lagoon::contrastive {
namespace {

struct RawPairs {
  torch::Tensor u;  // (n, 2 K) double
  torch::Tensor v;  // (n, 2 P J) double
};

/// Reads the flows [rows.front(), rows.back()] and keeps the rows.
RawPairs read_rows(const datasets::Reader& data, std::span<const std::int64_t> rows) {
  const std::int64_t first = rows.front();
  const std::int64_t count = rows.back() - first + 1;
  const auto positions = data.positions(first, count);
  const torch::Tensor keep =
      torch::tensor(at::ArrayRef<std::int64_t>(rows.data(), rows.size()), at::kLong) - first;
  const auto n_modes = static_cast<std::int64_t>(data.law().n_modes());
  return {raw_coefficients(data.psi_hat(first, count), n_modes).index_select(0, keep),
          raw_trajectories(data.law(), positions.x, positions.y).index_select(0, keep)};
}

/// Visits the rows in stretches of at most 4,096 flows of the file (fewer of large trajectories),
/// with the number of rows visited before.
void visit_blocks(const datasets::Reader& data, std::span<const std::int64_t> rows,
                  Stopwatch& stopwatch,
                  const std::function<void(std::int64_t, const RawPairs&)>& visit) {
  constexpr std::int64_t kBlockValues = std::int64_t{1} << 23;
  const auto coordinates =
      static_cast<std::int64_t>(2 * data.law().n_drifters() * data.law().n_times());
  const std::int64_t flows = std::clamp<std::int64_t>(kBlockValues / coordinates, 1, 4096);
  std::size_t done = 0;
  while (done < rows.size()) {
    const auto end = std::lower_bound(rows.begin() + done, rows.end(), rows[done] + flows);
    const auto block = rows.subspan(done, end - (rows.begin() + done));
    visit(static_cast<std::int64_t>(done),
          stopwatch.time("load", [&] { return read_rows(data, block); }));
    done += block.size();
  }
}

}  // namespace

FeatureMaps fit_feature_maps(const datasets::Reader& data, const ModelOptions& options,
                             const std::vector<std::int64_t>& rows, Stopwatch& stopwatch) {
  const auto coordinates =
      static_cast<std::int64_t>(2 * data.law().n_drifters() * data.law().n_times());
  const auto n = std::min({static_cast<std::int64_t>(rows.size()), kFitRows,
                           std::max<std::int64_t>(kFitValues / coordinates, 2)});
  std::vector<torch::Tensor> u, v;
  visit_blocks(data, std::span(rows).first(n), stopwatch, [&](auto, const RawPairs& raw) {
    u.push_back(raw.u);
    v.push_back(raw.v);
  });
  return stopwatch.time("features", [&] {
    return FeatureMaps{CoefficientFeatures::fit(options, at::cat(u)),
                       TrajectoryFeatures::fit(options, data.law(), at::cat(v))};
  });
}

PairedFeatures load_features(const datasets::Reader& data, const FeatureMaps& maps,
                             const std::vector<std::int64_t>& rows, Stopwatch& stopwatch) {
  const auto n = static_cast<std::int64_t>(rows.size());
  const PairedFeatures features{at::empty({n, maps.u.n_features()}, at::kFloat),
                                at::empty({n, maps.v.n_features()}, at::kFloat)};
  visit_blocks(data, rows, stopwatch, [&](std::int64_t first, const RawPairs& raw) {
    stopwatch.time("features", [&] {
      features.u.narrow(0, first, raw.u.size(0)).copy_(maps.u.apply(raw.u));
      features.v.narrow(0, first, raw.v.size(0)).copy_(maps.v.apply(raw.v));
    });
  });
  return features;
}

}  // namespace lagoon::contrastive
