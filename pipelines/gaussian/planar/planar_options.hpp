#pragma once

#include <cstdint>
#include <functional>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon gaussian planar: [BST] section 5.4.
struct PlanarOptions {
  double var_u = 1.5;
  double var_v = 1.5;
  double cov_uv = 1;
  bool train = true;
  std::int64_t pairs = 4096;  ///< fresh ones a step
  std::int64_t steps = 300;
};

/// `planar`: true if the options matter.
void declare_planar(OptionTable& table, PlanarOptions& options,
                    const std::function<bool()>& planar);

/// Throws Error unless the covariance is positive definite with cov_uv other than 0.
void require_valid(const PlanarOptions& options);

}  // namespace lagoon::pipelines
