#pragma once

// Every tolerance of the tests, with its reason. Absolute unless the name says relative.
namespace lagoon::tests {

/// Sums of ~50 terms in another order differ by a few units of rounding of the largest term.
inline constexpr double kRoundingRelative = 1e-12;

}  // namespace lagoon::tests
