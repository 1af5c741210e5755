#include "flow/exponential.hpp"

#include <cmath>

namespace lagoon::flow {
namespace {

/// exp(r) - 1 for |r| <= ln 2 / 2 by Taylor's series, whose rest is below 1e-18 of it.
double minus_one_near_zero(double r) {
  constexpr int kTerms = 15;
  double sum = 1;
  for (int i = kTerms; i > 1; --i) sum = 1 + r / i * sum;
  return r * sum;
}

}  // namespace

Exponential exponential(double x) {
  constexpr double kSmallest = -745;  // exp(x) is 0 below it
  if (x < kSmallest) return {0, -1};
  // ln 2 in two parts, the first of so few bits that its multiples are exact.
  constexpr double kLn2High = 0x1.62e42fee00000p-1, kLn2Low = 0x1.a39ef35793c76p-33;
  const double power = std::nearbyint(x / (kLn2High + kLn2Low));
  const double near_zero = minus_one_near_zero((x - power * kLn2High) - power * kLn2Low);
  const auto scaled = [power](double y) { return std::ldexp(y, static_cast<int>(power)); };
  return {scaled(1 + near_zero), scaled(near_zero) + (scaled(1) - 1)};
}

}  // namespace lagoon::flow
