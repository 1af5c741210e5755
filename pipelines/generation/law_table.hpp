#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "flow/law/law_options.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// The law of a new dataset: drawn by options, or copied from a dataset or a run. The members
/// beside `options` are as typed; law_options() reads them.
struct LawRequest {
  flow::LawOptions options;
  std::string modes = "square";  ///< square | disk | "k,l;k,l;..."
  std::string prior = "power";   ///< power | matern | flat | a CSV file of modes
  std::string scale = "auto";    ///< auto | speed | psi | none
  std::vector<double> mean_velocity = {0, 0};
  std::string spacing = "even";       ///< even | random | "t1,t2,..."
  std::string release = "0.75,0.75";  ///< "x,y;x,y;..." | grid | uniform
  std::filesystem::path law_from;     ///< empty: draw by the options
};

/// Declares --law-from and every option of a law. Law options beside --law-from are refused.
void declare_law(OptionTable& table, LawRequest& request);

/// The options with what was typed read in, files of modes among it. Throws UsageError naming flag
/// and rule for a text that cannot be read, and Error for a file.
flow::LawOptions law_options(const LawRequest& request);

/// A law, and where it is from.
struct ResolvedLaw {
  flow::Law law;
  std::uint64_t law_seed = 0;  ///< 0 for a law copied from a run, which does not know it
};

/// Draws or copies the law.
ResolvedLaw resolve_law(const LawRequest& request);

}  // namespace lagoon::pipelines
