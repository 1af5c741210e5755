#pragma once

#include <stdexcept>
#include <string>

namespace lagoon {

/// A failure the user can mend. The message is one line that names the value, the rule and the
/// remedy; pipelines/ prints it and exits with 1. Programming errors are asserts instead.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws Error(message) unless the condition holds. Build costly messages inside an `if` instead.
inline void require(bool condition, const std::string& message) {
  if (!condition) throw Error(message);
}

}  // namespace lagoon
