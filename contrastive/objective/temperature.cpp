#include "contrastive/objective/temperature.hpp"

#include <cmath>

#include "contrastive/options.hpp"

namespace lagoon::contrastive {

Temperature::Temperature(double initial, bool learned) {
  const torch::Tensor start = at::full({}, -std::log(initial));
  log_inverse_ =
      learned ? register_parameter("log_inverse", start) : register_buffer("log_inverse", start);
}

torch::Tensor Temperature::inverse() const {
  return log_inverse_.exp();
}

void Temperature::clamp() {
  const torch::NoGradGuard no_grad;
  log_inverse_.clamp_(-std::log(kMaxTemperature), -std::log(kMinTemperature));
}

double Temperature::value() const {
  return std::exp(-log_inverse_.item<double>());
}

}  // namespace lagoon::contrastive
