#include "flow/assimilation/library/packed_tracks.hpp"

#include <cmath>

#include "flow/numerics/divide_up.hpp"

namespace lagoon::flow::library {
namespace {

constexpr std::size_t kChainLength = kChain;

/// Calls visit(coordinate, displacement) for all coordinates of one flow.
template <class Visit>
void for_each_displacement(const Law& law, std::span<const double> x, std::span<const double> y,
                           Visit&& visit) {
  const std::size_t size = law.n_positions();
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t drifter = i / law.n_times();
    visit(i, x[i] - law.release_x[drifter]);
    visit(size + i, y[i] - law.release_y[drifter]);
  }
}

}  // namespace

std::size_t n_coordinates(const Law& law) {
  return 2 * law.n_positions();
}

std::size_t n_chains(const Law& law) {
  return divide_up(n_coordinates(law), kChainLength);
}

PackedQueries::PackedQueries(const Law& law, std::span<const Tracks> queries)
    : n_rows_(divide_up<std::size_t>(queries.size(), kQueryBlock) * kQueryBlock),
      values_(n_chains(law) * n_rows_ * kChainLength),
      seen_(values_.size(), 1.0F) {
  bool has_gaps = false;
  for (std::size_t row = 0; row < queries.size(); ++row) {
    const auto pack = [&](std::size_t coordinate, double displacement) {
      const std::size_t chain = coordinate / kChainLength;
      const std::size_t at = (chain * n_rows_ + row) * kChainLength + coordinate % kChainLength;
      const bool is_seen = !std::isnan(displacement);
      values_[at] = is_seen ? static_cast<float>(displacement) : 0.0F;
      seen_[at] = is_seen ? 1.0F : 0.0F;
      has_gaps = has_gaps || !is_seen;
    };
    for_each_displacement(law, queries[row].x, queries[row].y, pack);
  }
  if (!has_gaps) seen_ = {};
}

PackedMembers::PackedMembers(const Law& law)
    : law_(law), values_(n_chains(law) * kTileMembers * kChainLength) {}

void PackedMembers::pack(std::span<const double> x, std::span<const double> y) {
  const std::size_t size = law_.n_positions();
  for (std::size_t member = 0; member * size < x.size(); ++member) {
    const std::size_t panel = member / kLanes, lane = member % kLanes;
    const auto put = [&](std::size_t coordinate, double displacement) {
      const std::size_t chain = coordinate / kChainLength;
      const std::size_t row = (chain * kPanels + panel) * kChainLength + coordinate % kChainLength;
      values_[row * kLanes + lane] = static_cast<float>(displacement);
    };
    for_each_displacement(law_, x.subspan(member * size, size), y.subspan(member * size, size),
                          put);
  }
}

}  // namespace lagoon::flow::library
