#include "flow/assimilation/ensemble/drifter_filter.hpp"

#include <vector>

#include "flow/assimilation/ensemble/drifting_members.hpp"
#include "flow/assimilation/ensemble/members.hpp"
#include "flow/assimilation/ensemble/tracked_drifters.hpp"
#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

/// Positions of all drifters at one time, x and y of each; NaN: not seen.
Observations seen_at(const Law& law, const Tracks& tracks, std::size_t j, double error_std) {
  const auto n_drifters = static_cast<Eigen::Index>(law.n_drifters());
  Observations seen = {Eigen::VectorXd(2 * n_drifters),
                       Eigen::VectorXd::Constant(2 * n_drifters, error_std * error_std)};
  for (Eigen::Index drifter = 0; drifter < n_drifters; ++drifter) {
    const std::size_t at = static_cast<std::size_t>(drifter) * law.n_times() + j;
    seen.values[2 * drifter] = tracks.x[at];
    seen.values[2 * drifter + 1] = tracks.y[at];
  }
  return seen;
}

void correct(const Observations& seen, const DrifterFilter& filter, const EnsembleOptions& options,
             std::uint64_t number, DriftingMembers& members) {
  const Eigen::MatrixXd positions = members.state.bottomRows(seen.values.size());
  require(positions.allFinite(),
          "a member's drifter left every bound: give smaller steps or more members");
  analyse(filter.analysis, positions, seen, {options.seed, Purpose::ensemble_error, number},
          members.state);
  if (filter.inflation != 1) inflate(members.state, filter.inflation);
  if (filter.rotates) rotate(members.state, {options.seed, Purpose::ensemble_rotation, number});
}

}  // namespace

EnsemblePosterior filter_drifters(const Law& law, const ControlSpace& space, const Tracks& tracks,
                                  const DrifterFilter& filter, const EnsembleOptions& options) {
  require_shape(law, tracks);
  const double error_std = assumed_error_std(law, options.error_std);
  std::vector<bool> is_chosen(law.n_times(), false);
  for (const std::size_t j : chosen_times(law, options.every)) is_chosen[j] = true;
  DriftingMembers members(law, space,
                          draw_members(space.size(), options.n_members, true,
                                       {options.seed, Purpose::ensemble_member, options.query}),
                          options.steps_per_interval,
                          {options.seed, Purpose::ensemble_model_noise, options.query << 32},
                          options.threads);
  for (const Interval& interval : intervals_of(law)) {
    members.advance(interval);
    const std::size_t j = interval.observation;
    if (!interval.ends_observed || !is_chosen[j]) continue;
    correct(seen_at(law, tracks, j, error_std), filter, options, options.query * law.n_times() + j,
            members);
  }
  return {members.state.topRows(space.size()), {}};
}

}  // namespace lagoon::flow
