#pragma once

#include "pipelines/assimilation/methods/method.hpp"

namespace lagoon::pipelines {

/// The learned posterior over the library, softmax(log_rho) of a run's encoders, and what
/// Gauss-Newton makes of it: from its mean and from its likeliest flow to the nearest optimum of
/// 4D-Var's cost, the lower of both, with the covariance there (Laplace). The context must have a
/// run. Throws Error for one of another law than the queries.
void add_contrastive_methods(const MethodContext& context, std::vector<MethodChoice>& choices);

}  // namespace lagoon::pipelines
