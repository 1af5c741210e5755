#include "flow/law/law.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>

#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "flow/law/requirement.hpp"

namespace lagoon::flow {
namespace {

/// A field of a law as hash() and first_difference() see it: its name and its bytes.
struct Field {
  const char* name;
  std::span<const std::byte> bytes;
};

std::span<const std::byte> bytes_of(const double& number) {
  return std::as_bytes(std::span(&number, 1));
}
template <class Number>
std::span<const std::byte> bytes_of(const std::vector<Number>& numbers) {
  return std::as_bytes(std::span(numbers));
}

std::vector<Field> fields(const Law& law) {
  std::vector<Field> result;
  visit_fields(law, [&](const char* name, const auto& member) {
    result.push_back({name, bytes_of(member)});
  });
  return result;
}

bool same_bytes(std::span<const std::byte> a, std::span<const std::byte> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

std::string element(const char* name, std::size_t i) {
  return "law: " + std::string(name) + "[" + std::to_string(i) + "]";
}

void require_each(const char* name, std::span<const double> values, bool (*holds)(double),
                  const char* remedy) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!holds(values[i])) refuse(element(name, i), values[i], remedy);
  }
}

void require_finite(const char* name, std::span<const double> values) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  require_each(name, values, is_finite, "give finite numbers");
}

void require_non_negative(const char* name, std::span<const double> values) {
  require_each(name, values, is_non_negative, "give 0 or more");
}

void require_non_negative(const char* name, double value) {
  if (!is_non_negative(value)) refuse("law: " + std::string(name), value, "give 0 or more");
}

void require_size(const char* name, std::size_t size, std::size_t wanted, const char* axis) {
  require(size == wanted, "law: " + std::string(name) + " has " + std::to_string(size) +
                              " values for " + std::to_string(wanted) + " " + axis +
                              ": give one each");
}

void require_sizes(const Law& law) {
  require_size("prior_std", law.prior_std.size(), law.n_modes(), "modes");
  require_size("omega", law.omega.size(), law.n_modes(), "modes");
  require_size("damping", law.damping.size(), law.n_modes(), "modes");
  require(law.n_drifters() > 0, "law: no release points: give at least one drifter");
  require_size("release_y", law.release_y.size(), law.n_drifters(), "drifters");
  require_size("release_time", law.release_time.size(), law.n_drifters(), "drifters");
}

/// Times that integration takes for one would leave the later ones unobserved.
void require_increasing_times(const Law& law) {
  const std::vector<double>& times = law.times;
  require(!times.empty(), "law: times is empty: give at least one observation time");
  for (std::size_t j = 0; j < times.size(); ++j) {
    const bool later = j == 0 ? times[j] > 0 : times[j] - times[j - 1] > node_width(law);
    if (!later) refuse(element("times", j), times[j], "times increase from above 0, noticeably");
  }
}

void require_release_within_times(const Law& law) {
  require_non_negative("release_time", law.release_time);
  for (std::size_t p = 0; p < law.n_drifters(); ++p) {
    if (law.release_time[p] < law.times.back()) continue;
    refuse(element("release_time", p), law.release_time[p],
           "a drifter is released before the last observation time");
  }
}

}  // namespace

bool Law::has_varying_amplitudes() const {
  return std::ranges::any_of(damping, [](double rate) { return rate > 0; });
}

bool Law::has_gaps() const {
  return missing_fraction > 0 ||
         std::ranges::any_of(release_time, [](double time) { return time > 0; });
}

double node_width(const Law& law) {
  return 1e-12 * law.times.back();
}

double rms_speed(const Law& law) {
  double sum = 0;
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    sum += wave_squared(law.modes, m) * law.prior_std[m] * law.prior_std[m];
  }
  return std::sqrt(sum / 2);
}

double rms_psi(const Law& law) {
  double sum = 0;
  for (const double std : law.prior_std) sum += std * std;
  return std::sqrt(sum / 2);
}

double smallest_mirror_separation(const Law& law) {
  double smallest = std::numeric_limits<double>::infinity();
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    const auto mirror = find_mode(law.modes, -law.modes.k[m], -law.modes.l[m]);
    if (!mirror || *mirror == m || law.prior_std[m] == 0 || law.prior_std[*mirror] == 0) continue;
    smallest = std::min(smallest, std::abs(law.omega[m] + law.omega[*mirror]) * law.times.back());
  }
  return smallest;
}

std::uint64_t hash(const Law& law) {
  std::uint64_t result = 0;
  for (const Field& field : fields(law)) {
    const std::uint64_t size = field.bytes.size();
    result = hash_bytes(std::as_bytes(std::span(&size, 1)), result);
    result = hash_bytes(field.bytes, result);
  }
  return result;
}

std::string first_difference(const Law& a, const Law& b) {
  const auto fields_of_a = fields(a);
  const auto fields_of_b = fields(b);
  for (std::size_t i = 0; i < fields_of_a.size(); ++i) {
    if (!same_bytes(fields_of_a[i].bytes, fields_of_b[i].bytes)) return fields_of_a[i].name;
  }
  return "";
}

void require_valid(const Law& law) {
  require_valid(law.modes);
  require_sizes(law);
  require_non_negative("prior_std", law.prior_std);
  require_finite("omega", law.omega);
  require_non_negative("damping", law.damping);
  require_finite("mean_velocity", law.mean_velocity);
  require_non_negative("diffusivity", law.diffusivity);
  require_finite("release_x", law.release_x);
  require_finite("release_y", law.release_y);
  require_finite("times", law.times);
  require_increasing_times(law);
  require_release_within_times(law);
  require_non_negative("observation_noise_std", law.observation_noise_std);
  if (!is_non_negative(law.missing_fraction) || law.missing_fraction >= 1)
    refuse("law: missing_fraction", law.missing_fraction, "give 0 or more, below 1");
}

}  // namespace lagoon::flow
