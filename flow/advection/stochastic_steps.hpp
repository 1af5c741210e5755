#pragma once

#include <array>
#include <cstddef>

// One step of strong schemes for dX = f(X, t) dt + g(X, t) dW, X of N components driven by M
// independent Wiener processes. The caller gives the increments dW of the step, each of variance
// dt, so that one path can be followed at several step lengths (sums of neighbouring increments).
// drift(x, t) gives an array of N; diffusion(x, t) an N x M array of rows. Kloeden & Platen,
// Numerical Solution of Stochastic Differential Equations, section 10.2; Heun's scheme: Ruemelin,
// SIAM Journal on Numerical Analysis 19 (1982) 604.
namespace lagoon::flow {

namespace stochastic {

/// f dt + g dW.
template <std::size_t N, std::size_t M>
std::array<double, N> increment(const std::array<double, N>& f,
                                const std::array<std::array<double, M>, N>& g, double dt,
                                const std::array<double, M>& dW) {
  std::array<double, N> sum{};
  for (std::size_t i = 0; i < N; ++i) {
    sum[i] = f[i] * dt;
    for (std::size_t j = 0; j < M; ++j) sum[i] += g[i][j] * dW[j];
  }
  return sum;
}

}  // namespace stochastic

/// X(t + dt) in Ito's sense by Euler-Maruyama: strong order 1/2, and 1 where g does not depend on
/// x.
template <class Drift, class Diffusion, std::size_t N, std::size_t M>
std::array<double, N> euler_maruyama_step(const Drift& drift, const Diffusion& diffusion,
                                          std::array<double, N> x, double t, double dt,
                                          const std::array<double, M>& dW) {
  const auto change = stochastic::increment<N, M>(drift(x, t), diffusion(x, t), dt, dW);
  for (std::size_t i = 0; i < N; ++i) x[i] += change[i];
  return x;
}

/// X(t + dt) in Stratonovich's sense by Heun's scheme: strong order 1 where the columns of g
/// commute (one Wiener process, additive or diagonal noise), 1/2 elsewhere.
template <class Drift, class Diffusion, std::size_t N, std::size_t M>
std::array<double, N> heun_step(const Drift& drift, const Diffusion& diffusion,
                                std::array<double, N> x, double t, double dt,
                                const std::array<double, M>& dW) {
  const auto first = stochastic::increment<N, M>(drift(x, t), diffusion(x, t), dt, dW);
  std::array<double, N> ahead = x;
  for (std::size_t i = 0; i < N; ++i) ahead[i] += first[i];
  const auto second =
      stochastic::increment<N, M>(drift(ahead, t + dt), diffusion(ahead, t + dt), dt, dW);
  for (std::size_t i = 0; i < N; ++i) x[i] += (first[i] + second[i]) / 2;
  return x;
}

}  // namespace lagoon::flow
