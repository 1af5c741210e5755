#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <set>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/law/law_options.hpp"
#include "flow/observations.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using Change = std::function<void(LawOptions&)>;

LawOptions changed(const Change& change) {
  LawOptions options;
  change(options);
  return options;
}

/// The message of the Error that make_law throws, or "".
std::string complaint(const Change& change) {
  try {
    make_law(changed(change));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Modes, square_and_disk_have_their_sizes_and_order) {
  EXPECT_EQ(square_modes(3).size(), 49U);
  EXPECT_EQ(square_modes(3, false).size(), 48U);
  EXPECT_EQ(disk_modes(3).size(), 29U);
  const ModeSet modes = square_modes(3);
  EXPECT_EQ(find_mode(modes, -3, -3), 0U);
  EXPECT_EQ(find_mode(modes, -3, -2), 1U);
  EXPECT_EQ(find_mode(modes, 0, 0), 24U);
  EXPECT_FALSE(find_mode(disk_modes(3), 3, 3).has_value());
  EXPECT_EQ(max_wavenumber(disk_modes(5)), 5);
}

TEST(Modes, sets_that_cannot_be_are_refused) {
  EXPECT_THROW(require_valid(ModeSet{}), Error);
  EXPECT_THROW(require_valid(ModeSet{{1, 2}, {0}}), Error);
  EXPECT_THROW(require_valid(ModeSet{{1, 0, 1}, {2, 0, 2}}), Error);
  EXPECT_THROW(require_valid(ModeSet{{kLargestWavenumber + 1}, {0}}), Error);
  EXPECT_NO_THROW(require_valid(square_modes(kLargestWavenumber)));
}

TEST(Law, the_priors_fall_as_they_say) {
  const ModeSet modes = square_modes(3);
  LawOptions options;
  options.mean_mode_std = 0.25;
  const auto at = [&](const std::vector<double>& std, int k, int l) {
    return std[*find_mode(modes, k, l)];
  };
  options.prior_exponent = 3;
  const std::vector<double> power = make_prior_std(modes, options);
  EXPECT_NEAR(at(power, 1, 0) / at(power, 0, -2), 8, tests::kFewRoundings);
  EXPECT_EQ(at(power, 0, 0), 0.25);
  options.prior = "matern";
  options.matern_tau = 6;
  options.matern_alpha = 2;
  const std::vector<double> matern = make_prior_std(modes, options);
  const double unit = 4 * std::numbers::pi * std::numbers::pi;
  EXPECT_NEAR(at(matern, 1, 0) / at(matern, 2, 1), std::pow((5 * unit + 36) / (unit + 36), 2),
              tests::kFewRoundings);
}

TEST(Law, rms_speed_is_the_one_asked_for) {
  for (const char* prior : {"power", "matern"}) {
    const Law law = make_law(changed([&](LawOptions& options) {
      options.prior = prior;
      options.rms_speed = 15;
      options.mean_mode_std = 2;  // moves nothing
    }));
    EXPECT_NEAR(rms_speed(law), 15, tests::kFewRoundings) << prior;
  }
}

TEST(Law, drifters_are_released_as_asked) {
  const Law point = make_law({});
  EXPECT_EQ(point.release_x, std::vector{0.75});
  const Law list = make_law(changed([](LawOptions& options) {
    options.release = "list";
    options.release_points = {0.1, 0.2, 0.3, 0.4};
  }));
  EXPECT_EQ(list.release_x, (std::vector{0.1, 0.3}));
  EXPECT_EQ(list.release_y, (std::vector{0.2, 0.4}));
  const Law grid = make_law(changed([](LawOptions& options) {
    options.release = "grid";
    options.n_drifters = 4;
  }));
  EXPECT_EQ(grid.release_x, (std::vector{0.25, 0.25, 0.75, 0.75}));
  EXPECT_EQ(grid.release_y, (std::vector{0.25, 0.75, 0.25, 0.75}));
}

TEST(Law, more_uniform_drifters_keep_the_first_ones) {
  const auto uniformly = [](int n_drifters) {
    return make_law(changed([&](LawOptions& options) {
      options.release = "uniform";
      options.n_drifters = n_drifters;
    }));
  };
  const Law few = uniformly(5);
  const Law many = uniformly(50);
  EXPECT_EQ(few.release_x, std::vector(many.release_x.begin(), many.release_x.begin() + 5));
  EXPECT_EQ(std::set(many.release_y.begin(), many.release_y.end()).size(), 50U);
}

TEST(Law, a_mode_keeps_its_frequency_in_every_mode_set) {
  const Law square = make_law({});
  const Law disk = make_law(changed([](LawOptions& options) {
    options.mode_set = "disk";
    options.drop_mean_mode = true;
  }));
  const auto omega_of = [](const Law& law, int k, int l) {
    return law.omega[*find_mode(law.modes, k, l)];
  };
  EXPECT_EQ(omega_of(square, 2, -1), omega_of(disk, 2, -1));
  EXPECT_NE(omega_of(square, 2, -1), omega_of(square, -2, 1));
}

TEST(Law, frequencies_follow_the_law_seed_only) {
  const Law zero = make_law({});
  const Law one = make_law(changed([](LawOptions& options) { options.law_seed = 1; }));
  EXPECT_EQ(first_difference(zero, one), "omega");
  EXPECT_EQ(first_difference(zero, make_law({})), "");
}

TEST(Law, hash_and_first_difference_see_every_field) {
  const Law law = make_law({});
  const std::vector<std::pair<std::string, std::function<void(Law&)>>> changes = {
      {"k", [](Law& other) { other.modes.k[3] += 1; }},
      {"l", [](Law& other) { other.modes.l[3] += 1; }},
      {"prior_std", [](Law& other) { other.prior_std[5] *= 1 + 1e-15; }},
      {"omega", [](Law& other) { other.omega.back() += 1; }},
      {"release_x", [](Law& other) { other.release_x[0] += 1e-9; }},
      {"release_y", [](Law& other) { other.release_y.push_back(0); }},
      {"times", [](Law& other) { other.times.pop_back(); }},
      {"observation_noise_std", [](Law& other) { other.observation_noise_std = 0.01; }},
  };
  std::set<std::uint64_t> hashes = {hash(law)};
  for (const auto& [field, change] : changes) {
    Law other = law;
    change(other);
    EXPECT_EQ(first_difference(law, other), field);
    EXPECT_TRUE(hashes.insert(hash(other)).second) << field;
  }
}

TEST(Law, wrong_options_are_refused_by_field_and_flag) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<std::string, Change>> wrong = {
      {"mode_set (--modes) is hexagon", [](LawOptions& o) { o.mode_set = "hexagon"; }},
      {"max_wavenumber (--max-wavenumber) is 0", [](LawOptions& o) { o.max_wavenumber = 0; }},
      {"max_wavenumber (--max-wavenumber) is 33", [](LawOptions& o) { o.max_wavenumber = 33; }},
      {"prior (--prior) is round", [](LawOptions& o) { o.prior = "round"; }},
      {"prior_exponent (--prior-exponent) is", [=](LawOptions& o) { o.prior_exponent = nan; }},
      {"matern_tau (--matern-tau) is -1", [](LawOptions& o) { o.matern_tau = -1; }},
      {"matern_alpha (--matern-alpha) is", [=](LawOptions& o) { o.matern_alpha = nan; }},
      {"mean_mode_std (--mean-mode-std) is -0.5", [](LawOptions& o) { o.mean_mode_std = -0.5; }},
      {"rms_speed (--rms-speed) is 0", [](LawOptions& o) { o.rms_speed = 0; }},
      {"rms_speed (--rms-speed) is nan", [=](LawOptions& o) { o.rms_speed = nan; }},
      {"omega_std (--omega-std) is -1", [](LawOptions& o) { o.omega_std = -1; }},
      {"final_time (--final-time) is 0", [](LawOptions& o) { o.final_time = 0; }},
      {"n_times (--times) is 0", [](LawOptions& o) { o.n_times = 0; }},
      {"release (--release) is circle", [](LawOptions& o) { o.release = "circle"; }},
      {"release_points (--release) is 4 numbers",
       [](LawOptions& o) {
         o.release_points = {0.1, 0.2, 0.3, 0.4};
       }},
      {"release_points (--release) is 3 numbers",
       [](LawOptions& o) {
         o.release = "list", o.release_points = {0.1, 0.2, 0.3};
       }},
      {"release_points (--release) is nan",
       [=](LawOptions& o) {
         o.release_points = {nan, 0.2};
       }},
      {"n_drifters (--drifters) is 5", [](LawOptions& o) { o.release = "grid", o.n_drifters = 5; }},
      {"n_drifters (--drifters) is 0",
       [](LawOptions& o) { o.release = "uniform", o.n_drifters = 0; }},
      {"noise_percent (--noise) is -3", [](LawOptions& o) { o.noise_percent = -3; }},
  };
  for (const auto& [message, change] : wrong) {
    EXPECT_EQ(complaint(change).substr(0, message.size()), message);
  }
}

TEST(Law, broken_laws_are_refused) {
  const std::vector<std::function<void(Law&)>> breaks = {
      [](Law& law) { law.prior_std.pop_back(); },
      [](Law& law) { law.prior_std[1] = -0.5; },
      [](Law& law) { law.prior_std[1] = std::numeric_limits<double>::quiet_NaN(); },
      [](Law& law) { law.omega[2] = std::numeric_limits<double>::infinity(); },
      [](Law& law) { law.release_y.clear(); },
      [](Law& law) { law.release_x.clear(), law.release_y.clear(); },
      [](Law& law) { law.times[0] = 0; },
      [](Law& law) { law.times[7] = law.times[6]; },
      [](Law& law) { law.times[7] = std::nextafter(law.times[6], 1); },
      [](Law& law) { law.times.clear(); },
      [](Law& law) { law.observation_noise_std = -1; },
      [](Law& law) { law.damping.pop_back(); },
      [](Law& law) { law.damping[0] = -1; },
      [](Law& law) { law.mean_velocity[1] = std::numeric_limits<double>::quiet_NaN(); },
      [](Law& law) { law.diffusivity = -0.5; },
      [](Law& law) { law.release_time.clear(); },
      [](Law& law) { law.release_time[0] = law.times.back(); },
      [](Law& law) { law.missing_fraction = 1; },
  };
  for (std::size_t i = 0; i < breaks.size(); ++i) {
    Law law = make_law({});
    EXPECT_NO_THROW(require_valid(law));
    breaks[i](law);
    EXPECT_THROW(require_valid(law), Error) << "break " << i;
  }
}

TEST(Law, mirror_separation_of_a_hand_made_law) {
  Law law;
  law.modes = {{1, -1, 2, -2, 0, 3}, {0, 0, 1, -1, 0, 0}};
  law.prior_std = {1, 1, 1, 0, 1, 1};  // (2, 1) has no living mirror, (0, 0) is its own
  law.omega = {5, -3.5, 1, -1, 0, 0};
  law.times = {0.1, 0.2};
  EXPECT_NEAR(smallest_mirror_separation(law), 1.5 * 0.2, tests::kFewRoundings);
  law.prior_std[0] = 0;
  EXPECT_EQ(smallest_mirror_separation(law), std::numeric_limits<double>::infinity());
}

TEST(Observations, noise_has_the_laws_standard_deviation) {
  const Law law = make_law(changed([](LawOptions& options) { options.noise_percent = 5; }));
  Law silent = law;
  silent.observation_noise_std = 0;
  EXPECT_NEAR(law.observation_noise_std, 0.05 * mean_net_displacement(silent),
              tests::kFewRoundings);
  EXPECT_EQ(mean_net_displacement(law), mean_net_displacement(silent));
  double square = 0, product = 0;
  constexpr std::size_t kSamples = 100;
  for (std::size_t i = 0; i < kSamples; ++i) {
    std::vector<double> x(law.n_times()), y(law.n_times());
    add_observation_noise(law, {3, Purpose::train_noise, i}, x, y);
    for (std::size_t j = 0; j < x.size(); ++j) {
      square += x[j] * x[j] + y[j] * y[j];
      product += x[j] * y[j];
    }
    add_observation_noise(silent, {3, Purpose::train_noise, i}, x, y);
  }
  const double n = 2.0 * kSamples * static_cast<double>(law.n_times());
  const double variance = law.observation_noise_std * law.observation_noise_std;
  EXPECT_NEAR(square / n / variance, 1, tests::kManySigmas * std::sqrt(2 / n));
  EXPECT_NEAR(product / n / variance, 0, tests::kManySigmas * std::sqrt(1 / n));
}

TEST(Observations, no_noise_changes_nothing) {
  const Law law = make_law({});
  std::vector<double> x(law.n_times(), 0.5), y(law.n_times(), 0.25);
  add_observation_noise(law, {3, Purpose::train_noise, 0}, x, y);
  EXPECT_EQ(x, std::vector(law.n_times(), 0.5));
  EXPECT_EQ(y, std::vector(law.n_times(), 0.25));
}

}  // namespace
}  // namespace lagoon::flow
