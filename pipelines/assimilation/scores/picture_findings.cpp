#include "pipelines/assimilation/scores/picture_findings.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string_view>

#include "datasets/text/text.hpp"
#include "flow/scores/calibration.hpp"
#include "pipelines/assimilation/scores/finding.hpp"
#include "pipelines/assimilation/summary.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

constexpr double kNinety = flow::kCoverageLevels[flow::kNinetyPercent];

const flow::Estimate& inside_ninety(const MethodResult& result) {
  return result.scores.coverage[flow::kNinetyPercent];
}

flow::Estimate error_of_psi(const MethodResult& result) {
  return result.scores.relative_error;
}

/// All but the prior, which has seen nothing.
std::vector<const MethodResult*> without_prior(std::vector<const MethodResult*> results) {
  std::erase_if(results, [](const auto* result) { return result->name == "prior"; });
  return results;
}

/// "A has the smallest ERROR, 0.2 (0.1 to 0.3), which these queries do not tell from that of B"; of
/// one method "A has an ERROR of 0.2 (0.1 to 0.3)".
std::string smallest_text(const std::vector<const MethodResult*>& ranked, const Score& score,
                          const std::string& error) {
  const MethodResult& best = *ranked.front();
  const auto least = score(best);
  if (ranked.size() == 1) return best.title + " has a " + error + " of " + estimate_text(least);
  std::vector<std::string> rivals;
  for (const auto* other : ranked) {
    // So written that an interval of NaN tells nothing apart.
    if (other != &best && !(least.upper < score(*other).lower)) rivals.push_back(other->title);
  }
  const std::string text = best.title + " has the smallest " + error + ", " + estimate_text(least);
  return rivals.empty() ? text
                        : text + ", which these queries do not tell from that of " +
                              datasets::enumerated(rivals);
}

/// The shells that some method has errors in.
std::set<int> shells_of(const std::vector<MethodResult>& results) {
  std::set<int> shells;
  for (const auto* result : existing(results)) {
    for (const auto& [shell, error] : result->scores.psi_by_wavenumber) {
      if (std::isfinite(error.value)) shells.insert(shell);
    }
  }
  return shells;
}

std::string shell_text(const std::vector<MethodResult>& results, int shell,
                       const std::string& error_of) {
  const Score error_there = [shell](const MethodResult& result) {
    const auto found = result.scores.psi_by_wavenumber.find(shell);
    return found == result.scores.psi_by_wavenumber.end()
               ? flow::Estimate{kNoNumber, kNoNumber, kNoNumber}
               : found->second;
  };
  const auto ranked = without_prior(ranked_by(error_there, results));
  if (ranked.empty()) return "";
  return smallest_text(ranked, error_there, error_of + " at |k| = " + std::to_string(shell));
}

}  // namespace

std::string wavenumbers_finding(const std::vector<MethodResult>& results) {
  const auto shells = shells_of(results);
  if (shells.empty()) return "";
  const std::string first = shell_text(results, *shells.begin(), "relative error of ψ");
  if (first.empty() || shells.size() == 1) return first.empty() ? "" : first + ". ";
  const std::string last = shell_text(results, *shells.rbegin(), "relative error");
  // One name is enough where the same method is first at both ends.
  constexpr std::string_view kHas = " has ";
  const auto whose = first.substr(0, first.find(kHas) + kHas.size());
  if (last.starts_with(whose)) return first + ", and " + last.substr(whose.size()) + ". ";
  return first + (last.empty() ? "" : "; " + last) + ". ";
}

namespace {

double distance_from_ninety(const MethodResult* result) {
  return std::abs(inside_ninety(*result).value - kNinety);
}

/// Not shown to be off.
bool reaches_ninety(const MethodResult& result) {
  const auto& inside = inside_ninety(result);
  return !(inside.upper < kNinety || inside.lower > kNinety);
}

/// "A, with 0.7 (0.65 to 0.75) of the truths inside (too sure)".
std::string off_text(const MethodResult& result) {
  const auto& inside = inside_ninety(result);
  return result.title + ", with " + estimate_text(inside) + " of the truths inside (too " +
         (inside.value < kNinety ? "sure)" : "unsure)");
}

}  // namespace

std::string coverage_finding(const std::vector<MethodResult>& results) {
  auto ranked = ranked_by(inside_ninety, results);
  if (ranked.empty()) return "";
  std::ranges::stable_sort(ranked, std::ranges::greater(), distance_from_ninety);
  std::vector<std::string> off, right;
  for (const auto* result : ranked) {
    if (reaches_ninety(*result)) {
      right.push_back(result->title);
    } else {
      off.push_back(off_text(*result));
    }
  }
  if (off.empty()) {
    const MethodResult& farthest = *ranked.front();
    return "At 90% no method is shown to be too sure or too unsure: farthest from 0.9 is " +
           farthest.title + ", " + estimate_text(inside_ninety(farthest)) +
           ", whose bar reaches it. ";
  }
  return (off.size() == 1 ? "Off beyond its bar at 90%: "
                          : "Off beyond their bars at 90%, farthest first: ") +
         datasets::enumerated(off) + "." +
         (right.empty() ? ""
                        : (right.size() == 1 ? " The bar of " : " The bars of ") +
                              datasets::enumerated(right) +
                              (right.size() == 1 ? " reaches 0.9." : " reach 0.9.")) +
         " ";
}

std::string ranks_finding(const std::vector<MethodResult>& results) {
  std::vector<std::string> refuted, others;
  bool has_few = false;
  for (const auto* result : existing(results)) {
    const std::string verdict = verdict_of(result->ranks);
    has_few = has_few || verdict == kTooFewQueries;
    if (verdict == "not calibrated") {
      refuted.push_back(result->title + " (χ² " + number_text(result->ranks.pooled.chi_squared, 3) +
                        ")");
    } else {
      others.push_back(result->title);
    }
  }
  if (has_few) {
    return "Too few queries to test ranks, which takes " + std::to_string(kFewestForRanks) + ". ";
  }
  if (refuted.empty()) {
    return others.empty() ? "" : "The rank tests refute no method's calibration. ";
  }
  return "The rank tests refute the calibration of " + datasets::enumerated(refuted) +
         (others.empty() ? "" : ", not that of " + datasets::enumerated(others)) + ". ";
}

std::string forecasts_finding(const std::vector<MethodResult>& results) {
  const Score separation = [](const MethodResult& result) {
    return result.forecast ? result.forecast->error
                           : flow::Estimate{kNoNumber, kNoNumber, kNoNumber};
  };
  const auto ranked = without_prior(ranked_by(separation, results));
  if (ranked.empty()) return "";
  std::vector<std::string> no_better;
  for (const auto* result : ranked) {
    if (!(separation(*result).upper < 1)) no_better.push_back(result->title);
  }
  return smallest_text(ranked, separation, "separation over the way gone at T") + "." +
         (no_better.empty()
              ? ""
              : " Not shown to beat persistence there: " + datasets::enumerated(no_better) + ".") +
         " ";
}

namespace {

/// "1/130 of that": of so many times less, in two figures.
std::string fraction_text(double times) {
  if (!std::isfinite(times) || times < 2) return "";
  const double unit = std::pow(10, std::floor(std::log10(times)) - 1);
  return ", 1/" + std::to_string(std::lround(unit < 1 ? times : unit * std::round(times / unit))) +
         " of that";
}

}  // namespace

std::string cost_finding(const std::vector<MethodResult>& results) {
  const Score seconds = [](const MethodResult& result) { return result.seconds_per_query; };
  const auto ranked = without_prior(ranked_by(error_of_psi, results));
  const auto by_cost = without_prior(ranked_by(seconds, results));
  if (ranked.empty() || by_cost.empty()) return "";
  const MethodResult& best = *ranked.front();
  const MethodResult& cheapest = *by_cost.front();
  const auto cost = seconds(best), least = seconds(cheapest);
  const std::string text = smallest_text(ranked, error_of_psi, "relative error of ψ") + "; " +
                           best.title + " takes " + figures_text(cost.value) + " s a query";
  if (ranked.size() == 1) return text + ". ";
  if (!(least.upper < cost.lower)) return text + ", and none is shown to take less. ";
  return text + ". " + cheapest.title + " takes least, " + figures_text(least.value) + " s" +
         fraction_text(cost.value / least.value) + ", with an error of " +
         estimate_text(error_of_psi(cheapest)) + ". ";
}

namespace {

/// One method's result at a setting; null if it has no error there.
const MethodResult* scored_at(const std::vector<MethodResult>& results, const std::string& name) {
  const auto found = std::ranges::find(results, name, &MethodResult::name);
  if (found == results.end() || !found->reason.empty()) return nullptr;
  return std::isfinite(error_of_psi(*found).value) ? &*found : nullptr;
}

}  // namespace

std::string study_finding(const Study& study,
                          const std::vector<std::vector<MethodResult>>& settings) {
  if (settings.size() < 2) return "";
  const auto [least, largest] =
      std::ranges::minmax_element(study.settings, {}, &StudySetting::value);
  const auto& first = settings[static_cast<std::size_t>(least - study.settings.begin())];
  const auto& last = settings[static_cast<std::size_t>(largest - study.settings.begin())];
  std::vector<std::string> changed, same;
  for (const auto& result : first) {
    const auto* from = scored_at(first, result.name);
    const auto* to = scored_at(last, result.name);
    if (from == nullptr || to == nullptr) continue;
    const auto a = error_of_psi(*from), b = error_of_psi(*to);
    if (a.upper < b.lower || b.upper < a.lower) {
      changed.push_back(figures_text(a.value) + " to " + figures_text(b.value) + " (" +
                        from->title + ")");
    } else {
      same.push_back(from->title);
    }
  }
  if (changed.empty() && same.empty()) return "";
  const std::string range =
      "From " + number_text(least->value) + " to " + number_text(largest->value);
  if (changed.empty()) {
    return range + " the relative error of ψ of no method changes beyond its bars. ";
  }
  return range + " the relative error of ψ goes from " + datasets::enumerated(changed) +
         (same.empty() ? "" : "; not beyond its bars for " + datasets::enumerated(same)) + ". ";
}

}  // namespace lagoon::pipelines
