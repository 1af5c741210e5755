#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "contrastive/embeddings.hpp"
#include "contrastive/inference/amortised/kernel.hpp"

namespace lagoon::contrastive {

/// A library's embeddings, and beside them, less their mean and rounded to 16 bits, what
/// posterior_moments makes scores of: twice as many products at a time as in single precision.
class RoundedLibrary {
 public:
  RoundedLibrary() = default;
  /// Throws Error for no embeddings, and for those that are not finite.
  explicit RoundedLibrary(Embeddings exact);

  const Embeddings& exact() const { return exact_; }
  std::int64_t size() const { return exact_.n; }
  /// (E) the mean row, which is subtracted before rounding; and the greatest length of the
  /// differences, scaled to kLongest.
  const std::vector<double>& mean() const { return mean_; }
  double longest() const { return longest_; }
  /// Those from member `first` on, a multiple of amortised::kPanel.
  amortised::Panel panel(std::int64_t first) const;

  /// Sums of products of rows no longer than this stay in 32 bits, by Cauchy's
  /// inequality, and no number leaves 16.
  static constexpr double kLongest = 32767;
  /// Dimensions of a rounded row.
  static constexpr int rounded_dims(std::int64_t dims) { return static_cast<int>(dims + dims % 2); }

 private:
  struct alignas(64) Line {
    std::array<std::int16_t, 32> numbers{};
  };
  void round_panel(std::int64_t first);

  Embeddings exact_;
  std::vector<double> mean_;
  double longest_ = 0;
  std::vector<Line> rounded_;  // (panel, kPanel / 16, dims / 2, 16, 2)
};

}  // namespace lagoon::contrastive
