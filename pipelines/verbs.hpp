#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// A verb of the program: its table of options and what it does. `run` returns the exit code 0 or
/// 75 (stopped by a signal, progress saved) and throws Error (exit 1) or UsageError (exit 2).
struct Verb {
  std::string name;
  std::string summary;
  std::function<void(OptionTable&)> declare;
  std::function<int(const Invocation&)> run;
};

/// A verb from its options struct, the function that fills the table and the one that does the
/// work.
template <class Options>
Verb make_verb(std::string name, std::string summary, void (*declare)(OptionTable&, Options&),
               int (*run)(const Options&, const Invocation&)) {
  auto options = std::make_shared<Options>();
  return {std::move(name), std::move(summary),
          [=](OptionTable& table) { declare(table, *options); },
          [=](const Invocation& invocation) { return run(*options, invocation); }};
}

/// All verbs of this build, in the order of the work.
std::vector<Verb> all_verbs();

/// Verbs that this build lacks, because it was made without LibTorch.
std::vector<std::string> absent_verbs();

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitStopped = 75;

/// Runs `lagoon VERB arguments...` and returns the exit code; errors become one line on standard
/// error, "lagoon VERB: value, rule, remedy".
int run_program(const std::vector<std::string>& arguments);

}  // namespace lagoon::pipelines
