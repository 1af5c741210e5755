#pragma once

#include "flow/assimilation/variational/variational.hpp"
#include "pipelines/assimilation/methods/method.hpp"

namespace lagoon::pipelines {

/// The prior, the exact posterior, 4D-Var and the ensemble.
void add_classical_methods(const MethodContext& context, std::vector<MethodChoice>& choices);

/// Why the law has no 4D-Var; empty if it has.
std::string why_not_variational(const flow::Law& law);

/// The options of 4D-Var as asked for. Positions without noise are exact to the very steps by which
/// drifters were followed, which are then taken instead where they are known.
flow::VariationalOptions variational_options(const MethodContext& context);

}  // namespace lagoon::pipelines
