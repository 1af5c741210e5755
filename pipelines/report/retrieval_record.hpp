#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/figures/figure.hpp"
#include "pipelines/retrieval/recall.hpp"

namespace lagoon::pipelines {

/// Recall in a library of that size.
struct LibraryPoint {
  std::int64_t library_size = 0;
  RecallTable recall;
};

/// A folder of `lagoon retrieve`, as a report shows it.
struct RetrievalRecord {
  std::string label;  ///< folder name
  std::filesystem::path dir;
  nlohmann::json summary;  ///< summary.json as it is
  std::int64_t n_queries = 0;
  std::int64_t library_size = 0;
  RecallTable recall;
  std::vector<LibraryPoint> curve;  ///< library sizes ascending
  std::vector<Figure> figures;      ///< pictures in `dir` that a report takes over
};

/// Throws Error naming the file that is missing or not what `lagoon retrieve` writes.
RetrievalRecord make_retrieval_record(const std::filesystem::path& dir,
                                      const nlohmann::json& summary);

/// {"name", "title", "caption", "width", "height"} of each figure.
nlohmann::json to_json(const std::vector<Figure>& figures);

}  // namespace lagoon::pipelines
