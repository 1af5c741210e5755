#pragma once

#include <string>

#include <c10/util/Exception.h>

#include "flow/error.hpp"

namespace lagoon::contrastive {

/// Of a message by LibTorch, which may have more.
inline std::string first_line(const std::string& message) {
  return message.substr(0, message.find('\n'));
}

/// Gives what the work gives. What LibTorch refuses, such as want of memory or another shape, is
/// thrown as an Error with the first line of its message, so that no caller need know c10::Error.
template <typename Work>
auto with_torch_errors(Work&& work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    throw Error("LibTorch: " + first_line(error.what_without_backtrace()));
  }
}

}  // namespace lagoon::contrastive
