#pragma once

#include <cstdint>
#include <string>

#include "datasets/split.hpp"
#include "flow/law/law.hpp"

namespace lagoon::datasets {

enum class Storage { float32, float64 };

/// What a dataset file says of itself beside its samples: written first, compared on resume.
struct Description {
  flow::Law law;
  std::uint64_t law_seed = 0;
  std::uint64_t seed = 0;
  std::int64_t n_flows = 0;
  Storage storage = Storage::float32;
  SplitFractions fractions;

  std::string scheme;  ///< "rk4" | "imported"
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

/// 64-bit hash over all that decides the samples' bits: law, seed, sizes, storage, split, scheme,
/// steps and version; not title, history, source, commit and configuration text.
std::uint64_t sample_hash(const Description& description);

/// What differs between two descriptions of unequal sample_hash: "seed (1 and 2)"; "" if nothing
/// does.
std::string sample_difference(const Description& a, const Description& b);

}  // namespace lagoon::datasets
