#pragma once

#include <complex>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "datasets/description.hpp"

namespace lagoon::datasets {

/// Reads a dataset: a file of samples, one shard, or the master of shards (whose files it then
/// reads itself, not through the master). The constructor checks schema, sizes (against the file's
/// length) and that description and law are finite and consistent; it touches no variable-length
/// attribute. Throws Error "PATH: what is wrong (remedy)" for files that are missing, damaged or
/// not ours. One reader serves one thread at a time.
class Reader {
 public:
  /// Opens and checks the file.
  explicit Reader(const std::filesystem::path& path);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  const std::filesystem::path& path() const;
  const Description& description() const;
  const flow::Law& law() const { return description().law; }
  std::uint64_t law_hash() const;

  /// Flows that can be read, numbered from 0: all of them in a complete file.
  std::int64_t n_flows() const;
  /// The place of the first of them in the whole dataset: above 0 in a shard only.
  std::int64_t first_flow() const;
  /// The file was finished: false of an unfinished one, whose first flows can be read.
  bool complete() const;
  /// Of a master, how many files hold its samples; else 0.
  int n_shards() const;

  /// Rows of the split, ascending; all readable flows' rows.
  std::vector<std::int64_t> rows(Split split) const;
  std::vector<std::int64_t> all_rows() const;
  std::vector<Split> splits() const;  ///< (flow)

  /// psi_hat (count, mode) of flows [first, first + count). Throws Error on a value that is not
  /// finite, naming flow and dataset; so do all that follow.
  std::vector<std::complex<double>> psi_hat(std::int64_t first, std::int64_t count) const;

  /// (count, time, mode) of the same flows; empty unless the law's amplitudes vary.
  std::vector<std::complex<double>> amplitudes(std::int64_t first, std::int64_t count) const;

  /// Of vectors in the plane, each in one order.
  struct Components {
    std::vector<double> x, y;
  };

  /// Positions, each (count, drifter, time), of the same flows; both NaN: not observed (only where
  /// the law has gaps).
  Components positions(std::int64_t first, std::int64_t count) const;

  /// Observed velocity, each (count, station); empty without stations.
  Components station_velocity(std::int64_t first, std::int64_t count) const;

  /// Fields at t = 0, (count, grid, grid), x first; empty if the dataset has none.
  std::vector<double> psi(std::int64_t first, std::int64_t count) const;
  std::vector<double> vorticity(std::int64_t first, std::int64_t count) const;

  /// Recomputes the checksum of every flow, and compares indices and release points with the law;
  /// throws Error naming the first that differs.
  void verify_checksums() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lagoon::datasets
