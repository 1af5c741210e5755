#pragma once

#include <filesystem>
#include <string>

#include "datasets/drifters/track_scales.hpp"
#include "datasets/drifters/tracks.hpp"

namespace lagoon::datasets {

/// ragged: x(obs), tracks one after another, rowsize(trajectory) records each, none missing.
/// orthogonal: x(trajectory, time), every track at the same times, NaN where it has no record.
enum class DrifterLayout { ragged, orthogonal };

/// A file of real drifters (docs/real_drifters.md): what was measured, and the same without
/// dimensions.
struct DrifterFile {
  DrifterLayout layout = DrifterLayout::ragged;
  DrifterTracks tracks;  ///< orthogonal: every rowsize is the number of times
  ScaledTracks records;  ///< to_scaled(tracks, scales)
  TrackScales scales;
  RecordCounts counts;
  std::string records_hash;  ///< as the file said that was read; writing takes hash_records()
  std::string title, history, source, source_hash, lagoon_version, git_commit, config_toml;
};

/// Checksum of everything that has one value a track or a record, in hexadecimal.
std::string hash_records(const DrifterFile& content);

/// Writes PATH.part, syncs it and renames it. Throws Error if PATH or PATH.part is there (unless
/// `force`), if the disk has no room, if there are no records, if a track has more than 2^31 - 1,
/// or if tracks of an orthogonal file are of unequal length.
void write_drifter_file(const std::filesystem::path& path, const DrifterFile& content, bool force);

/// True if the file is HDF5 and says that lagoon wrote drifters into it.
bool is_drifter_file(const std::filesystem::path& path);

/// Reads it back, to the bit. Throws Error naming the variable that is missing, has another type or
/// length, or is longer than the file. A file that may be damaged is to be tried by probe_file
/// first.
DrifterFile read_drifter_file(const std::filesystem::path& path);

}  // namespace lagoon::datasets
