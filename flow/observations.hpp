#pragma once

#include <cstdint>
#include <span>

#include "flow/law.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

/// Adds independent normal errors of standard deviation law.observation_noise_std to the positions
/// of one flow's drifters, x and y both (drifter, time). Does nothing when it is 0.
void add_observation_noise(const Law& law, std::uint64_t seed, Purpose noise_purpose,
                           std::uint64_t sample, std::span<double> x, std::span<double> y);

/// Mean over flows of the prior of |x(T) - x(0)|, by simulation of 1,024 flows (a function of the
/// law without its noise): the unit of `noise_percent`. It runs on all cores, whatever number of
/// threads the caller keeps to elsewhere; the result does not depend on it.
double mean_net_displacement(const Law& law);

}  // namespace lagoon::flow
