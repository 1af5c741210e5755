#include "contrastive/diagnostics/dynamic_range.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "contrastive/diagnostics/sphere_law.hpp"
#include "contrastive/inference/log_weights.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

double spread(std::vector<float> scores) {
  const auto tail = scores.size() / 1000;
  std::ranges::nth_element(scores, scores.begin() + static_cast<std::ptrdiff_t>(tail));
  const float low = scores[tail];
  std::ranges::nth_element(scores, scores.end() - 1 - static_cast<std::ptrdiff_t>(tail));
  return scores[scores.size() - 1 - tail] - low;
}

}  // namespace

DynamicRange measure_dynamic_range(const Embeddings& u, const Embeddings& v, double scale,
                                   bool bounded) {
  require(u.n == v.n && u.dim == v.dim && u.n >= 2,
          "the range of scores is of pairs: give two or more of either side, of one dimension");
  DynamicRange range;
  std::vector<float> all;
  Eigen::ArrayXd log_ratios(u.n);
  std::int64_t at_ceiling = 0;
  for (Eigen::Index i = 0; i < u.n; ++i) {
    const Eigen::ArrayXd scores =
        scale * (as_matrix(v) * as_matrix(u).row(i).transpose()).cast<double>().array();
    log_ratios[i] = scores[i] - log_mean_exp(std::span(scores.data(), scores.size()));
    at_ceiling += scores[i] > 0.9 * scale;
    for (const double score : scores) all.push_back(static_cast<float>(score));
  }
  const auto n = static_cast<double>(u.n);
  range.information = mean_of(log_ratios);
  range.log_library = std::log(n);
  range.needed = std::log(99 * (n - 1));
  range.used = spread(std::move(all));
  range.reach = bounded ? 2 * scale : std::numeric_limits<double>::infinity();
  range.ceiling = bounded ? scale - log_mean_exp_on_sphere(u.dim, scale) : range.reach;
  range.share_at_ceiling = bounded ? static_cast<double>(at_ceiling) / n : 0;
  return range;
}

}  // namespace lagoon::contrastive
