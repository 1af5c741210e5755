#pragma once

#include <vector>

#include "contrastive/option_row.hpp"
#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// The members of an options struct in the order of help, while it lives. Those of TrainingOptions
/// are without its objective, which has rows of its own.
std::vector<OptionRow> option_rows(ModelOptions& options);
std::vector<OptionRow> option_rows(ObjectiveOptions& options);
std::vector<OptionRow> option_rows(TrainingOptions& options);

}  // namespace lagoon::contrastive
