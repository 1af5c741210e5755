#pragma once

#include <functional>

namespace lagoon::flow {

/// Where a function is least, and what it is there.
struct Minimum {
  double at = 0;
  double value = 0;
};

/// Brent's search reaches half the digits of a double at most.
inline constexpr int kMostMinimumBits = 24;

/// Where a function has a minimum between two points, to so many bits (Brent's search).
Minimum minimum_of(const std::function<double(double)>& function, double low, double high,
                   int bits = kMostMinimumBits);

/// The same of a function that is flat somewhere or has several minima: the least of n >= 2 evenly
/// spaced points first, both ends among them, then the search between its neighbours.
Minimum minimum_by_scan(const std::function<double(double)>& function, double low, double high,
                        int n, int bits = kMostMinimumBits);

}  // namespace lagoon::flow
