#include "pipelines/inspection/dispersion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace lagoon::pipelines {
namespace {

constexpr std::int64_t kMostFlowsFollowed = 4096;
constexpr std::int64_t kMostPositions = 1 << 25;
constexpr std::size_t kMostPairs = 256;
constexpr double kNoAge = 1e-9;  // of the observed time: what rounding leaves of none

using Pair = std::pair<std::size_t, std::size_t>;

std::vector<Pair> choose_pairs(const flow::Law& law) {
  std::vector<Pair> all;
  for (std::size_t p = 0; p < law.n_drifters(); ++p) {
    for (std::size_t q = p + 1; q < law.n_drifters(); ++q) {
      if (law.release_time[p] == law.release_time[q]) all.emplace_back(p, q);
    }
  }
  if (all.size() <= kMostPairs) return all;
  std::vector<Pair> chosen;
  for (std::size_t i = 0; i < kMostPairs; ++i) chosen.push_back(all[i * all.size() / kMostPairs]);
  return chosen;
}

/// Where observations count: by age, which is the time where all are released at 0.
class AgeBins {
 public:
  explicit AgeBins(const flow::Law& law)
      : law_(law),
        staggered_(std::ranges::any_of(law.release_time, [](double t) { return t > 0; })) {}

  double age(std::size_t drifter, std::size_t j) const {
    return law_.times[j] - law_.release_time[drifter];
  }

  /// None for a drifter that has not moved yet. With staggered releases, the nearest of equal
  /// parts.
  std::optional<std::size_t> bin(std::size_t drifter, std::size_t j) const {
    const double share = age(drifter, j) / law_.times.back();
    if (share < kNoAge) return std::nullopt;
    if (!staggered_) return j;
    const auto n = static_cast<double>(law_.n_times());
    return static_cast<std::size_t>(std::clamp(std::round(n * share) - 1, 0.0, n - 1));
  }

 private:
  const flow::Law& law_;
  bool staggered_;
};

/// Means over the drifters of a flow, then over flows, by age.
class Gatherer {
 public:
  explicit Gatherer(std::size_t n_bins) : bins_(n_bins) {}

  void add(std::optional<std::size_t> place, double age, double square) {
    if (!place || !std::isfinite(square)) return;
    auto& bin = bins_[*place];
    bin.flow_sum += square;
    bin.flow_count += 1;
    bin.age_sum += age;
    bin.square_age_sum += age * age;
    bin.age_count += 1;
  }

  void end_flow() {
    for (auto& bin : bins_) {
      if (bin.flow_count == 0) continue;
      const double mean = bin.flow_sum / bin.flow_count;
      bin.sum += mean;
      bin.sum_of_squares += mean * mean;
      ++bin.n_flows;
      bin.flow_sum = bin.flow_count = 0;
    }
  }

  std::vector<DispersionPoint> points() const {
    std::vector<DispersionPoint> result;
    for (const auto& bin : bins_) {
      if (bin.n_flows == 0) continue;
      const auto n = static_cast<double>(bin.n_flows);
      const double mean = bin.sum / n;
      const double variance = std::max(0.0, bin.sum_of_squares / n - mean * mean);
      const double error = n > 1 ? std::sqrt(variance / (n - 1)) : 0;
      result.push_back({bin.age_sum / bin.age_count, bin.square_age_sum / bin.age_count, mean,
                        error, bin.n_flows});
    }
    return result;
  }

 private:
  struct Bin {
    double flow_sum = 0, flow_count = 0;
    double age_sum = 0, square_age_sum = 0, age_count = 0;
    double sum = 0, sum_of_squares = 0;
    std::int64_t n_flows = 0;
  };
  std::vector<Bin> bins_;
};

double squared(double x, double y) {
  return x * x + y * y;
}

void add_drifters(Gatherer& one, const AgeBins& bins, const flow::Law& law,
                  const datasets::Reader::Components& positions) {
  for (std::size_t d = 0; d < law.n_drifters(); ++d) {
    for (std::size_t j = 0; j < law.n_times(); ++j) {
      const std::size_t i = d * law.n_times() + j;
      one.add(bins.bin(d, j), bins.age(d, j),
              squared(positions.x[i] - law.release_x[d], positions.y[i] - law.release_y[d]));
    }
  }
}

void add_pairs(Gatherer& two, const AgeBins& bins, const flow::Law& law,
               const std::vector<Pair>& pairs, const datasets::Reader::Components& positions) {
  for (const auto& [p, q] : pairs) {
    const double begin_x = law.release_x[p] - law.release_x[q];
    const double begin_y = law.release_y[p] - law.release_y[q];
    for (std::size_t j = 0; j < law.n_times(); ++j) {
      const std::size_t a = p * law.n_times() + j, b = q * law.n_times() + j;
      two.add(bins.bin(p, j), bins.age(p, j),
              squared(positions.x[a] - positions.x[b] - begin_x,
                      positions.y[a] - positions.y[b] - begin_y));
    }
  }
}

/// sum (2 pi |k|)^2 prior_std^2 (1 - cos 2 pi k.r), over the pairs: the prior is homogeneous.
double speed_difference_squared(const flow::Law& law, const std::vector<Pair>& pairs) {
  constexpr double kTurn = 2 * std::numbers::pi;
  double sum = 0;
  for (const auto& [p, q] : pairs) {
    for (std::size_t m = 0; m < law.n_modes(); ++m) {
      const double phase = kTurn * (law.modes.k[m] * (law.release_x[p] - law.release_x[q]) +
                                    law.modes.l[m] * (law.release_y[p] - law.release_y[q]));
      sum += kTurn * kTurn * flow::k_squared(law.modes, m) * law.prior_std[m] * law.prior_std[m] *
             (1 - std::cos(phase));
    }
  }
  return pairs.empty() ? 0 : sum / static_cast<double>(pairs.size());
}

std::int64_t flows_to_read(const datasets::Reader& reader) {
  const auto per_flow =
      static_cast<std::int64_t>(reader.law().n_drifters() * reader.law().n_times());
  const auto most = std::clamp<std::int64_t>(kMostPositions / per_flow, 1, kMostFlowsFollowed);
  return std::min(reader.n_flows(), most);
}

}  // namespace

Dispersion measure_dispersion(const datasets::Reader& reader) {
  const auto& law = reader.law();
  const auto pairs = choose_pairs(law);
  const AgeBins bins(law);
  Gatherer one(law.n_times()), two(law.n_times());
  const std::int64_t n_flows = flows_to_read(reader);
  for (std::int64_t i = 0; i < n_flows; ++i) {
    const auto positions = reader.positions(i * reader.n_flows() / n_flows, 1);
    add_drifters(one, bins, law, positions);
    one.end_flow();
    add_pairs(two, bins, law, pairs, positions);
    two.end_flow();
  }
  const double rms = rms_speed(law);
  return {one.points(),
          two.points(),
          n_flows,
          law.n_drifters(),
          pairs.size(),
          rms * rms + squared(law.mean_velocity[0], law.mean_velocity[1]),
          speed_difference_squared(law, pairs),
          law.diffusivity,
          law.observation_noise_std * law.observation_noise_std};
}

std::vector<double> local_slopes(const std::vector<DispersionPoint>& points) {
  std::vector<double> slopes;
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    slopes.push_back(std::log(points[i + 1].mean / points[i - 1].mean) /
                     std::log(points[i + 1].age / points[i - 1].age));
  }
  return slopes;
}

}  // namespace lagoon::pipelines
