#pragma once

#include <filesystem>
#include <string>

#include "flow/law/law_options.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// The law of a new dataset: drawn by options, or copied from a dataset or a run.
struct LawRequest {
  flow::LawOptions options;
  std::string release = "0.75,0.75";  ///< "x,y;x,y;..." | grid | uniform
  std::filesystem::path law_from;     ///< empty: draw by the options
};

struct ResolvedLaw {
  flow::Law law;
  std::uint64_t law_seed = 0;  ///< 0 for a law copied from a run, which does not know it
};

/// Declares --law-from and every flow::LawOptions. Law options beside --law-from are refused.
void declare_law(OptionTable& table, LawRequest& request);

/// Draws or copies the law. Throws UsageError for a release that cannot be read.
ResolvedLaw resolve_law(const LawRequest& request);

}  // namespace lagoon::pipelines
