#include "contrastive/inference/amortised/position_features.hpp"

#include <algorithm>

#include "contrastive/inference/amortised/kernel.hpp"
#include "contrastive/threads.hpp"

namespace lagoon::contrastive {
namespace {

/// Rows for which a track's matrix stays in the second cache.
constexpr std::int64_t kTile = 60;

torch::Tensor named(const NamedTensors& tensors, const std::string& name) {
  const auto found = std::ranges::find(tensors, name, &NamedTensors::value_type::first);
  return found == tensors.end() ? torch::Tensor() : found->second;
}

/// Columns are unit directions over deviations: lengths are inverse deviations.
bool are_comparable(const torch::Tensor& projection) {
  const torch::Tensor lengths = projection.norm(2, {0});
  return lengths.min().item<double>() >=
         PositionFeatures::kLeastShare * lengths.max().item<double>();
}

}  // namespace

std::optional<PositionFeatures> PositionFeatures::make(const flow::Law& law,
                                                       const TrajectoryFeatures& features) {
  const auto state = features.state();
  const torch::Tensor projection = named(state, "projection");
  if (!projection.defined() || law.has_gaps() || !are_comparable(projection)) return std::nullopt;
  return PositionFeatures(law, named(state, "mean"), projection);
}

PositionFeatures::PositionFeatures(const flow::Law& law, const torch::Tensor& mean,
                                   const torch::Tensor& projection)
    : law_(law),
      n_drifters_(static_cast<std::int64_t>(law.n_drifters())),
      n_times_(static_cast<std::int64_t>(law.n_times())),
      n_features_(projection.size(1)) {
  // Rows of raw trajectories are (time, drifter, component).
  const auto by_track = [&](const torch::Tensor& rows) {
    return rows.reshape({n_times_, n_drifters_, 2, -1}).permute({2, 1, 0, 3}).contiguous();
  };
  matrices_ = at::zeros({2 * n_drifters_, n_times_, simd::whole_lanes(n_features_)}, at::kFloat);
  matrices_.narrow(2, 0, n_features_).copy_(by_track(projection).flatten(0, 1));
  const torch::Tensor means = by_track(mean);
  origin_.assign(means.data_ptr<double>(), means.data_ptr<double>() + means.numel());
  for (std::size_t i = 0; i < origin_.size(); ++i) {
    const std::size_t track = i / law.n_times();
    origin_[i] +=
        track < law.n_drifters() ? law.release_x[track] : law.release_y[track - law.n_drifters()];
  }
}

torch::Tensor PositionFeatures::apply(std::span<const double> x, std::span<const double> y) const {
  const torch::NoGradGuard no_grad;
  const std::int64_t per_row = n_drifters_ * n_times_;
  const std::int64_t n = n_flows_of(law_, x, y);
  torch::Tensor features = at::empty({n, n_features_}, at::kFloat);
  run_tasks(static_cast<std::size_t>((n + kTile - 1) / kTile), [&](std::size_t tile) {
    const torch::NoGradGuard no_grad_here;
    const std::int64_t first = static_cast<std::int64_t>(tile) * kTile;
    const std::int64_t count = std::min(kTile, n - first);
    const auto rows = [&](std::span<const double> positions) {
      return positions.subspan(static_cast<std::size_t>(first * per_row),
                               static_cast<std::size_t>(count * per_row));
    };
    apply_tile(rows(x), rows(y), features.narrow(0, first, count));
  });
  return features;
}

void PositionFeatures::apply_tile(std::span<const double> x, std::span<const double> y,
                                  const torch::Tensor& out) const {
  constexpr std::int64_t kGroups = (kTile + amortised::kProjected - 1) / amortised::kProjected;
  const torch::Tensor sums =
      at::zeros({kGroups * amortised::kProjected, matrices_.size(2)}, at::kFloat);
  const auto& kernel = amortised::chosen_kernel();
  amortised::Track track;
  track.stride = n_drifters_ * n_times_;
  track.n_times = static_cast<int>(n_times_);
  track.columns = static_cast<int>(sums.size(1));
  for (std::int64_t i = 0; i < 2 * n_drifters_; ++i) {
    const auto& positions = i < n_drifters_ ? x : y;
    track.origin = origin_.data() + i * n_times_;
    track.matrix = matrices_.data_ptr<float>() + i * n_times_ * track.columns;
    for (std::int64_t row = 0; row < out.size(0); row += amortised::kProjected) {
      track.positions = positions.data() + (row * n_drifters_ + i % n_drifters_) * n_times_;
      track.n_rows =
          static_cast<int>(std::min<std::int64_t>(amortised::kProjected, out.size(0) - row));
      kernel.project(track, sums.data_ptr<float>() + row * track.columns);
    }
  }
  out.copy_(sums.narrow(0, 0, out.size(0)).narrow(1, 0, n_features_));
}

}  // namespace lagoon::contrastive
