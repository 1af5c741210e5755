#include "pipelines/assimilation/scores/finding.hpp"

#include <algorithm>
#include <cmath>

#include "flow/scores/calibration.hpp"
#include "pipelines/assimilation/summary.hpp"

namespace lagoon::pipelines {
namespace {

constexpr std::size_t kOfNinety = 2;
static_assert(flow::kCoverageLevels[kOfNinety] == 0.9);

std::string order_text(const MethodResult& best, const MethodResult& next) {
  const auto& least = best.scores.crps;
  const std::string text = best.title + " has the smallest CRPS, " + estimate_text(least) +
                           "; next is " + next.title + ", " + estimate_text(next.scores.crps);
  return text + (least.upper < next.scores.crps.lower
                     ? "."
                     : ": the intervals overlap, and these queries do not settle the order.");
}

}  // namespace

std::string finding_of(const std::vector<MethodResult>& results) {
  std::vector<const MethodResult*> scored;
  for (const auto& result : results) {
    if (result.reason.empty() && std::isfinite(result.scores.crps.value)) scored.push_back(&result);
  }
  if (scored.size() < 2) return "";
  std::ranges::stable_sort(scored, {},
                           [](const auto* result) { return result->scores.crps.value; });
  std::string too_sure;
  for (const auto* result : scored) {
    const auto& coverage = result->scores.coverage[kOfNinety];
    if (!(coverage.upper < flow::kCoverageLevels[kOfNinety])) continue;  // NaN: without intervals
    too_sure += (too_sure.empty() ? "" : ", ") + result->title + " " + estimate_text(coverage);
  }
  return order_text(*scored[0], *scored[1]) +
         (too_sure.empty()
              ? " No method is shown to be overconfident: of none are the 90% intervals short of "
                "their share of truths beyond chance."
              : " Overconfident, by the share of truths in their 90% intervals: " + too_sure + ".");
}

}  // namespace lagoon::pipelines
