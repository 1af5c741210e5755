#pragma once

#include <vector>

#include "contrastive/option_row.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// Adds an option for a row of contrastive/option_rows.hpp: its flag, rule, help and condition.
Option& declare_row(OptionTable& table, const contrastive::OptionRow& row);

/// The same for all rows but those that the verb has declared in words of its own, or will
/// (`others`: names of rows).
void declare_rows(OptionTable& table, const std::vector<contrastive::OptionRow>& rows,
                  const std::vector<std::string>& others = {});

}  // namespace lagoon::pipelines
