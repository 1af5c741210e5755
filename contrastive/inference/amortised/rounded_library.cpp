#include "contrastive/inference/amortised/rounded_library.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "contrastive/threads.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using amortised::kPanel;
using simd::kLanes;

std::vector<double> mean_row(const Embeddings& embeddings) {
  std::vector<double> mean(static_cast<std::size_t>(embeddings.dim));
  for (std::int64_t i = 0; i < embeddings.n; ++i) {
    const auto row = embeddings.row(i);
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += row[k];
  }
  for (double& number : mean) number /= static_cast<double>(embeddings.n);
  return mean;
}

double longest_of(const Embeddings& embeddings, std::span<const double> mean) {
  double longest = 0;
  for (std::int64_t i = 0; i < embeddings.n; ++i) {
    const auto row = embeddings.row(i);
    double square = 0;
    for (std::size_t k = 0; k < mean.size(); ++k) square += (row[k] - mean[k]) * (row[k] - mean[k]);
    longest = std::max(longest, square);
  }
  return std::sqrt(longest);
}

}  // namespace

RoundedLibrary::RoundedLibrary(Embeddings exact) : exact_(std::move(exact)) {
  require(exact_.n > 0, "the library is empty: give at least one flow");
  require_finite(exact_, "the library");
  mean_ = mean_row(exact_);
  longest_ = longest_of(exact_, mean_);
  const std::int64_t n_panels = (exact_.n + kPanel - 1) / kPanel;
  rounded_.resize(static_cast<std::size_t>(n_panels * kPanel * rounded_dims(exact_.dim) / 32));
  run_tasks(static_cast<std::size_t>(n_panels),
            [&](std::size_t i) { round_panel(static_cast<std::int64_t>(i) * kPanel); });
}

void RoundedLibrary::round_panel(std::int64_t first) {
  const std::int64_t n_dims = rounded_dims(exact_.dim);
  const double scale = longest_ > 0 ? kLongest / longest_ : 0;
  for (std::int64_t i = first; i < std::min(first + kPanel, exact_.n); ++i) {
    const auto row = exact_.row(i);
    Line* const lines = &rounded_[static_cast<std::size_t>(i / kLanes * n_dims / 2)];
    for (std::size_t k = 0; k < row.size(); ++k) {
      lines[k / 2].numbers[static_cast<std::size_t>(i % kLanes * 2) + k % 2] =
          static_cast<std::int16_t>(std::nearbyint(scale * (row[k] - mean_[k])));
    }
  }
}

amortised::Panel RoundedLibrary::panel(std::int64_t first) const {
  amortised::Panel panel;
  panel.first = first;
  panel.n_used = static_cast<int>(std::min<std::int64_t>(kPanel, exact_.n - first));
  panel.n_rounded = rounded_dims(exact_.dim);
  panel.rounded = rounded_[static_cast<std::size_t>(first * panel.n_rounded / 32)].numbers.data();
  panel.exact = exact_.row(first).data();
  panel.dim = static_cast<int>(exact_.dim);
  return panel;
}

}  // namespace lagoon::contrastive
