#include <span>
#include <utility>

#include <gtest/gtest.h>

#include "flow/integration/trajectories.hpp"
#include "flow/kernels/instruction_sets.hpp"
#include "tests/support/flows.hpp"

// Mean velocity, release times, varying amplitudes and diffusion at once: the same bits wherever
// and however they are integrated.
namespace lagoon::flow {
namespace {

using tests::Coefficients;
using tests::Paths;

struct Everything {
  Everything(int n_drifters, std::size_t n_flows, int max_wavenumber = 3) {
    LawOptions options;
    options.max_wavenumber = max_wavenumber;
    options.release = "uniform";
    options.n_drifters = n_drifters;
    options.release_interval = 1e-4;
    options.damping = 10;
    options.mean_velocity_x = 2;
    options.diffusivity = 0.01;
    law = make_law(options);
    law.times = {0.01, 0.035, 0.05, 0.1};
    psi_hat = tests::draw_flows(law, n_flows);
    amplitudes = tests::draw_all_amplitudes(law, psi_hat);
    for (std::size_t i = 0; i < n_flows; ++i) keys.push_back({3, Purpose::train_diffusion, i});
  }

  Paths paths(const KernelSet& kernels, Method method, Precision precision, int threads,
              std::size_t n_flows) const {
    Law of_method = law;
    if (method == Method::runge_kutta4) of_method.diffusivity = 0;
    const std::size_t size = n_flows * law.n_drifters() * law.n_times();
    Paths result = {std::vector<double>(size), std::vector<double>(size)};
    const std::size_t n_modes = law.n_modes();
    integrate_fixed(kernels, of_method, {method, precision, 3}, {},
                    {std::span(psi_hat).first(n_flows * n_modes),
                     std::span(amplitudes).first(n_flows * n_modes * law.n_times()),
                     std::span(keys).first(n_flows)},
                    threads, result.x, result.y);
    return result;
  }

  Law law;
  Coefficients psi_hat, amplitudes;
  std::vector<DrawKey> keys;
};

constexpr Method kMethods[] = {Method::runge_kutta4, Method::euler_maruyama, Method::heun};
constexpr Precision kPrecisions[] = {Precision::float64, Precision::float32};

TEST(SameBits, on_every_instruction_set) {
  for (const auto& [n_drifters, max_wavenumber] : {std::pair(1, 3), {21, 3}, {3, 5}}) {
    const Everything all(n_drifters, 9, max_wavenumber);
    for (const Method method : kMethods) {
      for (const Precision precision : kPrecisions) {
        const Paths expected = all.paths(kernels_named("base"), method, precision, 1, 9);
        for (const KernelSet* kernels : available_kernels()) {
          EXPECT_EQ(all.paths(*kernels, method, precision, 1, 9), expected)
              << kernels->name << " " << to_string(method) << " " << to_string(precision);
        }
      }
    }
  }
}

TEST(SameBits, for_any_threads_and_batch) {
  const KernelSet& kernels = *available_kernels().front();
  for (const int n_drifters : {1, 3, 150}) {
    const Everything all(n_drifters, 70);
    for (const Precision precision : kPrecisions) {
      const Paths expected = all.paths(kernels, Method::heun, precision, 1, 70);
      EXPECT_EQ(all.paths(kernels, Method::heun, precision, 3, 70), expected);
      for (const std::size_t n_flows : {1, 7, 33}) {
        Paths first = expected;
        first.x.resize(n_flows * all.law.n_drifters() * 4);
        first.y.resize(first.x.size());
        EXPECT_EQ(all.paths(kernels, Method::heun, precision, 2, n_flows), first);
      }
    }
  }
}

}  // namespace
}  // namespace lagoon::flow
