#include "flow/numerics/minimum.hpp"

#include <algorithm>
#include <vector>

#include <boost/math/tools/minima.hpp>

namespace lagoon::flow {

Minimum minimum_of(const std::function<double(double)>& function, double low, double high,
                   int bits) {
  const auto [at, value] = boost::math::tools::brent_find_minima(function, low, high, bits);
  return {at, value};
}

Minimum minimum_by_scan(const std::function<double(double)>& function, double low, double high,
                        int n, int bits) {
  const double spacing = (high - low) / (n - 1);
  std::vector<double> scan;
  for (int i = 0; i < n; ++i) scan.push_back(function(low + i * spacing));
  const double near =
      low + spacing * static_cast<double>(std::ranges::min_element(scan) - scan.begin());
  return minimum_of(function, std::max(near - spacing, low), std::min(near + spacing, high), bits);
}

}  // namespace lagoon::flow
