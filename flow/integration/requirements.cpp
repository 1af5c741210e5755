#include "flow/integration/requirements.hpp"

#include <cmath>
#include <string>

#include "flow/error.hpp"
#include "flow/integration/brownian.hpp"

namespace lagoon::flow {
namespace {

void require_finite(const char* name, std::span<const std::complex<double>> values,
                    std::size_t n_of_a_flow, std::size_t n_modes) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i].real()) && std::isfinite(values[i].imag())) continue;
    throw Error("flow " + std::to_string(i / n_of_a_flow) + ": " + name + "[" +
                std::to_string(i % n_modes) + "] is not a finite number: give finite coefficients");
  }
}

void require_count(const char* name, std::size_t size, std::size_t wanted, const char* remedy) {
  require(size == wanted, "flows: " + std::to_string(size) + " " + name + " where the law needs " +
                              std::to_string(wanted) + ": " + remedy);
}

}  // namespace

void require_valid(const Law& law, const FlowBatch& flows) {
  const std::size_t n_modes = law.n_modes();
  const std::size_t n_flows = flows.psi_hat.size() / n_modes;
  require_count("coefficients", flows.psi_hat.size(), n_flows * n_modes, "give one a mode");
  require_finite("psi_hat", flows.psi_hat, n_modes, n_modes);
  if (law.has_varying_amplitudes()) {
    require_count("amplitudes", flows.amplitudes.size(), n_flows * law.n_times() * n_modes,
                  "draw them with draw_amplitudes");
    require_finite("amplitudes", flows.amplitudes, law.n_times() * n_modes, n_modes);
  }
  if (law.diffusivity > 0) {
    require_count("keys of Brownian motion", flows.diffusion.size(), n_flows, "give one a flow");
    require(law.n_drifters() <= kMostDiffusingDrifters,
            "law: " + std::to_string(law.n_drifters()) + " drifters with diffusivity: " +
                std::to_string(kMostDiffusingDrifters) + " have streams of their own: give fewer");
  }
}

void require_valid(const Law& law, const Scheme& scheme) {
  require(
      scheme.steps_per_interval >= 1,
      "steps_per_interval is " + std::to_string(scheme.steps_per_interval) + ": give at least 1");
  require(takes_noise(scheme.method) || law.diffusivity == 0,
          "scheme (--scheme) is " + to_string(scheme.method) +
              " and diffusivity (--diffusivity) is not 0: it knows no Brownian motion: give heun "
              "or euler-maruyama");
}

void require_finite_positions(const Law& law, std::span<const double> x,
                              std::span<const double> y) {
  // A drifter that is lost stays lost, so its last position tells.
  for (std::size_t i = law.n_times() - 1; i < x.size(); i += law.n_times()) {
    if (std::isfinite(x[i]) && std::isfinite(y[i])) continue;
    throw Error("flow " + std::to_string(i / law.n_times() / law.n_drifters()) +
                ": a drifter's position overflowed: give smaller coefficients");
  }
}

}  // namespace lagoon::flow
