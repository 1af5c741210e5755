#pragma once

#include <Eigen/Core>

#include "pipelines/figures/figure.hpp"
#include "pipelines/gaussian/process/process_study.hpp"

namespace lagoon::pipelines {

/// The pair that the figures show conditionals of.
struct ProcessExample {
  Eigen::VectorXd u, v;
};

/// Pair 0 of the test split.
ProcessExample process_example(const ProcessTheory& theory, std::uint64_t seed);

/// [BST] Figure 7: the process and its observations given v, v given the observations, with samples
/// and 95% intervals.
Figure draw_process_example(const FigureFolder& folder, const ProcessTheory& theory,
                            const ProcessExample& example, std::uint64_t seed);

}  // namespace lagoon::pipelines
