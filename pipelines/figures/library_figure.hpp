#pragma once

#include <vector>

#include "pipelines/figures/figure.hpp"
#include "pipelines/report/retrieval_record.hpp"

namespace lagoon::pipelines {

/// Recall against library size, both ways, with 95% intervals.
Figure draw_library_curves(const FigureFolder& folder,
                           const std::vector<RetrievalRecord>& retrievals);

}  // namespace lagoon::pipelines
