#pragma once

#include <complex>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "datasets/description.hpp"

namespace lagoon::datasets {

/// Writes one dataset file by the protocol of docs/file_format.md: PATH.part is created whole and
/// its space reserved before the first sample; each block is written, synced to disk, and only then
/// counted in samples_complete; finish() marks the file complete and renames it to PATH. A process
/// killed at any point leaves a .part that resume() continues, or nothing.
class Writer {
 public:
  /// Throws Error if PATH or PATH.part exists (unless `force`: both are removed), if the folder
  /// cannot be written, or if the disk has no room.
  static Writer create(const std::filesystem::path& path, const Description& description,
                       bool force);

  /// Continues PATH.part. Throws Error if there is none, or if it was begun with another
  /// sample_hash (naming what differs where it can).
  static Writer resume(const std::filesystem::path& path, const Description& description);

  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();

  /// Flows already safe in the file (0 after create): the next block must begin there.
  std::int64_t flows_complete() const;

  /// Flows a block should hold; every block but the last must be this long (checksums are a
  /// block's).
  static constexpr std::int64_t kBlockFlows = 4096;

  /// Writes flows [flows_complete(), + n): psi_hat (n, mode); x, y (n, drifter, time).
  void write_block(std::span<const std::complex<double>> psi_hat, std::span<const double> x,
                   std::span<const double> y);

  /// Marks the file complete and gives it its name. Throws Error unless all flows are written.
  void finish();

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lagoon::datasets
