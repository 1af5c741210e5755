// The master of shards, whose shards are whole, and one shard behind a whole master: the first byte
// of the input says which.
#include "datasets/probe.hpp"
#include "datasets/reader.hpp"
#include "datasets/shards.hpp"
#include "tests/datasets/clients/variants.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {
namespace {

using datasets::tests::kVariantShards;

struct Whole {
  Whole()
      : master(datasets::tests::write_variant(folder, {"master"})),
        shard(datasets::shard_path(master, {1, kVariantShards})) {}
  datasets::tests::TemporaryFolder folder;
  std::filesystem::path master, shard;
};

const Whole& whole() {
  static const Whole files;
  return files;
}

/// Puts what was there back, so that one input knows nothing of the one before.
class Replaced {
 public:
  Replaced(const std::filesystem::path& path, const std::string& bytes)
      : path_(path), before_(datasets::tests::read_text(path)) {
    datasets::tests::write_text(path_, bytes);
  }
  Replaced(const Replaced&) = delete;
  Replaced& operator=(const Replaced&) = delete;
  ~Replaced() { datasets::tests::write_text(path_, before_); }

 private:
  std::filesystem::path path_;
  std::string before_;
};

}  // namespace

std::vector<std::string> seeds() {
  return {"m" + datasets::tests::read_text(whole().master),
          "s" + datasets::tests::read_text(whole().shard)};
}

void read(const std::string& bytes) {
  if (bytes.empty()) return;
  const Replaced damaged(bytes[0] == 's' ? whole().shard : whole().master, bytes.substr(1));
  datasets::probe_file(whole().master);
  const datasets::Reader reader(whole().master);
  datasets::tests::read_samples(reader, 0, reader.n_flows());
  reader.verify_checksums();
}

}  // namespace lagoon::fuzz
