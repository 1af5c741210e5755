#pragma once

#include <cstddef>

#include "pipelines/assimilation/methods/method.hpp"

namespace lagoon::pipelines {

/// The most that the methods which exist take for n_queries of the context's law, bytes: positions,
/// the library and its weights, the exact posteriors that others are compared with, and a block of
/// answers. The context's queries may be fewer.
double memory_of(const MethodContext& context, std::size_t n_queries);

}  // namespace lagoon::pipelines
