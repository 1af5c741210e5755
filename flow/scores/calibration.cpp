#include "flow/scores/calibration.hpp"

#include <algorithm>
#include <string>

#include <boost/math/special_functions/gamma.hpp>

#include "flow/error.hpp"
#include "flow/scores/moments.hpp"

namespace lagoon::flow {
namespace {

/// One uniform a component; among k equal members the truth takes one of k + 1 places.
Eigen::VectorXd member_places(const Eigen::MatrixXd& members, const Eigen::VectorXd& truth,
                              const DrawKey& key) {
  Eigen::VectorXd places(truth.size());
  for (Eigen::Index i = 0; i < places.size(); ++i) {
    const auto below = static_cast<double>((members.row(i).array() < truth[i]).count());
    const auto equal = static_cast<double>((members.row(i).array() == truth[i]).count());
    const double shift = (equal + 1) * uniform(key, static_cast<std::uint32_t>(i));
    places[i] = (below + shift) / static_cast<double>(members.cols() + 1);
  }
  return places;
}

}  // namespace

Coverage central_coverage(const Posterior& posterior, const Eigen::VectorXd& truth) {
  const Eigen::ArrayXd from_median = (pit_values(posterior, truth).array() - 0.5).abs();
  Coverage covered = {};
  for (std::size_t level = 0; level < covered.size(); ++level) {
    const auto inside = (from_median <= kCoverageLevels[level] / 2).count();
    covered[level] = static_cast<double>(inside) / static_cast<double>(truth.size());
  }
  return covered;
}

Eigen::VectorXd rank_pit_values(const Posterior& posterior, const Eigen::VectorXd& truth,
                                const DrawKey& key) {
  const auto* ensemble = std::get_if<EnsemblePosterior>(&posterior);
  if (ensemble == nullptr) return pit_values(posterior, truth);
  const DrawKey for_ranks = {key.seed, Purpose::rank_draw, key.sample};
  if (ensemble->weights.size() == 0) return member_places(ensemble->members, truth, for_ranks);
  return member_places(
      draw_samples(posterior, kRankDraws, {key.seed, Purpose::rank_member_draw, key.sample}), truth,
      for_ranks);
}

UniformityTest test_uniformity(std::span<const double> places, int bins) {
  require(bins >= 2 && !places.empty(),
          std::to_string(places.size()) + " places in " + std::to_string(bins) +
              " bins make no rank histogram: give places and at least 2 bins");
  UniformityTest test = {std::vector<double>(static_cast<std::size_t>(bins)), 0, 1};
  for (const double place : places) {
    const int bin = std::clamp(static_cast<int>(place * bins), 0, bins - 1);
    ++test.counts[static_cast<std::size_t>(bin)];
  }
  const double expected = static_cast<double>(places.size()) / bins;
  for (const double count : test.counts) {
    test.chi_squared += (count - expected) * (count - expected) / expected;
  }
  test.p_value = chi_squared_tail(test.chi_squared, bins - 1);
  return test;
}

double chi_squared_tail(double value, double degrees_of_freedom) {
  return boost::math::gamma_q(degrees_of_freedom / 2, value / 2);
}

}  // namespace lagoon::flow
