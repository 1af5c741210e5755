#pragma once

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
  double link_information = 0;    ///< nats: the mean of I(A;B) and I(B;C)
  double bridge_information = 0;  ///< nats: I(B; A, C) = I(A;B) + I(B;C) - I(A;C)
  double samples = 0;             ///< M at which recall@1 reaches kShareOfLimit of Bayes's
};
inline constexpr double kShareOfLimit = 0.9;

/// log M against information over noises of one law, its slope law by law. Noises at which the pool
/// sizes do not hold the M on both sides are left out.
struct InformationSweep {
  std::vector<NeededSamples> points;
  SeedMean by_link, by_bridge;  ///< slopes, of the laws with three noises or more
};

InformationSweep sweep_information(const ChainStudy& study);

/// M where recalls (ascending M) reach a share of the limit, between pool sizes by log M; 0
/// outside.
double samples_for(const std::map<std::int64_t, double>& recalls, double target);

/// {"slope": {"link", "bridge"}, "points"}, with "intervals" of the slopes.
nlohmann::json to_json(const InformationSweep& sweep);
std::string sweep_text(const InformationSweep& sweep);
void add_sweep(HtmlPage& page, const FigureFolder& folder, const InformationSweep& sweep);

}  // namespace lagoon::pipelines
