#pragma once

#include <cstdint>
#include <string>

#include "datasets/shards.hpp"
#include "datasets/split.hpp"
#include "flow/eulerian_observations.hpp"
#include "flow/law/law.hpp"

namespace lagoon::datasets {

/// How positions and fields are stored; all else is float64.
enum class Storage { float32, float64 };

/// What nondimensional numbers are in the world: lengths and times are multiples of these, and the
/// origin of the domain lies there. All zero and empty: the flows are nobody's.
struct Scales {
  double length_m = 0;
  double time_s = 0;
  double origin_longitude = 0;  ///< degrees east
  double origin_latitude = 0;   ///< degrees north
  std::string origin_time;      ///< of t = 0, ISO 8601
  bool operator==(const Scales&) const = default;
};

/// What a dataset file says of itself beside its samples: written first, compared on resume.
struct Description {
  flow::Law law;
  flow::EulerianObservations eulerian;
  std::uint64_t law_seed = 0;
  std::uint64_t seed = 0;
  std::int64_t n_flows = 0;  ///< of the whole dataset
  Shard shard;               ///< the part of it that is in the file
  Storage storage = Storage::float32;
  SplitFractions fractions;
  Scales scales;

  std::string scheme;                 ///< "rk4" | "euler-maruyama" | "heun" | "imported"
  std::string precision = "float64";  ///< of the integration; or "float32"
  int steps_per_interval = 0;
  double step = 0;
  double tolerance = 0;  ///< asked for
  double max_error = 0;  ///< measured by halving the step, before rounding to storage
  double quantile_999_error = 0;
  int n_probe_flows = 0;

  std::string title;
  std::string history;
  std::string source;
  std::string lagoon_version;
  std::string git_commit;
  std::string config_toml;  ///< the resolved configuration of the verb that wrote the file
};

/// The flows that are in the file.
inline FlowRange flows_of(const Description& description) {
  return flows_of(description.shard, description.n_flows);
}

/// 64-bit hash over all that decides the samples' bits: law, Eulerian observations, seed, sizes,
/// storage, split, scales, scheme, precision, steps and version; not title, history, source, commit
/// and configuration text; and not the shard, so that all parts of a dataset agree.
std::uint64_t sample_hash(const Description& description);

/// What differs between two descriptions of unequal sample_hash: "seed (1 and 2)"; "" if nothing
/// does.
std::string sample_difference(const Description& a, const Description& b);

/// Bytes of one flow's samples in memory (a SampleBlock of one flow).
std::int64_t flow_bytes(const Description& description);

/// Flows to hand to the writer at once, so that a block takes 32 MiB of memory or less: at least 1.
std::int64_t block_flows(const Description& description);

/// Throws Error unless law, Eulerian observations, fractions, shard and sizes are right,
/// trajectories are fewer than 2^31, and one flow's samples take at most 256 MiB: two blocks and
/// the writer's copy then stay below 1 GiB.
void require_valid(const Description& description);

}  // namespace lagoon::datasets
