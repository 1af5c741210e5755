#pragma once

#include <array>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/posterior.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

inline constexpr std::array kCoverageLevels = {0.5, 0.8, 0.9, 0.95};

/// The place of 0.9 among them, the level that tables and captions tell.
inline constexpr std::size_t kNinetyPercent = 2;
static_assert(kCoverageLevels[kNinetyPercent] == 0.9);

/// A number for each of those levels.
using Coverage = std::array<double, kCoverageLevels.size()>;

/// Share of the components that lie in the posterior's central interval of each level.
Coverage central_coverage(const Posterior& posterior, const Eigen::VectorXd& truth);

/// Draws among which the truth is ranked where an ensemble's members have weights of their own.
inline constexpr int kRankDraws = 99;

/// Probability integral transform of the truth, component by component (n), in (0, 1): uniform if
/// the posterior is calibrated. Of a normal law its distribution function; of an ensemble (rank +
/// u) / (members + 1) with the number of members below the truth and a uniform u (Hamill 2001),
/// ties broken at random; of a weighted one the same of kRankDraws members drawn by weight.
/// Uniforms and draws are functions of the key.
Eigen::VectorXd rank_pit_values(const Posterior& posterior, const Eigen::VectorXd& truth,
                                const DrawKey& key);

/// A test of counts in equal bins against equal expectations.
struct UniformityTest {
  std::vector<double> counts;  ///< (bin): the rank histogram
  double chi_squared = 0;
  double p_value = 1;  ///< of so large a chi_squared if the places are independent and uniform
};

/// The places in [0, 1] counted in `bins` equal bins, as many degrees of freedom less one. Throws
/// Error for fewer than two bins or no place.
UniformityTest test_uniformity(std::span<const double> places, int bins);

/// P(chi^2 > value) for the degrees of freedom.
double chi_squared_tail(double value, double degrees_of_freedom);

}  // namespace lagoon::flow
