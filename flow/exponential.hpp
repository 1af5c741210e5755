#pragma once

namespace lagoon::flow {

/// exp(x) and exp(x) - 1 of x <= 0, within four units of rounding, by sums and products alone: bits
/// that depend on no maths library, which has other code for machines with fused products.
struct Exponential {
  double value = 1;
  double minus_one = 0;
};
Exponential exponential(double x);

}  // namespace lagoon::flow
