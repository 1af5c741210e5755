#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "pipelines/figures/figure.hpp"
#include "pipelines/gaussian/process/process_fits.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// All that one run found.
struct ProcessStudy {
  ProcessTheory theory;
  ProcessOptions options;
  std::vector<SweepPlan> plans;
  FitsBySetting fits;
  std::uint64_t seed = 0;
};

/// The study for programs: singular_values; mutual_information; population.error_u_given_v and
/// population.error_v_given_u, objects keyed by the rank "1".."5", and population.j_cond likewise;
/// nothing_learned, the errors of rank 0; trained[], one entry a setting: embedding_dim,
/// batch_size, samples, error_u_given_v, error_v_given_u (means over the seeds), per_seed[].
nlohmann::json to_json(const ProcessStudy& study);

/// Tables of the population's optima and of the fits, in lines.
std::string process_text(const ProcessStudy& study);

/// Draws all figures and writes index.html into the folder.
void write_process_page(const FigureFolder& folder, const ProcessStudy& study,
                        const Invocation& invocation);

}  // namespace lagoon::pipelines
