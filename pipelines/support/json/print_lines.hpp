#pragma once

#include <nlohmann/json.hpp>

namespace lagoon::pipelines {

/// Prints one line "path.to.key: value" a value; a text of several lines is indented below its
/// name.
void print_lines(const nlohmann::ordered_json& content);

}  // namespace lagoon::pipelines
