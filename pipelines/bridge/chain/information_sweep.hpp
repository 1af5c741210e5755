#pragma once

#include <map>
#include <string>
#include <vector>

#include "pipelines/bridge/chain/chain_study.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/report/html_page.hpp"

namespace lagoon::pipelines {

/// What the exact ratios of one law of one noise need.
struct NeededSamples {
  double noise = 0;
  std::uint64_t seed = 0;
  double information = 0;   ///< nats: I(B; A, C) = I(A;B) + I(B;C) - I(A;C)
  double link = 0;          ///< nats: the mean of I(A;B) and I(B;C)
  double for_estimate = 0;  ///< M at which the median estimate falls short by kShortfall
  double for_ranking = 0;   ///< M at which recall@1 reaches kShareOfLimit of Bayes's
};
inline constexpr double kShortfall = 1;  ///< nats
inline constexpr double kShareOfLimit = 0.9;

/// log M against information over noises of one law, its slope law by law. An M that the pool sizes
/// do not hold on both sides is 0 and does not count.
struct InformationSweep {
  std::vector<NeededSamples> points;
  SeedMean of_estimate, of_ranking;  ///< slopes, of the laws with three such M or more
};

/// Of all laws of a study that were asked for.
InformationSweep sweep_information(const ChainStudy& study);

/// M where values that rise with M reach a target, between pool sizes by log M; 0 outside.
double samples_for(const std::map<std::int64_t, double>& values, double target);

/// {"slope": {"estimate", "ranking"}, "points"}, with "intervals" of the slopes.
nlohmann::json to_json(const InformationSweep& sweep);
std::string sweep_text(const InformationSweep& sweep);
void add_sweep(HtmlPage& page, const FigureFolder& folder, const InformationSweep& sweep);

}  // namespace lagoon::pipelines
