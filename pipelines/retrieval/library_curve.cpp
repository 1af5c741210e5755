#include "pipelines/retrieval/library_curve.hpp"

#include <cassert>
#include <cmath>

namespace lagoon::pipelines {
namespace {

// log of n! for n = 0 .. largest.
std::vector<double> log_factorials(std::int64_t largest) {
  std::vector<double> table(static_cast<std::size_t>(largest) + 1, 0.0);
  for (std::size_t n = 1; n < table.size(); ++n) {
    table[n] = table[n - 1] + std::log(static_cast<double>(n));
  }
  return table;
}

// P(at most k - 1 of `better` rows are among `drawn` rows drawn from `others`).
double probability_within(const std::vector<double>& log_factorial, std::int64_t better,
                          std::int64_t others, std::int64_t drawn, int k) {
  const auto log_choose = [&](std::int64_t n, std::int64_t r) {
    const auto at = [&](std::int64_t i) { return log_factorial[static_cast<std::size_t>(i)]; };
    return at(n) - at(r) - at(n - r);
  };
  double probability = 0;
  for (std::int64_t j = 0; j < k && j <= better; ++j) {
    if (drawn - j < 0 || drawn - j > others - better) continue;
    probability += std::exp(log_choose(better, j) + log_choose(others - better, drawn - j) -
                            log_choose(others, drawn));
  }
  return std::min(1.0, probability);
}

}  // namespace

std::vector<std::int64_t> library_sizes(std::int64_t library_size) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t size = 16; size < library_size; size *= 4) sizes.push_back(size);
  sizes.push_back(library_size);
  return sizes;
}

double expected_recall(const contrastive::Ranks& ranks, int k, std::int64_t library_size,
                       std::int64_t size) {
  assert(size >= 1 && size <= library_size);
  const std::int64_t others = library_size - 1;
  const auto log_factorial = log_factorials(others);
  // sum_within[b]: the sum of the probabilities for 0 .. b - 1 better rows, so that the mean over
  // the places that a tie may take is one difference.
  std::vector<double> sum_within(static_cast<std::size_t>(library_size) + 1, 0.0);
  for (std::int64_t b = 0; b < library_size; ++b) {
    const auto i = static_cast<std::size_t>(b);
    sum_within[i + 1] = sum_within[i] + probability_within(log_factorial, b, others, size - 1, k);
  }
  double sum = 0;
  for (std::size_t q = 0; q < ranks.better.size(); ++q) {
    const auto first = static_cast<std::size_t>(ranks.better[q]);
    const auto last = first + static_cast<std::size_t>(ranks.tied[q]) + 1;
    sum += (sum_within[last] - sum_within[first]) / static_cast<double>(last - first);
  }
  return sum / static_cast<double>(ranks.better.size());
}

}  // namespace lagoon::pipelines
