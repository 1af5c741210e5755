#pragma once

#include <nlohmann/json.hpp>

namespace lagoon::pipelines {

/// JSON has neither NaN nor infinities: null stands for them.
nlohmann::json finite_or_null(double value);

/// The way back: NaN for null.
double number_or_nan(const nlohmann::json& value);

}  // namespace lagoon::pipelines
