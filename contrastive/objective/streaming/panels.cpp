#include "contrastive/objective/streaming/panels.hpp"

#include <algorithm>
#include <new>

#include "contrastive/objective/streaming/sweep.hpp"

namespace lagoon::contrastive::streaming {
namespace {

constexpr std::align_val_t kCacheLine{64};

}  // namespace

void Panels::Free::operator()(float* numbers) const {
  ::operator delete[](numbers, kCacheLine);
}

Panels::Numbers Panels::allocate() const {
  const auto n = static_cast<std::size_t>(n_tiles_ * kTile * n_dims_);
  return Numbers(static_cast<float*>(::operator new[](n * sizeof(float), kCacheLine)));
}

Panels::Panels(const Matrix& matrix, Orders orders)
    : n_(matrix.n),
      n_tiles_(whole_tiles(matrix.n) / kTile),
      n_dims_(static_cast<int>(simd::whole_lanes(matrix.dims))) {
  if (orders.by_rows) by_rows_ = allocate();
  if (orders.by_dims) by_dims_ = allocate();
  for_each_tile(n_tiles_, [&](std::int64_t tile) {
    if (orders.by_rows) fill_by_rows(matrix, tile);
    if (orders.by_dims) fill_by_dims(matrix, tile);
  });
}

int Panels::n_rows(std::int64_t tile) const {
  return static_cast<int>(std::min<std::int64_t>(kTile, n_ - tile * kTile));
}

void Panels::fill_by_rows(const Matrix& matrix, std::int64_t tile) {
  for (std::int64_t dim = 0; dim < n_dims_; dim += kLanes) {
    float* const to = by_rows_.get() + tile * kTile * n_dims_ + dim / kLanes * kPanel;
    const std::int64_t n_copied = std::min<std::int64_t>(kLanes, matrix.dims - dim);
    std::fill_n(to, kPanel, 0.0F);
    for (int row = 0; row < n_rows(tile); ++row) {
      std::copy_n(matrix.values + (tile * kTile + row) * matrix.dims + dim, n_copied,
                  to + row * kLanes);
    }
  }
}

void Panels::fill_by_dims(const Matrix& matrix, std::int64_t tile) {
  float* const to = by_dims_.get() + tile * kTile * n_dims_;
  std::fill_n(to, kTile * n_dims_, 0.0F);
  for (int row = 0; row < n_rows(tile); ++row) {
    const float* const from = matrix.values + (tile * kTile + row) * matrix.dims;
    float* const lane = to + row / kLanes * kLanes * n_dims_ + row % kLanes;
    for (std::int64_t dim = 0; dim < matrix.dims; ++dim) lane[dim * kLanes] = from[dim];
  }
}

}  // namespace lagoon::contrastive::streaming
