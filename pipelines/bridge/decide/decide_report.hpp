#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/bridge/decide/decide_trial.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// Estimators closer than this in recall@1 are as good as each other.
inline constexpr double kDecisive = 0.05;

/// What decisions are worth.
struct DecideScores {
  std::int64_t decisive = 0, right = 0;  ///< trials that differ by more than kDecisive; of them
  double decided = 0, best = 0;          ///< mean recall@1: as decided, and of the better estimator
  double direct = 0, monte_carlo = 0;    ///< of either one throughout
};

/// Over all trials.
DecideScores score_decisions(const std::vector<DecideTrial>& trials);

/// agreement {decisive, right, share and interval_95, null if none is decisive}, mean_recall
/// {decided, best, direct, monte_carlo}, and trials.
nlohmann::json to_json(const std::vector<DecideTrial>& trials);

/// The scores in a few lines.
std::string decide_text(const std::vector<DecideTrial>& trials);

/// OUT/index.html: the table of trials and the picture of margins against true differences.
void write_decide_page(const FigureFolder& folder, const std::vector<DecideTrial>& trials,
                       const Invocation& invocation);

}  // namespace lagoon::pipelines
