#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "flow/random.hpp"

namespace lagoon::contrastive::navigation {

/// The shape of a small multi-layer perceptron, sizes.front() -> ... -> sizes.back() with ReLU
/// between, whose weights lie in an array of the caller's. It works on some rows at a time, all
/// layers of them while they are in the cache: for layers of 64 several times as fast as one
/// operation a layer over all rows, and it needs no LibTorch.
class TiledMlp {
 public:
  /// At least two sizes.
  explicit TiledMlp(std::vector<int> sizes) : sizes_(std::move(sizes)) {}

  int n_in() const { return sizes_.front(); }
  int n_out() const { return sizes_.back(); }
  /// Numbers from one row of output to the next; those beyond n_out are 0.
  int out_stride() const;
  /// Numbers in the array of weights.
  std::size_t n_parameters() const;

  /// Weights and offsets uniform within 1 / sqrt(fan-in) of 0.
  void draw_weights(const flow::DrawKey& key, std::span<float> weights) const;

  /// What each layer made of n rows, the rows themselves first.
  struct Layers {
    std::int64_t n = 0;
    std::vector<std::vector<float>> values;
    const float* out() const { return values.back().data(); }
  };

  /// rows (n, n_in).
  void forward(std::span<const float> weights, std::span<const float> rows, Layers& layers) const;

  /// Adds the gradient by the weights, and puts that by the rows (n, padded n_in) into `by_rows` if
  /// it is not null. by_out (n, out_stride), 0 beyond n_out.
  void backward(std::span<const float> weights, const Layers& layers, std::span<const float> by_out,
                std::span<float> by_weights, std::vector<float>* by_rows = nullptr) const;

 private:
  std::size_t n_layers() const { return sizes_.size() - 1; }
  int width(std::size_t layer) const;  // of what enters it, as it is stored
  std::size_t offset(std::size_t layer) const;

  std::vector<int> sizes_;
};

}  // namespace lagoon::contrastive::navigation
