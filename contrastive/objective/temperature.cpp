#include "contrastive/objective/temperature.hpp"

#include <cmath>
#include <string>

#include "flow/error.hpp"

namespace lagoon::contrastive {

Temperature::Temperature(double initial, bool learned, double least, double most)
    : least_(least), most_(most) {
  require(0 < least && least <= initial && initial <= most && std::isfinite(most),
          "temperature is " + std::to_string(initial) + ": give a number from " +
              std::to_string(least) + " to " + std::to_string(most));
  const torch::Tensor start = at::full({}, -std::log(initial));
  log_inverse_ =
      learned ? register_parameter("log_inverse", start) : register_buffer("log_inverse", start);
}

torch::Tensor Temperature::inverse() const {
  return log_inverse_.exp();
}

void Temperature::clamp() {
  const torch::NoGradGuard no_grad;
  log_inverse_.clamp_(-std::log(most_), -std::log(least_));
}

double Temperature::value() const {
  return std::exp(-log_inverse_.item<double>());
}

}  // namespace lagoon::contrastive
