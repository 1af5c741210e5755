#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/datasets/fixture.hpp"

// Every kind of file that a dataset can be.
namespace lagoon::datasets::tests {

inline constexpr std::int64_t kVariantFlows = 9;
inline constexpr int kVariantShards = 3;

struct Variant {
  std::string kind;  ///< plain | rich | shard | master
  Storage storage = Storage::float32;

  std::string name() const { return kind + "_" + to_string(storage); }
  Description description() const {
    const Description whole = kind == "plain" ? small_description(kVariantFlows, storage)
                                              : rich_description(kVariantFlows, storage);
    return kind == "shard" ? shard_of(whole, {1, kVariantShards}) : whole;
  }
};

inline std::vector<Variant> all_variants() {
  return {{"plain", Storage::float32}, {"plain", Storage::float64}, {"rich", Storage::float32},
          {"rich", Storage::float64},  {"shard", Storage::float32}, {"master", Storage::float32}};
}

/// Writes the variant's file into the folder, and a master's shards beside it; its path.
inline std::filesystem::path write_variant(const TemporaryFolder& folder, const Variant& variant) {
  const std::filesystem::path out = folder / (variant.kind + ".h5");
  if (variant.kind == "plain" || variant.kind == "rich") {
    write_dataset(out, variant.description());
    return out;
  }
  const Description whole = rich_description(kVariantFlows, variant.storage);
  for (int index = 0; index < kVariantShards; ++index) {
    const Shard shard{index, kVariantShards};
    write_dataset(shard_path(out, shard), shard_of(whole, shard));
  }
  if (variant.kind == "shard") return shard_path(out, {1, kVariantShards});
  merge_shards(out);
  return out;
}

}  // namespace lagoon::datasets::tests
