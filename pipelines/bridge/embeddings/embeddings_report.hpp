#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "pipelines/bridge/embeddings/embeddings_study.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// For programs: rows, cols, samples; scores.{direct, monte_carlo, self_normalized,
/// standard_errors, effective_samples}.{mean, standard_deviation, least, median, largest} over the
/// grid, and partners.{standard_errors, effective_samples} over row i and column i;
/// information.{ab, bc} of the first stretch; warning; decision with its evidence, where there are
/// rows and samples enough; of pairs also recall.METHOD.{a_to_c, c_to_a}.{"1", "5", "10"} and
/// recall_by_samples.
nlohmann::json to_json(const EmbeddingsStudy& study);

/// What the most bridge samples find, and what the direct comparison does: the sentence that begins
/// the caption of recall by samples, ending in a space. Pairs only.
std::string samples_finding(const EmbeddingsStudy& study);

/// The same for people.
std::string embeddings_text(const EmbeddingsStudy& study);

/// And as a page, OUT/index.html.
void write_embeddings_page(const FigureFolder& folder, const EmbeddingsStudy& study,
                           const Invocation& invocation);

/// scores.h5: direct, monte_carlo, self_normalized, standard_errors, effective_samples, float64,
/// a row of A by a row of C.
void write_score_grids(const std::filesystem::path& path, const EmbeddingsStudy& study);

}  // namespace lagoon::pipelines
