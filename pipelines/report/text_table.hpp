#pragma once

#include <string>
#include <vector>

namespace lagoon::pipelines {

/// A table for a terminal, a line a row under its header: each column as wide as its longest cell,
/// names to the left, numbers to the right.
std::string lines_of(const std::vector<std::string>& header,
                     const std::vector<std::vector<std::string>>& rows);

}  // namespace lagoon::pipelines
