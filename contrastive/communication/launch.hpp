#pragma once

#include <map>
#include <string>

namespace lagoon::contrastive {

/// Environment variables by name.
using Environment = std::map<std::string, std::string>;

/// This process's own.
Environment environment_of_process();

/// Set where the process that started the ranks serves their store.
inline constexpr const char* kServedStore = "LAGOON_SERVED_STORE";

/// Which of how many processes this one is, as whoever started it says.
struct Launch {
  std::string by = "single";  ///< single | lagoon | torchrun | mpirun | pmi | srun
  int rank = 0, size = 1;
  int local_rank = 0, local_size = 1;  ///< of those on this machine
  std::string host;                    ///< where ranks meet; empty: only MPI knows
  int port = 0;
  bool store_is_served = false;  ///< by the launcher: rank 0 is a client of it too

  bool started_by_mpi() const { return by == "mpirun" || by == "pmi"; }
};

/// Reads the variables of the first launcher that is there, as a set: never the rank of one and the
/// size of another. In order:
///   torchrun  RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT, and beside its agent's own store
///             where it serves one; the ranks of `lagoon train --ranks` likewise, told by
///             kServedStore
///   Open MPI  OMPI_COMM_WORLD_*, before Slurm, whose task is mpirun's
///   PMI       PMI_RANK, PMI_SIZE: MPICH, Intel MPI (srun's own, if the step says the same)
///   srun      SLURM_PROCID and the step's number of tasks, of a step only: a batch script that
///             runs the program without srun is told a number of tasks too, and is alone
///   none      a single process
/// Ranks meet at MASTER_ADDR and MASTER_PORT where they are set, else srun's at the first node of
/// the list and a port made of the job's number. `ranks` is --ranks: 1 is a single process whatever
/// the variables say, 0 what they say. Throws Error naming the variables of a set that is not
/// whole, or that counts other than `ranks`, unless what is there is a single process.
Launch detect_launch(const Environment& environment, int ranks = 0);

/// The place of this process among those of its launcher on this machine, whether or not they train
/// together: that of its GPU. 0 where no launcher says it whole.
int local_rank(const Environment& environment);

/// "rank 0 of 4, started by srun, meeting at node1:23456".
std::string to_text(const Launch& launch);

/// Threads for this rank where none are asked for: its share of the machine's cores, and not more
/// than it may use.
int threads_of_rank(const Launch& launch, const Environment& environment);

}  // namespace lagoon::contrastive
