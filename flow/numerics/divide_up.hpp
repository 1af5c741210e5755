#pragma once

namespace lagoon::flow {

/// a / b, rounded up: a >= 0, b > 0.
template <class Integer>
constexpr Integer divide_up(Integer a, Integer b) {
  return (a + b - 1) / b;
}

}  // namespace lagoon::flow
