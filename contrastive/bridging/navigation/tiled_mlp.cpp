#include "contrastive/bridging/navigation/tiled_mlp.hpp"

#include <algorithm>
#include <cmath>

#include "contrastive/bridging/navigation/kernel.hpp"

namespace lagoon::contrastive::navigation {
namespace {

/// Rows that are worked on at a time.
constexpr std::int64_t kTile = 128;

template <class Work>
void for_tiles(std::int64_t n, Work&& work) {
  for (std::int64_t first = 0; first < n; first += kTile) {
    work(first, static_cast<int>(std::min(kTile, n - first)));
  }
}

void rectify(float* values, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) values[i] = values[i] > 0 ? values[i] : 0;
}

/// No gradient passes where the layer's value was cut off.
void mask(const float* values, float* gradients, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) gradients[i] = values[i] > 0 ? gradients[i] : 0;
}

/// (n_in, stride) -> (stride, padded n_in).
std::vector<float> transposed(const float* weights, int n_in, int stride) {
  std::vector<float> result(static_cast<std::size_t>(stride) *
                            static_cast<std::size_t>(whole_lanes(n_in)));
  for (int i = 0; i < n_in; ++i) {
    for (int o = 0; o < stride; ++o) {
      result[static_cast<std::size_t>(o * whole_lanes(n_in) + i)] = weights[i * stride + o];
    }
  }
  return result;
}

}  // namespace

int TiledMlp::out_stride() const {
  return whole_lanes(n_out());
}

int TiledMlp::width(std::size_t layer) const {
  return layer == 0 ? n_in() : whole_lanes(sizes_[layer]);
}

std::size_t TiledMlp::offset(std::size_t layer) const {
  std::size_t numbers = 0;
  for (std::size_t l = 0; l < layer; ++l) {
    numbers += static_cast<std::size_t>((sizes_[l] + 1) * whole_lanes(sizes_[l + 1]));
  }
  return numbers;
}

std::size_t TiledMlp::n_parameters() const {
  return offset(n_layers());
}

void TiledMlp::draw_weights(const flow::DrawKey& key, std::span<float> weights) const {
  std::ranges::fill(weights, 0.0F);
  std::uint32_t draw = 0;
  for (std::size_t l = 0; l < n_layers(); ++l) {
    const double bound = 1 / std::sqrt(static_cast<double>(sizes_[l]));
    for (int i = 0; i <= sizes_[l]; ++i) {  // the last row holds the offsets
      float* const row = weights.data() + offset(l) + i * whole_lanes(sizes_[l + 1]);
      for (int o = 0; o < sizes_[l + 1]; ++o) {
        row[o] = static_cast<float>(bound * (2 * flow::uniform(key, draw++) - 1));
      }
    }
  }
}

void TiledMlp::forward(std::span<const float> weights, std::span<const float> rows,
                       Layers& layers) const {
  layers.n = static_cast<std::int64_t>(rows.size()) / n_in();
  layers.values.resize(n_layers() + 1);
  layers.values.front().assign(rows.begin(), rows.end());
  for (std::size_t l = 1; l <= n_layers(); ++l) {
    layers.values[l].resize(static_cast<std::size_t>(layers.n * width(l)));
  }
  for_tiles(layers.n, [&](std::int64_t first, int n) {
    for (std::size_t l = 0; l < n_layers(); ++l) {
      const int n_terms = sizes_[l], stride = width(l + 1);
      const float* const w = weights.data() + offset(l);
      const float* const offsets = w + n_terms * stride;
      float* const to = layers.values[l + 1].data() + first * stride;
      for (int row = 0; row < n; ++row) std::copy_n(offsets, stride, to + row * stride);
      const float* const from = layers.values[l].data() + first * width(l);
      chosen_kernel().add_product(n, n_terms, stride, {from, width(l), 1}, w, to);
      if (l + 1 < n_layers()) rectify(to, static_cast<std::size_t>(n * stride));
    }
  });
}

void TiledMlp::backward(std::span<const float> weights, const Layers& layers,
                        std::span<const float> by_out, std::span<float> by_weights,
                        std::vector<float>* by_rows) const {
  std::vector<std::vector<float>> backwards;
  for (std::size_t l = 0; l < n_layers(); ++l) {
    backwards.push_back(transposed(weights.data() + offset(l), sizes_[l], width(l + 1)));
  }
  if (by_rows != nullptr)
    by_rows->assign(static_cast<std::size_t>(layers.n * whole_lanes(n_in())), 0);
  std::vector<float> above, below;
  for_tiles(layers.n, [&](std::int64_t first, int n) {
    const float* const out = by_out.data() + first * out_stride();
    above.assign(out, out + n * out_stride());
    for (std::size_t l = n_layers(); l-- > 0;) {
      const int n_terms = sizes_[l], stride = width(l + 1);
      const float* const from = layers.values[l].data() + first * width(l);
      float* const by_w = by_weights.data() + offset(l);
      float* const by_offsets = by_w + n_terms * stride;
      chosen_kernel().add_product(n_terms, n, stride, {from, 1, width(l)}, above.data(), by_w);
      for (int row = 0; row < n; ++row) {
        for (int o = 0; o < stride; ++o)
          by_offsets[o] += above[static_cast<std::size_t>(row * stride + o)];
      }
      if (l == 0 && by_rows == nullptr) break;
      below.assign(static_cast<std::size_t>(n * whole_lanes(n_terms)), 0);
      chosen_kernel().add_product(n, stride, whole_lanes(n_terms), {above.data(), stride, 1},
                                  backwards[l].data(), below.data());
      if (l > 0) mask(from, below.data(), below.size());
      above.swap(below);
    }
    if (by_rows != nullptr)
      std::ranges::copy(above, by_rows->begin() + first * whole_lanes(n_in()));
  });
}

}  // namespace lagoon::contrastive::navigation
