// A dataset of lagoon, or a shard of one: datasets/reader.hpp.
#include "datasets/probe.hpp"
#include "datasets/reader.hpp"
#include "tests/datasets/clients/variants.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> result;
  const datasets::tests::TemporaryFolder into;
  for (const auto& variant : datasets::tests::all_variants()) {
    if (variant.kind == "master") continue;
    result.push_back(datasets::tests::read_text(write_variant(into, variant)));
    std::filesystem::remove(into / (variant.kind + ".h5"));
    for (int i = 0; i < datasets::tests::kVariantShards; ++i)
      std::filesystem::remove(
          datasets::shard_path(into / "shard.h5", {i, datasets::tests::kVariantShards}));
  }
  return result;
}

void read(const std::string& bytes) {
  const auto path = file_of("flows.h5", bytes);
  datasets::probe_file(path);
  const datasets::Reader reader(path);
  datasets::tests::read_samples(reader, 0, reader.n_flows());
  reader.verify_checksums();
}

}  // namespace lagoon::fuzz
