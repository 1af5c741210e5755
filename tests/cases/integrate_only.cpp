// integrate_only FILE [THREADS]: draws and integrates the flows of a dataset again, without writing
// them, and prints the seconds that took. The first flows must be those of the file.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "datasets/generation/blocks.hpp"
#include "datasets/reader.hpp"
#include "flow/error.hpp"

namespace {

using namespace lagoon;

void require_same(const datasets::Reader& reader, const datasets::SampleBlock& block) {
  const auto n = static_cast<std::int64_t>(block.psi_hat.size() / reader.law().n_modes());
  const auto stored = reader.positions(0, n);
  const bool rounded = reader.description().storage == datasets::Storage::float32;
  const bool same = std::ranges::equal(stored.x, block.x, [&](double a, double b) {
    return a == (rounded ? static_cast<double>(static_cast<float>(b)) : b);
  });
  require(same && reader.psi_hat(0, n) == block.psi_hat, "integrate_only: other flows");
}

double integrate(const datasets::Reader& reader, int threads) {
  using Clock = std::chrono::steady_clock;
  const auto& d = reader.description();
  const std::int64_t at_once = std::min<std::int64_t>(2048, reader.n_flows());
  datasets::SampleBlock block;
  double seconds = 0;
  for (std::int64_t first = 0; first < reader.n_flows(); first += at_once) {
    const auto start = Clock::now();
    datasets::generate_block(d, first, std::min(at_once, reader.n_flows() - first), threads, block);
    seconds += std::chrono::duration<double>(Clock::now() - start).count();
    if (first == 0) require_same(reader, block);
  }
  return seconds;
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return 2;
  const lagoon::datasets::Reader reader(words[1]);
  std::cout << integrate(reader, count > 2 ? std::atoi(words[2]) : 0) << "\n";
}
