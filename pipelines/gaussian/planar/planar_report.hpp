#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "pipelines/figures/figure.hpp"
#include "pipelines/gaussian/planar/planar_study.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// The study for programs: data, models.KEY and trained.KEY with u_given_v, v_given_u (each
/// coefficient and variance), marginal_u, marginal_v, covariance, kl_joint, j_cond; normalized also
/// has its temperature, and models.normalized what temperature 1 gives (unit_temperature).
nlohmann::json to_json(const PlanarStudy& study);

/// The table of all models in lines.
std::string planar_text(const PlanarStudy& study);

/// Draws all figures and writes index.html into the folder.
void write_planar_page(const FigureFolder& folder, const PlanarStudy& study,
                       const Invocation& invocation);

}  // namespace lagoon::pipelines
