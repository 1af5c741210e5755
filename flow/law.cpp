#include "flow/law.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <span>
#include <sstream>

#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "flow/observations.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {
namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

template <class Value>
[[noreturn]] void refuse(const std::string& name, const Value& value, const char* remedy) {
  std::ostringstream message;
  message << name << " is " << value << ": " << remedy;
  throw Error(message.str());
}

/// `name` is the field's and, for those who type it, the flag's of lagoon generate.
template <class Value>
void require_option(bool condition, const char* name, const Value& value, const char* remedy) {
  if (!condition) refuse(name, value, remedy);
}

bool is_positive(double value) {
  return std::isfinite(value) && value > 0;
}
bool is_non_negative(double value) {
  return std::isfinite(value) && value >= 0;
}

/// s if n = s^2, else 0.
int exact_square_root(int n) {
  const int root = static_cast<int>(std::lround(std::sqrt(std::max(n, 0))));
  return root * root == n ? root : 0;
}

void require_valid_prior(const LawOptions& options) {
  require_option(options.prior == "power" || options.prior == "matern", "prior (--prior)",
                 options.prior, "give power or matern");
  require_option(std::isfinite(options.prior_exponent), "prior_exponent (--prior-exponent)",
                 options.prior_exponent, "give a finite number");
  require_option(is_non_negative(options.matern_tau), "matern_tau (--matern-tau)",
                 options.matern_tau, "give a number of at least 0");
  require_option(std::isfinite(options.matern_alpha), "matern_alpha (--matern-alpha)",
                 options.matern_alpha, "give a finite number");
  require_option(is_non_negative(options.mean_mode_std), "mean_mode_std (--mean-mode-std)",
                 options.mean_mode_std, "give a number of at least 0");
  require_option(is_positive(options.rms_speed), "rms_speed (--rms-speed)", options.rms_speed,
                 "give a speed above 0");
}

void require_valid_release(const LawOptions& options) {
  const std::size_t n_numbers = options.release_points.size();
  const std::string& release = options.release;
  if (release == "point") {
    require_option(n_numbers == 2, "release_points (--release)",
                   std::to_string(n_numbers) + " numbers",
                   "release = point takes one pair x, y (release = list takes more)");
  } else if (release == "list") {
    require_option(n_numbers > 0 && n_numbers % 2 == 0, "release_points (--release)",
                   std::to_string(n_numbers) + " numbers", "give pairs x1, y1, x2, y2, ...");
  } else {
    require_option(release == "grid" || release == "uniform", "release (--release)", release,
                   "give point, list, grid or uniform");
    require_option(options.n_drifters > 0, "n_drifters (--drifters)", options.n_drifters,
                   "give at least 1");
    require_option(release == "uniform" || exact_square_root(options.n_drifters) > 0,
                   "n_drifters (--drifters)", options.n_drifters,
                   "release = grid takes a square number (1, 4, 9, 16, ...)");
  }
  for (const double coordinate : options.release_points) {
    require_option(std::isfinite(coordinate), "release_points (--release)", coordinate,
                   "give finite numbers");
  }
}

void require_valid(const LawOptions& options) {
  require_option(options.mode_set == "square" || options.mode_set == "disk", "mode_set (--modes)",
                 options.mode_set, "give square or disk");
  const std::string wavenumber_rule = "give 1 to " + std::to_string(kLargestWavenumber);
  require_option(options.max_wavenumber >= 1 && options.max_wavenumber <= kLargestWavenumber,
                 "max_wavenumber (--max-wavenumber)", options.max_wavenumber,
                 wavenumber_rule.c_str());
  require_valid_prior(options);
  require_option(is_non_negative(options.omega_std), "omega_std (--omega-std)", options.omega_std,
                 "give a frequency of at least 0 (0: a steady flow)");
  require_option(is_positive(options.final_time), "final_time (--final-time)", options.final_time,
                 "give a time above 0");
  require_option(options.n_times >= 1, "n_times (--times)", options.n_times, "give at least 1");
  require_valid_release(options);
  require_option(is_non_negative(options.noise_percent), "noise_percent (--noise)",
                 options.noise_percent, "give a percentage of at least 0");
}

/// One frequency a mode, keyed by its wavenumbers: a mode keeps it in every mode set.
std::vector<double> draw_omega(const ModeSet& modes, const LawOptions& options) {
  std::vector<double> omega(modes.size());
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const auto k = static_cast<std::uint16_t>(modes.k[m]);
    const auto l = static_cast<std::uint16_t>(modes.l[m]);
    const std::uint32_t index = (std::uint32_t{k} << 16) | l;
    const auto normals = normal_pair(options.law_seed, Purpose::law_frequency, 0, index);
    omega[m] = options.omega_std * normals[0];
  }
  return omega;
}

void add_release(Law& law, double x, double y) {
  law.release_x.push_back(x);
  law.release_y.push_back(y);
}

void release_on_grid(Law& law, int n_drifters) {
  const int side = exact_square_root(n_drifters);
  for (int i = 0; i < side; ++i) {
    for (int j = 0; j < side; ++j) add_release(law, (i + 0.5) / side, (j + 0.5) / side);
  }
}

void release_uniformly(Law& law, const LawOptions& options) {
  for (int drifter = 0; drifter < options.n_drifters; ++drifter) {
    const auto sample = static_cast<std::uint64_t>(drifter);
    add_release(law, uniform(options.law_seed, Purpose::law_release, sample, 0),
                uniform(options.law_seed, Purpose::law_release, sample, 1));
  }
}

void release_drifters(Law& law, const LawOptions& options) {
  if (options.release == "grid") return release_on_grid(law, options.n_drifters);
  if (options.release == "uniform") return release_uniformly(law, options);
  const std::vector<double>& points = options.release_points;
  for (std::size_t i = 0; i < points.size(); i += 2) add_release(law, points[i], points[i + 1]);
}

double shape_of_prior(const LawOptions& options, double squared_wavenumber) {
  if (options.prior == "power") return std::pow(squared_wavenumber, -options.prior_exponent / 2);
  const double tau = options.matern_tau;
  return std::pow(kTwoPi * kTwoPi * squared_wavenumber + tau * tau, -options.matern_alpha);
}

double rms_speed(const ModeSet& modes, std::span<const double> prior_std) {
  double sum = 0;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    sum += kTwoPi * kTwoPi * k_squared(modes, m) * prior_std[m] * prior_std[m];
  }
  return std::sqrt(sum / 2);
}

/// A field of a law as hash() and first_difference() see it: its name and its bytes.
struct Field {
  const char* name;
  std::span<const std::byte> bytes;
};

std::array<Field, 8> fields(const Law& law) {
  const auto bytes = [](const auto& values) { return std::as_bytes(std::span(values)); };
  return {{{"modes", bytes(law.modes.k)},
           {"modes", bytes(law.modes.l)},
           {"prior_std", bytes(law.prior_std)},
           {"omega", bytes(law.omega)},
           {"release_x", bytes(law.release_x)},
           {"release_y", bytes(law.release_y)},
           {"times", bytes(law.times)},
           {"observation_noise_std", std::as_bytes(std::span(&law.observation_noise_std, 1))}}};
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

void require_size(const char* name, std::size_t size, std::size_t wanted, const char* axis) {
  require(size == wanted, "law: " + std::string(name) + " has " + std::to_string(size) +
                              " values for " + std::to_string(wanted) + " " + axis +
                              ": give one each");
}

void require_increasing_times(std::span<const double> times) {
  require(!times.empty(), "law: times is empty: give at least one observation time");
  for (std::size_t j = 0; j < times.size(); ++j) {
    const bool later = times[j] > (j == 0 ? 0 : times[j - 1]);
    if (!later) refuse(element("times", j), times[j], "times increase from above 0");
  }
}

}  // namespace

std::vector<double> make_prior_std(const ModeSet& modes, const LawOptions& options) {
  require_valid_prior(options);
  std::vector<double> prior_std(modes.size());
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const int squared = k_squared(modes, m);
    prior_std[m] = squared == 0 ? 0 : shape_of_prior(options, squared);
  }
  const double speed = rms_speed(modes, prior_std);
  require_option(
      is_positive(speed), "rms_speed (--rms-speed)", options.rms_speed,
      "no mode of the prior moves a drifter: give modes with |k| > 0 and a finite prior");
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const double scaled = prior_std[m] * (options.rms_speed / speed);
    prior_std[m] = k_squared(modes, m) == 0 ? options.mean_mode_std : scaled;
  }
  return prior_std;
}

Law make_law(const LawOptions& options) {
  require_valid(options);
  Law law;
  const bool keep_mean = !options.drop_mean_mode;
  law.modes = options.mode_set == "disk" ? disk_modes(options.max_wavenumber, keep_mean)
                                         : square_modes(options.max_wavenumber, keep_mean);
  law.prior_std = make_prior_std(law.modes, options);
  law.omega = draw_omega(law.modes, options);
  release_drifters(law, options);
  for (int j = 1; j <= options.n_times; ++j) {
    law.times.push_back(options.final_time * j / options.n_times);
  }
  require_valid(law);
  if (options.noise_percent > 0) {
    law.observation_noise_std = options.noise_percent / 100 * mean_net_displacement(law);
  }
  return law;
}

double rms_speed(const Law& law) {
  return rms_speed(law.modes, law.prior_std);
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
  require_size("prior_std", law.prior_std.size(), law.n_modes(), "modes");
  require_size("omega", law.omega.size(), law.n_modes(), "modes");
  require_size("release_y", law.release_y.size(), law.n_drifters(), "drifters");
  require(law.n_drifters() > 0, "law: no release points: give at least one drifter");
  require_each("prior_std", law.prior_std, is_non_negative, "give 0 or more");
  require_finite("omega", law.omega);
  require_finite("release_x", law.release_x);
  require_finite("release_y", law.release_y);
  require_finite("times", law.times);
  require_increasing_times(law.times);
  require_each("observation_noise_std", std::span(&law.observation_noise_std, 1), is_non_negative,
               "give 0 or more");
}

}  // namespace lagoon::flow
