#pragma once

#include <string>
#include <vector>

#include "pipelines/assimilation/methods/method.hpp"
#include "pipelines/assimilation/scores/finished_methods.hpp"
#include "pipelines/assimilation/scores/method_result.hpp"

namespace lagoon::pipelines {

/// Runs the methods over all queries, one after another, each on all threads, but those that are
/// finished already. Tells progress as `what`; `setting` is its name in `finished`. Throws Stopped
/// if a signal asks for the end before all are done: the method at work is lost.
std::vector<MethodResult> evaluate_methods(const MethodContext& context, int n_examples,
                                           FinishedMethods& finished, const std::string& what,
                                           const std::string& setting);

}  // namespace lagoon::pipelines
