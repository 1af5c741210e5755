#pragma once

#include <complex>
#include <span>
#include <string>

#include "flow/law/law.hpp"

namespace lagoon::flow {

/// Positions of the law's P drifters in each of n flows at its J times, by classical RK4 with one
/// clock for all drifters of a flow: `steps_per_interval` equal steps between neighbouring
/// observation times. Separable evaluation on SIMD packs; the same bits
/// for every instruction set, thread count and batch of flows.
///   psi_hat (n, mode);  x, y (n, drifter, time), unwrapped, x(0) = release point.
/// Throws Error, naming the flow, if a coefficient or a position is not finite.
void integrate_fixed(const Law& law, std::span<const std::complex<double>> psi_hat,
                     int steps_per_interval, int threads, std::span<double> x, std::span<double> y);

/// The same on a given kernel (integration/instruction_sets.hpp), for tests and benchmarks.
struct Kernel;
void integrate_fixed(const Kernel& kernel, const Law& law,
                     std::span<const std::complex<double>> psi_hat, int steps_per_interval,
                     int threads, std::span<double> x, std::span<double> y);

/// The same for one flow by dense-output Dormand-Prince 5(4) (Boost.Odeint), one step for all
/// drifters of the flow, absolute and relative tolerance `tolerance`: the accuracy reference.
///   psi_hat (mode);  x, y (drifter, time).
void integrate_adaptive(const Law& law, std::span<const std::complex<double>> psi_hat,
                        double tolerance, std::span<double> x, std::span<double> y);

/// The instruction set in use: "avx512", "avx2" or "base". The best that the machine has, or the
/// one that the environment variable LAGOON_ISA names (Error if the machine lacks it).
std::string instruction_set();

}  // namespace lagoon::flow
