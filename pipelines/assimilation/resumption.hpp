#pragma once

#include <filesystem>

#include "pipelines/assimilation/inputs.hpp"
#include "pipelines/assimilation/page.hpp"
#include "pipelines/assimilation/scores/finished_methods.hpp"

namespace lagoon::pipelines {

/// Where finished methods are until the page is written.
std::filesystem::path checkpoint_of(const AssimilateOptions& options);

/// Begins the page's checkpoint. What an earlier run finished stays only for one that resumes.
/// Throws Error if there is nothing to resume, or if it is of other options, inputs (queries, the
/// run's checkpoint, the library's file by size and time) or another version.
FinishedMethods open_checkpoint(const AssimilateOptions& options, const Inputs& inputs,
                                const AssimilationRecord& record, const Invocation& invocation);

/// Tells how to go on from there, and returns the exit code. Throws Error without a page.
int stopped(const AssimilateOptions& options);

}  // namespace lagoon::pipelines
