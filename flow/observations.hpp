#pragma once

#include <span>

#include "flow/law/law.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

/// Adds independent normal errors of standard deviation law.observation_noise_std to the positions
/// of one flow's drifters, x and y both (drifter, time). Does nothing when it is 0.
void add_observation_noise(const Law& law, const DrawKey& key, std::span<double> x,
                           std::span<double> y);

/// Sets positions that nobody observed, (drifter, time), to NaN: those before a drifter's release
/// (at it, the drifter is seen), and each other one with chance law.missing_fraction.
void remove_unobserved(const Law& law, const DrawKey& key, std::span<double> x,
                       std::span<double> y);

/// Mean over flows of the prior of |x(T) - x(0)|, by simulation of 1,024 flows (a function of the
/// law without its noise, gaps and release times, and with constant amplitudes and no diffusion):
/// the unit of `noise_percent`. It runs on all cores, whatever number of threads the caller keeps
/// to elsewhere; the result does not depend on it.
double mean_net_displacement(const Law& law);

}  // namespace lagoon::flow
