#include "datasets/description.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <string_view>

#include "flow/error.hpp"
#include "flow/hash.hpp"

namespace lagoon::datasets {
namespace {

constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
constexpr std::int64_t kBlockBytes = 32 * kMebibyte;
constexpr std::int64_t kMostFlowBytes = 256 * kMebibyte;
// CF-1.8 knows no longer integers than 32 bits.
constexpr std::int64_t kMostTrajectories = std::numeric_limits<std::int32_t>::max();

class Hasher {
 public:
  template <class Number>
  void add(const Number& value) {
    hash_ = hash_bytes(std::as_bytes(std::span(&value, 1)), hash_);
  }
  void add_all(const std::vector<double>& values) {
    add(values.size());
    hash_ = hash_bytes(std::as_bytes(std::span(values)), hash_);
  }
  void add_text(std::string_view text) {
    add(text.size());
    hash_ = hash_bytes(std::as_bytes(std::span(text)), hash_);
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0;
};

// Without fields there is no grid, whatever was asked for.
flow::EulerianObservations as_stored(flow::EulerianObservations eulerian) {
  if (!eulerian.psi && !eulerian.vorticity) eulerian.grid = 0;
  return eulerian;
}

void add_eulerian(Hasher& hasher, const flow::EulerianObservations& eulerian) {
  hasher.add_all(eulerian.station_x);
  hasher.add_all(eulerian.station_y);
  hasher.add(eulerian.station_noise_std);
  hasher.add(eulerian.grid);
  hasher.add(eulerian.psi);
  hasher.add(eulerian.vorticity);
}

void add_scales(Hasher& hasher, const Scales& scales) {
  hasher.add(scales.length_m);
  hasher.add(scales.time_s);
  hasher.add(scales.origin_longitude);
  hasher.add(scales.origin_latitude);
  hasher.add_text(scales.origin_time);
}

std::string two_values(const std::string& name, const std::string& a, const std::string& b) {
  return name + " (" + a + " and " + b + ")";
}

template <class Number>
std::string two_values(const std::string& name, Number a, Number b) {
  return two_values(name, std::to_string(a), std::to_string(b));
}

}  // namespace

std::uint64_t sample_hash(const Description& description) {
  Hasher hasher;
  hasher.add(flow::hash(description.law));
  add_eulerian(hasher, as_stored(description.eulerian));
  hasher.add(description.seed);
  hasher.add(description.n_flows);
  hasher.add(description.storage);
  hasher.add(description.fractions.validation);
  hasher.add(description.fractions.test);
  add_scales(hasher, description.scales);
  hasher.add(description.steps_per_interval);
  hasher.add_text(description.scheme);
  hasher.add_text(description.precision);
  hasher.add_text(description.lagoon_version);
  return hasher.value();
}

std::string sample_difference(const Description& a, const Description& b) {
  const std::string of_law = flow::first_difference(a.law, b.law);
  if (!of_law.empty()) return of_law + " of the law";
  if (as_stored(a.eulerian) != as_stored(b.eulerian)) return "set of Eulerian observations";
  if (a.seed != b.seed) return two_values("seed", a.seed, b.seed);
  if (a.n_flows != b.n_flows) return two_values("number of flows", a.n_flows, b.n_flows);
  if (a.storage != b.storage) return "storage";
  if (a.fractions != b.fractions) return "validation or test fraction";
  if (a.scales != b.scales) return "set of scales";
  if (a.scheme != b.scheme) return two_values("scheme", a.scheme, b.scheme);
  if (a.precision != b.precision) return two_values("precision", a.precision, b.precision);
  if (a.steps_per_interval != b.steps_per_interval)
    return two_values("steps_per_interval", a.steps_per_interval, b.steps_per_interval);
  if (a.lagoon_version != b.lagoon_version)
    return two_values("lagoon_version", a.lagoon_version, b.lagoon_version);
  return "";
}

std::int64_t flow_bytes(const Description& description) {
  const flow::Law& law = description.law;
  const flow::EulerianObservations& eulerian = description.eulerian;
  const auto n_grid = static_cast<std::size_t>(eulerian.grid);
  const std::size_t n_complex =
      law.n_modes() * (1 + (law.has_varying_amplitudes() ? law.n_times() : 0));
  const std::size_t n_numbers = 2 * n_complex + 2 * law.n_drifters() * law.n_times() +
                                2 * eulerian.n_stations() +
                                n_grid * n_grid * (std::size_t{eulerian.psi} + eulerian.vorticity);
  return static_cast<std::int64_t>(n_numbers * sizeof(double));
}

std::int64_t block_flows(const Description& description) {
  const std::int64_t n_flows = flows_of(description).size;
  return std::clamp<std::int64_t>(kBlockBytes / flow_bytes(description), 1, n_flows);
}

void require_valid(const Description& description) {
  flow::require_valid(description.law);
  require_valid(description.eulerian, description.law.modes);
  require_valid(description.fractions);
  if (description.n_flows < 1)
    throw Error("a dataset of " + std::to_string(description.n_flows) +
                " flows (--samples) cannot be: give at least 1");
  const auto n_drifters = static_cast<std::int64_t>(description.law.n_drifters());
  if (description.n_flows > kMostTrajectories / n_drifters)
    throw Error(std::to_string(description.n_flows) + " flows (--samples) of " +
                std::to_string(n_drifters) + " drifters: a dataset holds at most " +
                std::to_string(kMostTrajectories) + " trajectories (make several)");
  require_valid(description.shard, description.n_flows);
  const std::int64_t bytes = flow_bytes(description);
  if (bytes > kMostFlowBytes)
    throw Error("one flow with its observations takes " + std::to_string(bytes / kMebibyte) +
                " MiB: " + std::to_string(kMostFlowBytes / kMebibyte) +
                " are the most (fewer drifters, times or grid points; more flows instead)");
}

}  // namespace lagoon::datasets
