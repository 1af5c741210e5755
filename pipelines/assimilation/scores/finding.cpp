#include "pipelines/assimilation/scores/finding.hpp"

#include <algorithm>
#include <cmath>

#include "flow/scores/calibration.hpp"
#include "pipelines/assimilation/summary.hpp"

namespace lagoon::pipelines {
namespace {

std::string order_text(const MethodResult& best, const MethodResult& next) {
  const auto& least = best.scores.crps;
  const std::string text = best.title + " has the smallest CRPS, " + estimate_text(least) +
                           "; next is " + next.title + ", " + estimate_text(next.scores.crps);
  return text + (least.upper < next.scores.crps.lower
                     ? "."
                     : ": the intervals overlap, and these queries do not settle the order.");
}

}  // namespace

std::vector<const MethodResult*> ranked_by(const Score& score,
                                           const std::vector<MethodResult>& results) {
  auto ranked = existing(results);
  std::erase_if(ranked, [&](const auto* result) { return !std::isfinite(score(*result).value); });
  std::ranges::stable_sort(ranked, {}, [&](const auto* result) { return score(*result).value; });
  return ranked;
}

std::string finding_of(const std::vector<MethodResult>& results) {
  const auto scored = ranked_by([](const auto& r) { return r.scores.crps; }, results);
  if (scored.size() < 2) return "";
  std::string too_sure;
  for (const auto* result : scored) {
    const auto& coverage = result->scores.coverage[flow::kNinetyPercent];
    if (!(coverage.upper < flow::kCoverageLevels[flow::kNinetyPercent]))
      continue;  // NaN: without intervals
    too_sure += (too_sure.empty() ? "" : ", ") + result->title + " " + estimate_text(coverage);
  }
  return order_text(*scored[0], *scored[1]) +
         (too_sure.empty()
              ? " No method is shown to be overconfident: of none are the 90% intervals short of "
                "their share of truths beyond chance."
              : " Overconfident, by the share of truths in their 90% intervals: " + too_sure + ".");
}

}  // namespace lagoon::pipelines
