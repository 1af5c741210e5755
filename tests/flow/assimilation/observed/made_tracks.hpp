#pragma once

#include <cstdint>
#include <limits>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/assimilation/observed/velocity_regression.hpp"
#include "flow/law/law.hpp"
#include "flow/random.hpp"

// Drifters of steady waves for tests of what is held out.
namespace lagoon::tests {

/// A position that nobody saw.
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Steady waves |k| <= 2 of rms speed 0.3 in which drifters leave (1/2, 1/2) and its surroundings.
inline flow::Law drifting_law(std::size_t n_drifters, std::size_t n_times, std::uint64_t seed) {
  flow::Law law = flow::steady_law(flow::steady_modes(2),
                                   {.matern_tau = 1, .matern_alpha = 1, .rms_speed = 0.3});
  for (std::size_t p = 0; p < n_drifters; ++p) {
    law.release_x.push_back(0.45 + 0.1 * flow::uniform(seed, flow::Purpose::law_release, p, 0));
    law.release_y.push_back(0.45 + 0.1 * flow::uniform(seed, flow::Purpose::law_release, p, 1));
    law.release_time.push_back(0);
  }
  for (std::size_t j = 1; j <= n_times; ++j) {
    law.times.push_back(static_cast<double>(j) / static_cast<double>(n_times));
  }
  return law;
}

/// One draw of the prior a seed.
inline Eigen::VectorXd drawn_control(const flow::ControlSpace& space, std::uint64_t seed) {
  Eigen::VectorXd control(space.size());
  for (Eigen::Index i = 0; i < control.size(); ++i) {
    control[i] =
        flow::normal_pair(seed, flow::Purpose::twin_truth, 0, static_cast<std::uint32_t>(i))[0];
  }
  return control;
}

}  // namespace lagoon::tests
