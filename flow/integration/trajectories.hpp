#pragma once

#include <complex>
#include <span>

#include "flow/integration/scheme.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// Positions of the law's P drifters in each of n flows at its J times, with one clock for all
/// drifters of a flow: its nodes are the observation and the release times, with equal steps
/// between neighbours. Separable evaluation on SIMD packs; the same bits for every instruction set,
/// thread count and batch of flows.
///   x, y (n, drifter, time), unwrapped; a drifter stays at its release point until its release.
/// Throws Error if the scheme cannot follow the law or the batch lacks what the law has, and,
/// naming the flow, if a coefficient or a position is not finite.
void integrate_fixed(const Law& law, const Scheme& scheme, const FlowBatch& flows, int threads,
                     std::span<double> x, std::span<double> y);

/// The same by RK4 in double precision, for laws of constant amplitudes without diffusion.
///   psi_hat (n, mode).
void integrate_fixed(const Law& law, std::span<const std::complex<double>> psi_hat,
                     int steps_per_interval, int threads, std::span<double> x, std::span<double> y);

/// How the steps of a scheme are refined: each is cut into `pieces` equal ones, and the Brownian
/// increment of a piece is the sum of `draws` normals. Where pieces * draws agree, drifters follow
/// the same Brownian path.
struct Refinement {
  int pieces = 1;
  int draws = 1;
};

/// The same with refined steps on given kernels (kernels/instruction_sets.hpp).
struct KernelSet;
void integrate_fixed(const KernelSet& kernels, const Law& law, const Scheme& scheme,
                     const Refinement& refinement, const FlowBatch& flows, int threads,
                     std::span<double> x, std::span<double> y);

/// The same for one flow by dense-output Dormand-Prince 5(4) (Boost.Odeint), one step for all
/// drifters of the flow, absolute and relative tolerance `tolerance`: the accuracy reference.
/// Throws Error for a law with diffusivity.
///   flow.psi_hat (mode), flow.amplitudes (time, mode) or empty;  x, y (drifter, time).
void integrate_adaptive(const Law& law, const FlowBatch& flow, double tolerance,
                        std::span<double> x, std::span<double> y);

/// The same for a flow of constant amplitudes: psi_hat (mode).
void integrate_adaptive(const Law& law, std::span<const std::complex<double>> psi_hat,
                        double tolerance, std::span<double> x, std::span<double> y);

}  // namespace lagoon::flow
