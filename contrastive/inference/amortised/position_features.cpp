#include "contrastive/inference/amortised/position_features.hpp"

#include <algorithm>

#include "contrastive/threads.hpp"

namespace lagoon::contrastive {
namespace {

/// Products of one size: bits of a row do not depend on how many rows stand beside it.
constexpr std::int64_t kTile = 64;

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
  const torch::Tensor matrices = by_track(projection).to(at::kFloat);
  matrices_.assign(matrices.data_ptr<float>(), matrices.data_ptr<float>() + matrices.numel());
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
                                  torch::Tensor out) const {
  torch::Tensor sums = at::zeros({kTile, n_features_}, at::kFloat);
  const torch::Tensor departures = at::zeros({kTile, n_times_}, at::kFloat);
  auto* const to = departures.data_ptr<float>();
  for (std::int64_t track = 0; track < 2 * n_drifters_; ++track) {
    const auto& positions = track < n_drifters_ ? x : y;
    const double* const origin = origin_.data() + track * n_times_;
    for (std::int64_t row = 0; row < out.size(0); ++row) {
      const double* const from =
          positions.data() + (row * n_drifters_ + track % n_drifters_) * n_times_;
      for (std::int64_t j = 0; j < n_times_; ++j) {
        to[row * n_times_ + j] = static_cast<float>(from[j] - origin[j]);
      }
    }
    auto* const matrix = const_cast<float*>(matrices_.data() + track * n_times_ * n_features_);
    sums.addmm_(departures, torch::from_blob(matrix, {n_times_, n_features_}, at::kFloat));
  }
  out.copy_(sums.narrow(0, 0, out.size(0)));
}

}  // namespace lagoon::contrastive
