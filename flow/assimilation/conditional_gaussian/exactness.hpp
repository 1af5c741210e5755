#pragma once

#include <string>

#include "flow/law/law.hpp"

namespace lagoon::flow {

/// Why the law's flows have no exact Gaussian posterior by regression of increments, in one line;
/// empty if they have. It exists where Brownian drifters are observed without error at every
/// Euler-Maruyama step and amplitudes are constant. (That observations lie one step apart is the
/// scheme's to say, not the law's.)
std::string why_not_exact(const Law& law);

/// The same for the conditional-Gaussian filter, which is exact for varying amplitudes too.
std::string why_not_filtered(const Law& law);

/// Drifters are released at other times than 0 and those of observations: clocks have nodes there.
bool has_release_between_times(const Law& law);

/// Throws Error for a law without diffusivity or with observation noise, whose increments are no
/// linear regression; `method` begins the message.
void require_brownian_increments(const Law& law, const std::string& method);

}  // namespace lagoon::flow
