#pragma once

#include <cstdint>
#include <vector>

#include "pipelines/figures/figure.hpp"
#include "pipelines/report/retrieval_record.hpp"

namespace lagoon::pipelines {

/// Shares of fewer queries than this are told by the table; drawn, they would only show their
/// uncertainty.
inline constexpr std::int64_t kFewestDrawnQueries = 20;

/// Recall against library size, both ways, with 95% intervals.
Figure draw_library_curves(const FigureFolder& folder,
                           const std::vector<RetrievalRecord>& retrievals);

}  // namespace lagoon::pipelines
