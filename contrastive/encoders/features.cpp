#include "contrastive/encoders/features.hpp"

#include <algorithm>
#include <vector>

#include "datasets/preparation/gaps.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// Components below this share of the largest deviation are rounding of the stored positions: they
/// are divided by the floor, not blown up to unit variance.
constexpr double kRelativeFloor = 1e-7;

struct PrincipalComponents {
  torch::Tensor deviations;  // (r) descending
  torch::Tensor directions;  // (D, r) orthonormal columns, the largest entry of each positive
};

/// Flips columns so that their entry of largest magnitude is positive: the same on every machine.
torch::Tensor fix_signs(const torch::Tensor& columns) {
  const torch::Tensor largest = columns.gather(0, columns.abs().argmax(0, /*keepdim=*/true));
  return columns * largest.sign();
}

/// Eigenvectors of the smaller of the two Gram matrices of `centred` (n, D).
PrincipalComponents principal_components(const torch::Tensor& centred, std::int64_t r) {
  const auto n = static_cast<double>(centred.size(0));
  const bool wide = centred.size(0) < centred.size(1);
  const torch::Tensor gram =
      (wide ? at::mm(centred, centred.t()) : at::mm(centred.t(), centred)) / n;
  const auto [values, vectors] = at::linalg_eigh(gram);
  const std::int64_t first = values.size(0) - r;
  const torch::Tensor deviations = values.slice(0, first).flip({0}).clamp_min(0).sqrt();
  torch::Tensor directions = vectors.slice(1, first).flip({1});
  if (wide) {
    directions = at::mm(centred.t(), directions);
    directions = directions / directions.norm(2, {0}, true).clamp_min(1e-300);
  }
  return {deviations, fix_signs(directions)};
}

/// rows (n, D) times matrix (D, r), by products of one size, the last one padded: the bits of a row
/// depend neither on how many rows stand beside it nor on which, as they would if a library of
/// matrix products chose its way by the number of rows.
torch::Tensor tiled_product(const torch::Tensor& rows, const torch::Tensor& matrix) {
  constexpr std::int64_t kTile = 64;
  const std::int64_t n = rows.size(0);
  torch::Tensor product = at::empty({n, matrix.size(1)}, matrix.options());
  for (std::int64_t first = 0; first < n; first += kTile) {
    const std::int64_t count = std::min(kTile, n - first);
    const torch::Tensor tile = rows.narrow(0, first, count);
    product.narrow(0, first, count)
        .copy_(at::mm(count == kTile ? tile : at::constant_pad_nd(tile, {0, 0, 0, kTile - count}),
                      matrix)
                   .narrow(0, 0, count));
  }
  return product;
}

torch::Tensor root_mean_square(const torch::Tensor& values) {
  torch::Tensor scale = values.square().mean().sqrt().reshape({1});
  require(scale.item<double>() > 0,
          "no drifter of the training flows moves: nothing can be learned");
  return scale;
}

// x, y (drifter, time) of one flow as departures (time, drifter, component).
void write_departures(const flow::Law& law, std::span<const double> x, std::span<const double> y,
                      double* out) {
  for (std::size_t j = 0; j < law.n_times(); ++j) {
    for (std::size_t p = 0; p < law.n_drifters(); ++p) {
      *out++ = x[p * law.n_times() + j] - law.release_x[p];
      *out++ = y[p * law.n_times() + j] - law.release_y[p];
    }
  }
}

}  // namespace

std::int64_t n_flows_of(const flow::Law& law, std::span<const double> x,
                        std::span<const double> y) {
  const std::size_t per_flow = law.n_drifters() * law.n_times();
  require(x.size() == y.size() && x.size() % per_flow == 0,
          "positions do not come as (flow, drifter, time) of the law");
  return static_cast<std::int64_t>(x.size() / per_flow);
}

torch::Tensor raw_trajectories(const flow::Law& law, std::span<const double> x,
                               std::span<const double> y) {
  const std::size_t per_flow = law.n_drifters() * law.n_times();
  const auto n = static_cast<std::size_t>(n_flows_of(law, x, y));
  torch::Tensor raw = at::empty({static_cast<std::int64_t>(n), n_coordinates(law)}, at::kDouble);
  std::vector<double> own_x(per_flow), own_y(per_flow);
  for (std::size_t i = 0; i < n; ++i) {
    std::ranges::copy(x.subspan(i * per_flow, per_flow), own_x.begin());
    std::ranges::copy(y.subspan(i * per_flow, per_flow), own_y.begin());
    datasets::fill_gaps(law, own_x, own_y);
    write_departures(law, own_x, own_y, raw.data_ptr<double>() + i * 2 * per_flow);
  }
  return raw;
}

TrajectoryFeatures::TrajectoryFeatures(const ModelOptions& options, const flow::Law& law)
    : kind_(options.lagrangian_features),
      n_times_(static_cast<std::int64_t>(law.n_times())),
      n_coordinates_(static_cast<std::int64_t>(2 * law.n_drifters())) {}

TrajectoryFeatures TrajectoryFeatures::fit(const ModelOptions& options, const flow::Law& law,
                                           const torch::Tensor& raw) {
  TrajectoryFeatures features(options, law);
  if (features.kind_ != "whitened") {
    features.scale_ = root_mean_square(features.base(raw));
    return features;
  }
  const std::int64_t r = options.whitened_components;
  require(r < raw.size(0), "whitened_components is " + std::to_string(r) + ", but there are only " +
                               std::to_string(raw.size(0)) +
                               " training flows to fit them on: generate more, or ask for fewer");
  features.mean_ = raw.mean(0);
  const auto components = principal_components(raw - features.mean_, r);
  const double largest = components.deviations[0].item<double>();
  require(largest > 0, "no drifter of the training flows moves: nothing can be learned");
  features.projection_ =
      components.directions / components.deviations.clamp_min(kRelativeFloor * largest);
  return features;
}

torch::Tensor TrajectoryFeatures::base(const torch::Tensor& raw) const {
  if (kind_ != "increments") return raw;
  // The first observation is already a departure from the release point.
  torch::Tensor result = raw.clone();
  result.slice(1, n_coordinates_) -= raw.slice(1, 0, raw.size(1) - n_coordinates_);
  return result;
}

torch::Tensor TrajectoryFeatures::apply(const torch::Tensor& raw) const {
  const torch::NoGradGuard no_grad;
  const torch::Tensor features =
      kind_ == "whitened" ? tiled_product(raw - mean_, projection_) : base(raw) / scale_;
  return features.to(at::kFloat);
}

std::int64_t TrajectoryFeatures::n_features() const {
  return kind_ == "whitened" ? projection_.size(1) : n_times_ * n_coordinates_;
}

std::int64_t TrajectoryFeatures::sequence_length() const {
  return kind_ == "whitened" ? projection_.size(1) : n_times_;
}

NamedTensors TrajectoryFeatures::state() const {
  if (kind_ == "whitened") return {{"mean", mean_}, {"projection", projection_}};
  return {{"scale", scale_}};
}

TrajectoryFeatures TrajectoryFeatures::load(const ModelOptions& options, const flow::Law& law,
                                            const datasets::SafeTensors& file,
                                            const std::string& prefix) {
  TrajectoryFeatures features(options, law);
  if (features.kind_ != "whitened") {
    features.scale_ = at::empty({1}, at::kDouble);
  } else {
    const std::int64_t n_raw = features.n_times_ * features.n_coordinates_;
    features.mean_ = at::empty({n_raw}, at::kDouble);
    features.projection_ = at::empty({n_raw, options.whitened_components}, at::kDouble);
  }
  load_tensors(file, prefix, features.state());
  return features;
}

}  // namespace lagoon::contrastive
