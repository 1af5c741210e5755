#pragma once

#include <cmath>
#include <sstream>
#include <string>

#include "flow/error.hpp"

// How the fields of laws and of their options are refused.
namespace lagoon::flow {

/// Throws Error "name is value: remedy".
template <class Value>
[[noreturn]] void refuse(const std::string& name, const Value& value, const std::string& remedy) {
  std::ostringstream message;
  message << name << " is " << value << ": " << remedy;
  throw Error(message.str());
}

/// `name` is the field's and, for those who type it, the flag's of lagoon generate.
template <class Value>
void require_option(bool condition, const char* name, const Value& value, const char* remedy) {
  if (!condition) refuse(name, value, remedy);
}

/// Finite and above 0.
inline bool is_positive(double value) {
  return std::isfinite(value) && value > 0;
}
/// Finite and not below 0.
inline bool is_non_negative(double value) {
  return std::isfinite(value) && value >= 0;
}

}  // namespace lagoon::flow
