#pragma once

#include <string>
#include <vector>

#include "pipelines/assimilation/scores/method_result.hpp"
#include "pipelines/assimilation/study.hpp"

// What each picture of scores shows, in a sentence or two that begin its caption and end in a
// space; "" where there is nothing to tell. No method is told from another, nor from what it
// claims, within the 95% intervals.
namespace lagoon::pipelines {

/// Who has the smallest error of psi at the smallest and at the largest wavenumber.
std::string wavenumbers_finding(const std::vector<MethodResult>& results);

/// Whose 90% intervals are farthest from holding 90% of the truths, and whose are not shown to be.
std::string coverage_finding(const std::vector<MethodResult>& results);

/// Whom the rank tests refute.
std::string ranks_finding(const std::vector<MethodResult>& results);

/// Whose drifters are the least far from the truth's at the last time, and who is not shown to beat
/// persistence there.
std::string forecasts_finding(const std::vector<MethodResult>& results);

/// What the smallest error costs, and what costs least.
std::string cost_finding(const std::vector<MethodResult>& results);

/// How each method's error changes from the least to the largest value of what is varied.
std::string study_finding(const Study& study,
                          const std::vector<std::vector<MethodResult>>& settings);

}  // namespace lagoon::pipelines
