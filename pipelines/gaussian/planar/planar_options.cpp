#include "pipelines/gaussian/planar/planar_options.hpp"

#include <cmath>
#include <string>

#include "flow/error.hpp"
#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {

void declare_planar(OptionTable& table, PlanarOptions& o, const std::function<bool()>& planar) {
  OptionGroup group(table, [&](Option& option) {
    option.in_group("planar").only_if(planar, "the study planar");
  });
  group.add("var-u", &o.var_u, positive(), "variance of u");
  group.add("var-v", &o.var_v, positive(), "variance of v");
  group.add("cov-uv", &o.cov_uv, anything(), "their covariance");
  group.add("train", &o.train, anything(), "gradient training beside the closed forms");
  const auto trains = [&o] { return o.train; };
  group.add("pairs", &o.pairs, at_least(2), "fresh pairs a step").only_if(trains, "--train");
  group.add("steps", &o.steps, at_least(1), "steps; the second half of the iterates is averaged")
      .only_if(trains, "--train");
}

void require_valid(const PlanarOptions& o) {
  const std::string covariance = "covariance [[" + number_text(o.var_u) + ", " +
                                 number_text(o.cov_uv) + "], [" + number_text(o.cov_uv) + ", " +
                                 number_text(o.var_v) + "]]";
  require(o.cov_uv * o.cov_uv < o.var_u * o.var_v,
          covariance + " is not positive definite (choose --cov-uv below " +
              number_text(std::sqrt(o.var_u * o.var_v)) + " in size)");
  require(o.cov_uv != 0, covariance + " leaves nothing to learn (choose --cov-uv other than 0)");
}

}  // namespace lagoon::pipelines
