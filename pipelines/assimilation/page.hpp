#pragma once

#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/assimilation/evaluation.hpp"
#include "pipelines/assimilation/scores/coarse_observations.hpp"
#include "pipelines/assimilation/study.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// What was assimilated, and how it went.
struct AssimilationRecord {
  std::optional<Study> study;                       ///< none: a dataset
  std::vector<std::vector<MethodResult>> settings;  ///< (setting of the study, method)
  std::optional<Queries> queries;                   ///< of the base setting
  std::vector<CoarseScores> coarse;                 ///< of the study exact

  const std::vector<MethodResult>& base() const { return settings[study ? study->base : 0]; }
};

/// Draws the pictures and writes index.html into their folder.
void write_page(const FigureFolder& folder, const AssimilationRecord& record,
                const nlohmann::json& summary, const Invocation& invocation);

}  // namespace lagoon::pipelines
