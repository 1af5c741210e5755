#pragma once

#include <string>
#include <vector>

#include "pipelines/gaussian/planar/planar_study.hpp"

namespace lagoon::pipelines {

/// Heading of the figure of a model's densities.
std::string figure_title(const PlanarModel& model);

/// Captions: what each figure shows, in this study's numbers.
std::string finding(const PlanarStudy& study, const PlanarModel& model);
std::string reference_finding(const PlanarStudy& study);
std::string joint_finding(const PlanarStudy& study);
std::string sign_finding(const PlanarStudy& study);

/// Where the printed figures, which are of the default covariance, cannot be right: a paragraph
/// each.
std::vector<std::string> corrections_of_print();

}  // namespace lagoon::pipelines
