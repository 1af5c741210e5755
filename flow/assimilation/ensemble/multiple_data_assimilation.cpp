#include "flow/assimilation/ensemble/multiple_data_assimilation.hpp"

#include <cmath>
#include <string>

#include "flow/assimilation/ensemble/members.hpp"
#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

void require_valid(const std::vector<double>& coefficients) {
  double sum = 0;
  for (const double coefficient : coefficients) {
    require(coefficient > 0, "an assimilation has the coefficient " + std::to_string(coefficient) +
                                 ": coefficients are above 0");
    sum += 1 / coefficient;
  }
  require(std::abs(sum - 1) < 1e-9, "the inverses of the coefficients sum to " +
                                        std::to_string(sum) + ": they must sum to 1");
}

}  // namespace

std::vector<double> falling_coefficients(int n, double ratio) {
  std::vector<double> coefficients;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    coefficients.push_back(std::pow(ratio, -i));
    sum += 1 / coefficients.back();
  }
  for (double& coefficient : coefficients) coefficient *= sum;
  return coefficients;
}

EnsemblePosterior assimilate_repeatedly(const TrackedDrifters& drifters,
                                        const DataAssimilations& assimilations,
                                        const EnsembleOptions& options, Eigen::MatrixXd members) {
  require_valid(assimilations.coefficients);
  std::uint64_t turn = 0;
  for (const double coefficient : assimilations.coefficients) {
    const ObservedSpread spread(
        drifters.observe(members, options.steps_per_interval, options.threads),
        drifters.observations());
    const DrawKey key = {options.seed, Purpose::ensemble_error,
                         options.query * assimilations.coefficients.size() + turn++};
    apply(spread.update(assimilations.analysis, key, coefficient), members);
  }
  return {std::move(members), {}};
}

EnsemblePosterior assimilate_repeatedly(const Law& law, const ControlSpace& space,
                                        const Tracks& tracks,
                                        const DataAssimilations& assimilations,
                                        const EnsembleOptions& options) {
  const TrackedDrifters drifters(law, space, tracks, options.every, options.error_std);
  return assimilate_repeatedly(
      drifters, assimilations, options,
      draw_members(space.size(), options.n_members, true,
                   {options.seed, Purpose::ensemble_member, options.query}));
}

}  // namespace lagoon::flow
