#pragma once

#include <cstdint>
#include <filesystem>

namespace lagoon::datasets {

/// One of `count` files that together hold a dataset; {0, 1} is the whole of it.
struct Shard {
  int index = 0;
  int count = 1;
  bool operator==(const Shard&) const = default;
};

/// Flows [first, first + size) of a dataset.
struct FlowRange {
  std::int64_t first = 0;
  std::int64_t size = 0;
};

/// The flows of a shard: from n_flows * index / count (rounded down) up to where the next begins.
FlowRange flows_of(const Shard& shard, std::int64_t n_flows);

/// Throws Error unless 0 <= index < count, and count is at most n_flows and 99,999.
void require_valid(const Shard& shard, std::int64_t n_flows);

/// The file of a shard of OUT.h5, beside it: OUT.shard-IIIII-of-NNNNN.h5, numbers from 0. The whole
/// ({0, 1}) is OUT.h5 itself.
std::filesystem::path shard_path(const std::filesystem::path& out, const Shard& shard);

/// The number of shards of `out` that were begun (their files or unfinished files lie beside it); 0
/// if there are none. Throws Error if they are of different numbers.
int count_of_shards(const std::filesystem::path& out);

/// The same number. Throws Error also if there are none.
int require_shards(const std::filesystem::path& out);

/// True if all `count` shards of `out` are there under their final names.
bool all_shards_are_there(const std::filesystem::path& out, int count);

/// Writes OUT.h5, the master of the shards that lie beside it: everything with a flow or trajectory
/// axis as a virtual dataset over them, the rest as copies. Checks that all shards are there,
/// complete and of one dataset. It is written under a name of this process and renamed, so that
/// several may do it at once; a master of the same dataset is replaced by the same, anything else
/// at OUT.h5 by `force` only. Throws Error naming the shard that is missing, incomplete or
/// another's.
void merge_shards(const std::filesystem::path& out, bool force = false);

}  // namespace lagoon::datasets
