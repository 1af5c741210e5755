#pragma once

#include <cstdint>

#include <nlohmann/json.hpp>

#include "pipelines/retrieval/evaluation.hpp"
#include "pipelines/retrieval/example.hpp"

namespace lagoon::pipelines {

/// Adds n_queries, library_size, recall, recall_interval_95, chance, median_rank,
/// effective_sample_size, library_curve and empty lists of examples and figures.
void add_scores(nlohmann::json& summary, const Evaluation& evaluation, std::int64_t library_size);

/// `row` is the query's row in its file.
nlohmann::json to_json(const Example& example, std::int64_t row);

}  // namespace lagoon::pipelines
