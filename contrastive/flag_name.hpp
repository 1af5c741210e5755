#pragma once

#include <algorithm>
#include <string>

namespace lagoon::contrastive {

/// The flag of `lagoon train` that sets a member of the options: "--mlp-width" of "mlp_width".
inline std::string flag_name(std::string member) {
  if (member == "kernel" || member == "statistic") member = "mmd_" + member;
  std::ranges::replace(member, '_', '-');
  return "--" + member;
}

}  // namespace lagoon::contrastive
