#include "pipelines/support/json/json_number.hpp"

#include <cmath>
#include <limits>

namespace lagoon::pipelines {

nlohmann::json finite_or_null(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

double number_or_nan(const nlohmann::json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

}  // namespace lagoon::pipelines
