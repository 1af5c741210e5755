#pragma once

#include <optional>
#include <string>

#include "flow/integration/scheme.hpp"

// What the processor allows at most: how many vector instructions of floating-point arithmetic an
// RK4 step is made of, and how many such instructions a core can start in a second.
namespace lagoon::tests {

/// Fused multiplications a second and core of independent chains, for the registers of the named
/// instruction set and the precision. Nothing for "base", which has none.
std::optional<double> peak_fused_rate(const std::string& instruction_set, flow::Precision precision,
                                      double seconds);

/// Instructions of floating-point arithmetic (fused, multiplications, additions, subtractions,
/// divisions) on vectors in one RK4 step of a vector of drifters, 49 modes: counted with objdump in
/// the code that this program runs, Odeint's step and the loop around it. They hold no inner loop
/// and no branch that skips arithmetic, so each is executed once for the two vectors of a pack.
/// Nothing without objdump or for "base".
std::optional<int> instructions_per_step(const std::string& instruction_set,
                                         flow::Precision precision);

}  // namespace lagoon::tests
