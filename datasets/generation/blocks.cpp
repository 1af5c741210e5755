#include "datasets/generation/blocks.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "datasets/split.hpp"
#include "flow/eulerian_observations.hpp"
#include "flow/grid_fields.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/observations.hpp"
#include "flow/prior.hpp"

namespace lagoon::datasets {
namespace {

/// Flow i's part of values in equal parts.
template <class Values>
auto part(Values& values, std::size_t i, std::size_t size) {
  return std::span(values).subspan(i * size, size);
}

std::size_t positions_per_flow(const flow::Law& law) {
  return law.n_drifters() * law.n_times();
}

std::size_t flows_in(const Description& d, const SampleBlock& block) {
  return block.psi_hat.size() / d.law.n_modes();
}

flow::DrawKey key_of(const Description& d, Draw draw, std::int64_t first, std::size_t i) {
  return draw_key(draw, d.seed, d.fractions, first + static_cast<std::int64_t>(i));
}

void draw_flows(const Description& d, std::int64_t first, int threads, SampleBlock& block) {
  const std::size_t n_modes = d.law.n_modes();
  const std::size_t n_amplitudes = d.law.has_varying_amplitudes() ? n_modes * d.law.n_times() : 0;
  const std::size_t n_flows = flows_in(d, block);
  block.amplitudes.resize(n_flows * n_amplitudes);
  flow::parallel_for(n_flows, threads, [&](std::size_t i) {
    const auto psi_hat = part(block.psi_hat, i, n_modes);
    draw_psi_hat(d.law, key_of(d, Draw::psi_hat, first, i), psi_hat);
    if (n_amplitudes == 0) return;
    draw_amplitudes(d.law, key_of(d, Draw::amplitude, first, i), psi_hat,
                    part(block.amplitudes, i, n_amplitudes));
  });
}

void observe_positions(const Description& d, std::int64_t first, int threads, SampleBlock& block) {
  if (d.law.observation_noise_std == 0 && !d.law.has_gaps()) return;
  const std::size_t n = positions_per_flow(d.law);
  flow::parallel_for(flows_in(d, block), threads, [&](std::size_t i) {
    const auto x = part(block.x, i, n), y = part(block.y, i, n);
    add_observation_noise(d.law, key_of(d, Draw::noise, first, i), x, y);
    remove_unobserved(d.law, key_of(d, Draw::missing, first, i), x, y);
  });
}

void observe_velocity(const Description& d, std::int64_t first, int threads, SampleBlock& block) {
  const std::size_t n = d.eulerian.n_stations(), n_flows = flows_in(d, block);
  block.station_velocity_x.resize(n_flows * n);
  block.station_velocity_y.resize(n_flows * n);
  if (n == 0) return;
  flow::parallel_for(n_flows, threads, [&](std::size_t i) {
    observe_stations(d.law, d.eulerian, key_of(d, Draw::station_noise, first, i),
                     part(block.psi_hat, i, d.law.n_modes()), part(block.station_velocity_x, i, n),
                     part(block.station_velocity_y, i, n));
  });
}

/// Each thread has a plan of its own for a run of flows.
void fill_fields(const Description& d, int threads, SampleBlock& block) {
  const std::size_t n_flows = flows_in(d, block);
  const auto n_points = static_cast<std::size_t>(d.eulerian.grid * d.eulerian.grid);
  block.psi.resize(d.eulerian.psi ? n_flows * n_points : 0);
  block.vorticity.resize(d.eulerian.vorticity ? n_flows * n_points : 0);
  if (block.psi.empty() && block.vorticity.empty()) return;
  const auto n_runs = static_cast<std::size_t>(flow::resolve_threads(threads));
  flow::parallel_for(n_runs, threads, [&](std::size_t run) {
    flow::GridFields fields(d.law.modes, d.eulerian.grid);
    for (std::size_t i = run * n_flows / n_runs; i < (run + 1) * n_flows / n_runs; ++i) {
      const flow::Flow flow{d.law.modes, part(block.psi_hat, i, d.law.n_modes()), d.law.omega};
      if (d.eulerian.psi) {
        std::ranges::copy(fields.psi(flow, 0), part(block.psi, i, n_points).begin());
      }
      if (d.eulerian.vorticity) {
        std::ranges::copy(fields.vorticity(flow, 0), part(block.vorticity, i, n_points).begin());
      }
    }
  });
}

}  // namespace

flow::Scheme scheme_of(const Description& description) {
  return {flow::method_from_string(description.scheme),
          flow::precision_from_string(description.precision), description.steps_per_interval};
}

void integrate_block(const Description& description, const flow::Scheme& scheme, std::int64_t first,
                     int threads, SampleBlock& block) {
  const flow::Law& law = description.law;
  const std::size_t n_flows = flows_in(description, block);
  std::vector<flow::DrawKey> diffusion;
  for (std::size_t i = 0; law.diffusivity > 0 && i < n_flows; ++i) {
    diffusion.push_back(key_of(description, Draw::diffusion, first, i));
  }
  block.x.resize(n_flows * positions_per_flow(law));
  block.y.resize(block.x.size());
  integrate_fixed(law, scheme, {block.psi_hat, block.amplitudes, diffusion}, threads, block.x,
                  block.y);
}

void observe_block(const Description& description, std::int64_t first, int threads,
                   SampleBlock& block) {
  observe_positions(description, first, threads, block);
  observe_velocity(description, first, threads, block);
  fill_fields(description, threads, block);
}

void generate_block(const Description& description, std::int64_t first, std::int64_t count,
                    int threads, SampleBlock& block) {
  block.psi_hat.resize(static_cast<std::size_t>(count) * description.law.n_modes());
  draw_flows(description, first, threads, block);
  integrate_block(description, scheme_of(description), first, threads, block);
  observe_block(description, first, threads, block);
}

}  // namespace lagoon::datasets
