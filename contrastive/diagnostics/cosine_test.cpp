#include "contrastive/diagnostics/cosine_test.hpp"

#include <algorithm>
#include <string>

#include "contrastive/diagnostics/sphere_law.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"

namespace lagoon::contrastive {
namespace {

std::vector<float> sorted_cosines(const Embeddings& embeddings) {
  const RowMatrix rows = unit_rows(embeddings);
  const RowMatrix products = rows * rows.transpose();
  std::vector<float> cosines;
  cosines.reserve(static_cast<std::size_t>(embeddings.n * (embeddings.n - 1) / 2));
  for (Eigen::Index i = 0; i < products.rows(); ++i) {
    for (Eigen::Index j = i + 1; j < products.cols(); ++j) cosines.push_back(products(i, j));
  }
  std::ranges::sort(cosines);
  return cosines;
}

/// max |empirical - law| over all cosines, both sides of each step.
double distance(const Embeddings& embeddings, const CosineLaw& law) {
  const auto cosines = sorted_cosines(embeddings);
  const auto n = static_cast<double>(cosines.size());
  double largest = 0;
  for (std::size_t i = 0; i < cosines.size(); ++i) {
    const double expected = law.cdf(cosines[i]);
    const auto below = static_cast<double>(i);
    largest = std::max({largest, expected - below / n, (below + 1) / n - expected});
  }
  return largest;
}

}  // namespace

CosineTest test_cosines(const Embeddings& embeddings, const CosineTestOptions& options) {
  require(embeddings.n >= 3,
          std::to_string(embeddings.n) + " embeddings have too few pairs: give 3 or more");
  const Embeddings kept = thin(embeddings, options.rows);
  const CosineLaw law(kept.dim);
  CosineTest test;
  test.rows = kept.n;
  test.distance = distance(kept, law);
  std::vector<double> null(static_cast<std::size_t>(options.simulations));
  flow::parallel_for(null.size(), options.threads, [&](std::size_t s) {
    // Seeds of simulations are the high half, so that neighbouring seeds share none.
    null[s] = distance(draw_directions(kept.n, kept.dim, (options.seed << 32) + s), law);
  });
  const auto as_far = std::ranges::count_if(null, [&](double d) { return d >= test.distance; });
  test.p_value = static_cast<double>(1 + as_far) / static_cast<double>(1 + null.size());
  std::ranges::sort(null);
  test.null_99 = null.empty() ? 0 : null[null.size() * 99 / 100];
  return test;
}

CosineHistogram cosine_histogram(const Embeddings& embeddings, std::int64_t rows, int bins) {
  const auto cosines = sorted_cosines(thin(embeddings, rows));
  require(!cosines.empty(), "cosines of pairs of embeddings need two of them: give 2 or more");
  const CosineLaw law(embeddings.dim);
  double low = cosines.front(), high = cosines.back();
  while (low > -1 && law.cdf(low) > 1e-3) low = std::max(-1.0, low - 0.01);
  while (high < 1 && law.cdf(high) < 1 - 1e-3) high = std::min(1.0, high + 0.01);
  CosineHistogram histogram;
  histogram.width = (high - low) / bins;
  const auto count_below = [&](double edge) {
    return static_cast<double>(std::ranges::lower_bound(cosines, edge) - cosines.begin());
  };
  const auto n = static_cast<double>(cosines.size());
  for (int b = 0; b < bins; ++b) {
    const double left = low + b * histogram.width, right = left + histogram.width;
    const double up_to = b + 1 == bins ? n : count_below(right);
    histogram.left.push_back(left);
    histogram.share.push_back((up_to - count_below(left)) / n);
    histogram.expected.push_back(law.cdf(right) - law.cdf(left));
  }
  return histogram;
}

}  // namespace lagoon::contrastive
