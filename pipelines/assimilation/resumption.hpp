#pragma once

#include <filesystem>

#include "pipelines/assimilation/inputs.hpp"
#include "pipelines/assimilation/page.hpp"
#include "pipelines/assimilation/scores/finished_methods.hpp"

namespace lagoon::pipelines {

/// Makes the page's folder, or takes that of a stopped one. Throws Error for what is neither, and
/// for the folder of a training run: its checkpoint has the same name.
FigureFolder open_page(const AssimilateOptions& options);

/// Begins the page's checkpoint. What an earlier run finished stays only for one that resumes.
/// Throws Error if there is nothing to resume, or if it is of other options, inputs (queries, the
/// run's checkpoint, the library's file by size and time) or another version.
FinishedMethods open_checkpoint(const AssimilateOptions& options, const Inputs& inputs,
                                const AssimilationRecord& record, const Invocation& invocation);

/// Takes away what open_checkpoint made: the page is written.
void remove_checkpoint(const AssimilateOptions& options);

/// Takes away a page's folder in which nothing has been written.
void leave_nothing_empty(const AssimilateOptions& options);

/// Tells how to go on from there, and returns the exit code. Throws Error without a page.
int stopped(const AssimilateOptions& options);

}  // namespace lagoon::pipelines
