#pragma once

#include <functional>
#include <string>

#include "datasets/shards.hpp"

namespace lagoon::pipelines {

/// What --shard asks of one process.
struct ShardChoice {
  /// The whole dataset, one part of it, or the master of all parts.
  enum class Work { whole, shard, merge };
  Work work = Work::whole;
  datasets::Shard shard;
};

/// Looks up a variable of the environment: std::getenv, or a test's own.
using EnvironmentLookup = std::function<const char*(const char*)>;

/// Reads "" (the whole dataset), "I/N", "merge", or "auto": rank and size as the launcher tells
/// them, mpirun (OMPI_COMM_WORLD_*, PMI_*), srun (SLURM_PROCID, SLURM_NTASKS) or a Slurm array
/// (SLURM_ARRAY_TASK_*). They are read as a set: one without the other, or two launchers that both
/// count, throw Error naming what was found. Throws UsageError for another text.
ShardChoice choose_shard(const std::string& text, const EnvironmentLookup& environment);

/// Threads for this process where none are asked for: the cores that it may use, shared with the
/// other ranks that the launcher started on this node.
int threads_of_rank(const EnvironmentLookup& environment);

}  // namespace lagoon::pipelines
