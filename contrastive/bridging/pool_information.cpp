#include "contrastive/bridging/pool_information.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

constexpr double kMarginNats = 2;

/// log n - entropy of the softmax of n scores.
double information_of_row(std::span<const double> scores) {
  const double largest = *std::max_element(scores.begin(), scores.end());
  double sum = 0, weighted = 0;
  for (const double score : scores) {
    const double weight = std::exp(score - largest);
    sum += weight;
    weighted += weight * (score - largest);
  }
  return weighted / sum - std::log(sum) + std::log(static_cast<double>(scores.size()));
}

}  // namespace

double pool_information(const Embeddings& a, const Embeddings& pool, const Link& link,
                        std::int64_t most) {
  require(a.n > 0 && pool.n > 0, "information needs at least one row and one bridge sample");
  constexpr std::int64_t kRows = 16;  // 13 MB of scores a hundred thousand samples
  const std::int64_t n = std::min(a.n, most);
  double sum = 0;
  for (std::int64_t first = 0; first < n; first += kRows) {
    const std::int64_t count = std::min(kRows, n - first);
    const ScoreGrid grid = direct_scores(stretch(a, first, count), pool, link);
    for (std::int64_t i = 0; i < count; ++i) sum += information_of_row(grid.row(i));
  }
  return sum / static_cast<double>(n);
}

std::string pool_warning(double information_ab, double information_bc, std::int64_t seen,
                         std::int64_t samples) {
  const double information = std::max(information_ab, information_bc);
  const double log_samples = std::log(static_cast<double>(samples));
  const bool saturated = information + kMarginNats >= std::log(static_cast<double>(seen));
  std::ostringstream text;
  text << std::fixed << std::setprecision(1);
  if (information + kMarginNats >= log_samples) {
    text << samples << " bridge samples are exp(" << log_samples << "), and the links tell "
         << information
         << " nats: the mean hangs on a handful of samples. The samples needed grow like "
            "exp(information): give more, or compare directly";
  } else if (saturated && seen < samples) {
    text << "the first " << seen << " samples cannot show how much the links tell (at least "
         << information << " nats): see whether the effective samples are few, or measure on more";
  }
  return text.str();
}

}  // namespace lagoon::contrastive
