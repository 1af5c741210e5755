#pragma once

#include <functional>

#include <boost/math/tools/minima.hpp>

namespace lagoon::flow {

/// Where a function has a minimum between two points, to so many bits (Brent's search).
inline double minimum_of(const std::function<double(double)>& function, double low, double high,
                         int bits) {
  return boost::math::tools::brent_find_minima(function, low, high, bits).first;
}

}  // namespace lagoon::flow
