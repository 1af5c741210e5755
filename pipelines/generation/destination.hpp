#pragma once

#include <filesystem>

#include "datasets/description.hpp"
#include "datasets/writer.hpp"

namespace lagoon::pipelines {

/// What one process writes, the dataset OUT or its shard of it, and what may stand there already.
struct Destination {
  std::filesystem::path out;
  datasets::Shard shard;
  bool resume = false;
  bool force = false;

  std::filesystem::path file() const { return shard_path(out, shard); }
  std::filesystem::path part() const { return file().string() + ".part"; }
  bool is_shard() const { return shard.count > 1; }
};

/// Throws unless the folder is there and nothing would be overwritten unasked: UsageError for
/// resume beside force, Error else.
void require_place(const Destination& destination);

/// True if there is nothing left to do but, perhaps, to merge: the file is complete and to be
/// resumed.
bool is_finished(const Destination& destination);

/// The description of the complete file. Throws Error if it is not what was asked for.
datasets::Description description_of_finished(const Destination& destination,
                                              datasets::Description asked);

/// Begins the file, or continues the unfinished one that is to be resumed.
datasets::Writer open_writer(const Destination& destination,
                             const datasets::Description& description);

/// Writes the master file once all shards are there, unless it is; true if it wrote it. Under
/// force, shards of an earlier dataset may still stand beside new ones: a warning then, since the
/// last process to finish merges.
bool merge_if_complete(const Destination& destination);

}  // namespace lagoon::pipelines
