#include "pipelines/import/fields/recovered_height.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "flow/error.hpp"
#include "flow/numerics/sample_moments.hpp"
#include "flow/projection/geostrophy.hpp"

namespace lagoon::pipelines {
namespace {

using flow::Patch;

// Height differences over two spacings that the velocity stands for; unknown at the edges.
struct Differences {
  std::vector<double> along_x, along_y;
};

Differences height_differences(const Patch& eastward, const Patch& northward) {
  const std::size_t n = eastward.values.size();
  Differences differences{std::vector<double>(n, NAN), std::vector<double>(n, NAN)};
  for (std::size_t j = 0; j < eastward.n_y(); ++j) {
    const flow::LocalPlane here{0, eastward.y[j]};
    const double slope = here.coriolis() / flow::kGravity;  // of the height, a unit of speed
    for (std::size_t i = 0; i < eastward.n_x(); ++i) {
      const std::size_t at = eastward.position(i, j);
      if (i > 0 && i + 1 < eastward.n_x()) {
        const double length =
            here.metres_per_degree_east() * (eastward.x[i + 1] - eastward.x[i - 1]);
        differences.along_x[at] = slope * northward.values[at] * length;
      }
      if (j > 0 && j + 1 < eastward.n_y()) {
        const double length =
            here.metres_per_degree_north() * (eastward.y[j + 1] - eastward.y[j - 1]);
        differences.along_y[at] = -slope * eastward.values[at] * length;
      }
    }
  }
  return differences;
}

}  // namespace

GeographicHeight recover_height(const Patch& eastward, const Patch& northward) {
  const Differences differences = height_differences(eastward, northward);
  const auto recovered = flow::integrate_centred_differences(
      differences.along_x, differences.along_y, eastward.n_x(), eastward.n_y());
  const double largest = std::max(flow::largest_magnitude(differences.along_x),
                                  flow::largest_magnitude(differences.along_y));
  const double inconsistency = recovered.largest_inconsistency / largest;
  constexpr double kGeostrophic = 1e-3;
  std::ostringstream share;
  share << inconsistency;
  require(inconsistency < kGeostrophic,
          "the velocity is not the geostrophic flow of a height by centred differences: they "
          "disagree by " +
              share.str() + " of the largest (give --streamfunction-by helmholtz)");
  return {{eastward.x, eastward.y, recovered.height}, inconsistency};
}

}  // namespace lagoon::pipelines
