#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/description.hpp"
#include "datasets/storage/hdf5.hpp"
#include "datasets/storage/samples.hpp"
#include "datasets/storage/schema.hpp"

namespace lagoon::datasets {

/// One file of a dataset, opened and checked: samples of its own, or the master of shards, which
/// has none. Every failure is an Error "PATH: what".
class DatasetFile {
 public:
  /// Opens and checks the file.
  explicit DatasetFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const Description& description() const { return description_; }
  std::uint64_t law_hash() const { return law_hash_; }
  bool complete() const { return complete_; }
  int n_shards() const { return n_shards_; }               ///< of a master; else 0
  std::int64_t n_readable() const { return n_readable_; }  ///< flows that are safe in the file
  std::int64_t first_flow() const { return flows_of(description_).first; }

  /// Error unless this is that shard, complete, of the dataset of that sample_hash.
  void require_is_shard(const Shard& shard, std::uint64_t hash) const;

  /// The variables that hold samples.
  const std::vector<SampleVariable>& samples() const { return samples_; }

  /// Flows [first, first + count) of a variable, which must be readable. Error naming the flow of
  /// a value that cannot be.
  void read(const SampleVariable& variable, std::int64_t first, std::int64_t count,
            double* numbers) const;

  /// Error unless x and y of these flows, as read, are observed together.
  void require_observed_together(const std::vector<double>& x, const std::vector<double>& y,
                                 std::int64_t first, std::int64_t count) const;

  /// Compares every flow's checksum, and the indices and release points of every trajectory.
  void verify() const;

 private:
  [[noreturn]] void fail(const std::string& what) const;
  std::string name_of_flow(std::int64_t place, std::int64_t numbers, std::int64_t first) const;
  void require_version() const;
  void read_description();
  void read_law();
  void read_eulerian(const Contents& contents);
  void require_shard_of_file();
  void check_hashes();
  void check_splits() const;
  void read_progress();
  void verify_flows(std::int64_t first, std::int64_t count) const;
  template <class Function>
  void verify_each(const std::string& variable, Function value_of) const;

  std::filesystem::path path_;
  std::int64_t file_size_;
  hdf5::File file_;
  Description description_;
  Extent extent_;
  std::vector<SampleVariable> samples_;
  std::uint64_t law_hash_ = 0;
  std::int64_t n_readable_ = 0;
  int n_shards_ = 0;
  bool complete_ = false;
};

}  // namespace lagoon::datasets
