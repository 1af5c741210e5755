#include "flow/scores/simulation_based.hpp"

#include <algorithm>
#include <string>

#include <Eigen/QR>

#include "flow/error.hpp"
#include "flow/scores/moments.hpp"

namespace lagoon::flow {

Eigen::MatrixXd fixed_functionals(Eigen::Index n, int count, std::uint64_t seed) {
  require(count >= 1 && count <= n, std::to_string(count) + " functionals of " + std::to_string(n) +
                                        " components: give 1 to as many as there are components");
  Eigen::MatrixXd draws(n, count);
  for (int c = 0; c < count; ++c) {
    const DrawKey key = {seed, Purpose::functional_draw, static_cast<std::uint64_t>(c)};
    for (Eigen::Index i = 0; i < n; ++i) {
      draws(i, c) = normal_pair(key, static_cast<std::uint32_t>(i))[0];
    }
  }
  const Eigen::HouseholderQR<Eigen::MatrixXd> factors(draws);
  return (factors.householderQ() * Eigen::MatrixXd::Identity(n, count)).transpose();
}

SimulationBasedCalibration::SimulationBasedCalibration(Eigen::MatrixXd functionals)
    : functionals_(std::move(functionals)),
      places_(static_cast<std::size_t>(functionals_.rows())) {}

void SimulationBasedCalibration::add(const Posterior& posterior, const Eigen::VectorXd& truth,
                                     const DrawKey& key) {
  const Eigen::VectorXd places =
      rank_pit_values(linear_image(posterior, functionals_), functionals_ * truth, key);
  for (std::size_t f = 0; f < places_.size(); ++f) {
    places_[f].push_back(places[static_cast<Eigen::Index>(f)]);
  }
}

SimulationBasedCalibration::Result SimulationBasedCalibration::result(int bins) const {
  Result result;
  std::vector<double> all;
  for (const std::vector<double>& places : places_) {
    result.by_functional.push_back(test_uniformity(places, bins));
    result.smallest_p_value =
        std::min(result.smallest_p_value, result.by_functional.back().p_value);
    all.insert(all.end(), places.begin(), places.end());
  }
  result.pooled = test_uniformity(all, bins);
  return result;
}

}  // namespace lagoon::flow
