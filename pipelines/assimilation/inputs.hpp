#pragma once

#include <filesystem>

#include "pipelines/assimilation/options.hpp"
#include "pipelines/assimilation/queries.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// The two that the verb takes.
struct Inputs {
  std::filesystem::path run;
  std::filesystem::path data;
  const Learning* learning = nullptr;  ///< what reads a run
};

/// Whether DATA is real, and a part of it is held out.
bool is_observed(const AssimilateOptions& options);

/// A folder is a run, anything else a dataset. Throws UsageError for more than one of either.
Inputs sort_inputs(const AssimilateOptions& options, const Invocation& invocation);

/// Throws UsageError for options and inputs that do not go together.
void require_sense(const AssimilateOptions& options, const Inputs& inputs,
                   const Invocation& invocation);

/// Queries whose flows are members of a library file, to the bit.
std::int64_t count_members(const Queries& queries, const std::filesystem::path& library);

/// Warns of queries that are members of the library: the nearest trajectory is then the truth's.
void warn_of_known_flows(const Queries& queries, const std::filesystem::path& library);

}  // namespace lagoon::pipelines
