#include "flow/exponential.hpp"

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "flow/hash.hpp"

namespace lagoon::flow {
namespace {

/// exp(-a), a from 1e-8 to about 700.
template <class Visitor>
void visit_exponents(Visitor&& visit) {
  for (double a = 1e-8; a < 700; a *= 1.01) visit(-a);
}

TEST(Exponential, is_that_of_the_maths_library_but_for_rounding) {
  constexpr double kRelative = 4 * std::numeric_limits<double>::epsilon();
  visit_exponents([](double x) {
    EXPECT_NEAR(exponential(x).value / std::exp(x), 1, kRelative) << x;
    EXPECT_NEAR(exponential(x).minus_one / std::expm1(x), 1, kRelative) << x;
  });
}

TEST(Exponential, of_nothing_is_one_and_of_very_much_is_none) {
  EXPECT_EQ(exponential(-0.0).value, 1);
  EXPECT_EQ(exponential(-0.0).minus_one, 0);
  EXPECT_EQ(exponential(-1e300).value, 0);
  EXPECT_EQ(exponential(-1e300).minus_one, -1);
}

// The maths library's differ in some last bits with and without fused products.
TEST(Exponential, bits_are_the_same_on_every_machine) {
  std::vector<double> values;
  visit_exponents([&](double x) {
    values.push_back(exponential(x).value);
    values.push_back(exponential(x).minus_one);
  });
  EXPECT_EQ(to_hex(hash_bytes(std::as_bytes(std::span(values)))), "e107680f8b3a7862");
}

}  // namespace
}  // namespace lagoon::flow
