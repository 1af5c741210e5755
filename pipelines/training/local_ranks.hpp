#pragma once

#include <filesystem>

namespace lagoon::pipelines {

/// Starts this program again with its own arguments, as `ranks` processes on this machine that meet
/// on the loopback (through mpirun, in a build whose only transport is MPI), and waits for them.
/// Signals that ask for the stop are passed on. Returns 75 if all stopped with a checkpoint of RUN
/// written, 0 if all are done, else the code of a rank that failed; one that was killed is told in
/// a line. Ranks that have not followed it within a minute are killed. Throws Error if this build
/// has no transport.
int run_local_ranks(int ranks, const std::filesystem::path& run);

}  // namespace lagoon::pipelines
