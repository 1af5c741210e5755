#pragma once

#include <filesystem>
#include <string>

namespace lagoon::pipelines {

/// What ranks are started for.
struct RankedVerb {
  std::string name;           ///< "train"
  std::filesystem::path run;  ///< the run whose checkpoints are written; empty: none are
};

/// Starts this program again with its own arguments, as `ranks` processes on this machine that meet
/// on the loopback (through mpirun, in a build whose only transport is MPI), and waits for them.
/// Signals that ask for the stop are passed on. Returns 75 if all stopped with a checkpoint of the
/// run written, 0 if all are done, else the code of a rank that failed; one that was killed is told
/// in a line. Ranks that have not followed it within a minute are killed. Throws Error if this
/// build has no transport.
int run_local_ranks(int ranks, const RankedVerb& verb);

}  // namespace lagoon::pipelines
