#pragma once

#include <string>
#include <vector>

namespace lagoon::contrastive {

/// The encoders there are (encoders.def), of trajectories and of coefficients, in the order of
/// help.
std::vector<std::string> lagrangian_encoder_names();
std::vector<std::string> eulerian_encoder_names();

}  // namespace lagoon::contrastive
