#pragma once

// Every tolerance of the tests, with its reason. Absolute unless the name says relative.
namespace lagoon::tests {

/// Sums of ~50 terms in another order differ by a few units of rounding of the largest term.
inline constexpr double kRoundingRelative = 1e-12;

/// Brent's search of a minimum finds its place to half the digits of the function's values (24 bits
/// asked for), here through R^2 within rounding of 1.
inline constexpr double kDeformationSearchRelative = 1e-5;

/// Velocities by centred differences over a few hundredths of a turning time, and the extrapolated
/// jump of a vorticity on 128 points: errors of second and third order in the step.
inline constexpr double kCentredDifferenceRelative = 1e-3;

/// Figures that a prototype in Python gave to three digits.
inline constexpr double kPrototypeDigits = 1e-3;

}  // namespace lagoon::tests
