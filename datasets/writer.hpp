#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "datasets/description.hpp"
#include "datasets/sample_block.hpp"

namespace lagoon::datasets {

/// Writes one dataset file (or one shard, if the description says so) by the protocol of
/// docs/file_format.md: PATH.part is created whole and its space reserved before the first sample;
/// each block is written, synced to disk, and only then counted in samples_complete; finish() marks
/// the file complete and renames it to PATH. A process killed at any point leaves a .part that
/// resume() continues, or nothing.
class Writer {
 public:
  /// Throws Error if PATH or PATH.part exists (unless `force`: both are removed), if the folder
  /// cannot be written, or if the disk has no room.
  static Writer create(const std::filesystem::path& path, const Description& description,
                       bool force);

  /// Continues PATH.part. Throws Error if there is none, or if it was begun with another
  /// sample_hash or shard (naming what differs where it can).
  static Writer resume(const std::filesystem::path& path, const Description& description);

  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();

  /// Flows of this file that are safe in it (0 after create): the next block begins there. In a
  /// shard, flow i of the file is flow flows_of(description).first + i of the dataset.
  std::int64_t flows_complete() const;

  /// Writes the next flows, any number of them: see block_flows(). Throws Error if sizes disagree,
  /// or naming the flow of a value that is not finite (x and y may be NaN together where the law
  /// has gaps).
  void write_block(const SampleBlock& block);

  /// Marks the file complete and gives it its name. Throws Error unless all flows are written.
  void finish();

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lagoon::datasets
