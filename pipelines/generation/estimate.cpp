#include "pipelines/generation/estimate.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <system_error>

#include "datasets/generation/blocks.hpp"
#include "datasets/split.hpp"
#include "datasets/storage/schema.hpp"
#include "pipelines/generation/blocks.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

double seconds_of(const datasets::Description& description, std::int64_t count, int threads) {
  using Clock = std::chrono::steady_clock;
  datasets::SampleBlock block;
  const auto start = Clock::now();
  generate_block(description, flows_of(description).first, count, threads, block);
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Seconds of all flows, by ever larger blocks until one lasts long enough to be believed.
double generation_seconds(const datasets::Description& description, int threads) {
  constexpr double kBelieved = 0.2;
  const std::int64_t most = block_flows(description);
  std::int64_t count = 1;
  double seconds = seconds_of(description, count, threads);
  while (seconds < kBelieved && count < most) {
    count = std::min(2 * count, most);
    seconds = seconds_of(description, count, threads);
  }
  return seconds * static_cast<double>(flows_of(description).size) / static_cast<double>(count);
}

std::array<std::int64_t, 3> split_sizes(const datasets::Description& d) {
  std::array<std::int64_t, 3> sizes{};
  const auto range = flows_of(d);
  for (std::int64_t i = range.first; i < range.first + range.size; ++i) {
    ++sizes[static_cast<std::size_t>(split_of(i, d.fractions))];
  }
  return sizes;
}

}  // namespace

Estimate estimate(const datasets::Description& description, const std::filesystem::path& out,
                  int threads) {
  std::error_code unknown;
  const auto folder = std::filesystem::absolute(out).parent_path();
  const auto space = std::filesystem::space(folder, unknown);
  const auto bytes = bytes_of(extent_of(description), contents_of(description));
  return {static_cast<double>(bytes), unknown ? 0 : static_cast<double>(space.available),
          generation_memory(description), generation_seconds(description, threads)};
}

void print_plan(const datasets::Description& d, const Estimate& estimate) {
  const auto [train, validation, test] = split_sizes(d);
  print("# " + counted_text(static_cast<std::size_t>(flows_of(d).size), "flow") + " (train " +
        std::to_string(train) + ", validation " + std::to_string(validation) + ", test " +
        std::to_string(test) + "), " + counted_text(d.law.n_modes(), "mode") + ", " +
        counted_text(d.law.n_drifters(), "drifter") + ", " + counted_text(d.law.n_times(), "time"));
  print("# " + d.scheme + " in " + d.precision + ", about " + std::to_string(d.steps_per_interval) +
        " steps between observations");
  print("# file " + bytes_text(estimate.file_bytes) + " (free " + bytes_text(estimate.free_bytes) +
        (estimate.file_bytes > estimate.free_bytes ? ": too little" : "") + "), memory " +
        bytes_text(estimate.memory) + ", time about " + duration_text(estimate.seconds));
}

}  // namespace lagoon::pipelines
