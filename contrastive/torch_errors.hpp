#pragma once

#include <string>

#include <c10/util/Exception.h>

#include "flow/error.hpp"

namespace lagoon::contrastive {

/// Of a message by LibTorch, which may have more.
inline std::string first_line(const std::string& message) {
  return message.substr(0, message.find('\n'));
}

/// True of what its allocators say, of the processor and of a GPU.
inline bool tells_want_of_memory(const std::string& message) {
  return message.find("allocate memory") != std::string::npos ||
         message.find("not enough memory") != std::string::npos ||
         message.find("out of memory") != std::string::npos;
}

/// Gives what the work gives. What LibTorch refuses, such as want of memory or another shape, is
/// thrown as an Error with the first line of its message, so that no caller need know c10::Error.
template <typename Work>
auto with_torch_errors(Work&& work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    const auto message = first_line(error.what_without_backtrace());
    throw Error((tells_want_of_memory(message)
                     ? "not enough memory (take smaller encoders or batches, or --gradient-cache): "
                     : "LibTorch: ") +
                message);
  }
}

}  // namespace lagoon::contrastive
