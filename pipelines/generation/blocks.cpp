#include "pipelines/generation/blocks.hpp"

#include <algorithm>
#include <future>

#include "datasets/split.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/observations.hpp"
#include "flow/prior.hpp"

namespace lagoon::pipelines {
namespace {

std::int64_t block_flows(const datasets::Description& description) {
  return std::min(datasets::Writer::kBlockFlows, description.n_flows);
}

std::size_t positions_per_flow(const flow::Law& law) {
  return law.n_drifters() * law.n_times();
}

void draw_flows(const datasets::Description& description, std::int64_t first, int threads,
                Block& block) {
  const std::size_t n_modes = description.law.n_modes();
  flow::parallel_for(block.psi_hat.size() / n_modes, threads, [&](std::size_t i) {
    const auto sample = first + static_cast<std::int64_t>(i);
    const auto key =
        draw_key(datasets::Draw::psi_hat, description.seed, description.fractions, sample);
    draw_psi_hat(description.law, key, std::span(block.psi_hat).subspan(i * n_modes, n_modes));
  });
}

void add_noise(const datasets::Description& description, std::int64_t first, int threads,
               Block& block) {
  if (description.law.observation_noise_std == 0) return;
  const std::size_t n = positions_per_flow(description.law);
  flow::parallel_for(block.x.size() / n, threads, [&](std::size_t i) {
    const auto sample = first + static_cast<std::int64_t>(i);
    const auto key =
        draw_key(datasets::Draw::noise, description.seed, description.fractions, sample);
    add_observation_noise(description.law, key, std::span(block.x).subspan(i * n, n),
                          std::span(block.y).subspan(i * n, n));
  });
}

}  // namespace

Block generate_block(const datasets::Description& description, std::int64_t first,
                     std::int64_t count, int threads) {
  const flow::Law& law = description.law;
  const auto n_flows = static_cast<std::size_t>(count);
  const std::size_t n_positions = n_flows * positions_per_flow(law);
  Block block{std::vector<std::complex<double>>(n_flows * law.n_modes()),
              std::vector<double>(n_positions), std::vector<double>(n_positions)};
  draw_flows(description, first, threads, block);
  integrate_fixed(law, block.psi_hat, description.steps_per_interval, threads, block.x, block.y);
  add_noise(description, first, threads, block);
  return block;
}

double generation_memory(const datasets::Description& description) {
  const flow::Law& law = description.law;
  const auto values =
      2 * static_cast<double>(positions_per_flow(law)) + 2 * static_cast<double>(law.n_modes());
  return 2 * static_cast<double>(block_flows(description)) * values * sizeof(double);
}

bool generate_flows(const datasets::Description& description, datasets::Writer& writer, int threads,
                    const std::function<bool(std::int64_t)>& on_block) {
  std::future<void> writing;
  const auto wait = [&writing] {
    if (writing.valid()) writing.get();
  };
  bool go_on = true;
  for (std::int64_t first = writer.flows_complete(); go_on && first < description.n_flows;) {
    const auto count = std::min(block_flows(description), description.n_flows - first);
    Block block = generate_block(description, first, count, threads);
    wait();
    writing = std::async(std::launch::async, [&writer, block = std::move(block)] {
      writer.write_block(block.psi_hat, block.x, block.y);
    });
    first += count;
    go_on = on_block(first);
  }
  wait();
  return writer.flows_complete() == description.n_flows;
}

}  // namespace lagoon::pipelines
