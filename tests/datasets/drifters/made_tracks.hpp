#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "datasets/drifters/storage/drifter_file.hpp"
#include "datasets/drifters/track_scales.hpp"

namespace lagoon::datasets::tests {

/// Tracks that drift 0.001 degrees to the east and 0.0005 to the north every 300 s from (10, 54),
/// one of `sizes[i]` records for each i, named D0, D1, ...
inline DrifterTracks made_tracks(const std::vector<int>& sizes, bool velocity = false) {
  DrifterTracks tracks;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    tracks.ids.push_back("D" + std::to_string(i));
    tracks.segment.push_back(0);
    tracks.rowsize.push_back(sizes[i]);
    for (int j = 0; j < sizes[i]; ++j) {
      tracks.time.push_back(1.68e9 + 300.0 * j + 7 * static_cast<double>(i));
      tracks.x.push_back(10 + 0.001 * j + 0.01 * static_cast<double>(i));
      tracks.y.push_back(54 + 0.0005 * j);
      if (!velocity) continue;
      tracks.velocity_x.push_back(0.2 + 0.01 * j);
      tracks.velocity_y.push_back(-0.1);
    }
  }
  return tracks;
}

/// A file's content of these tracks, with counts that add up.
inline DrifterFile made_content(const DrifterTracks& tracks,
                                DrifterLayout layout = DrifterLayout::ragged) {
  DrifterFile content;
  content.layout = layout;
  content.tracks = tracks;
  content.scales = fit_scales(tracks, {});
  content.records = to_scaled(tracks, content.scales);
  content.counts.read = static_cast<std::int64_t>(tracks.n_records()) + 3;
  content.counts.kept = static_cast<std::int64_t>(tracks.n_records());
  content.counts.reject(Rejection::too_fast, 3);
  content.counts.gaps = 1;
  content.counts.first_unreadable = "line 7: no time could be read";
  content.title = "Made tracks";
  content.history = "written by a test";
  content.source = "made.csv";
  content.source_hash = "0123456789abcdef";
  content.lagoon_version = "0.1.0";
  content.git_commit = "0123456";
  content.config_toml = "[import]\nmax_speed = 3.0 # caf\u00e9\n";
  return content;
}

}  // namespace lagoon::datasets::tests
