#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pipelines/programs/learning.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// A verb of the program: its table of options and what it does. `run` returns the exit code 0 or
/// 75 (stopped by a signal, progress saved) and throws Error (exit 1) or UsageError (exit 2).
struct Verb {
  std::string name;
  std::string summary;
  std::function<void(OptionTable&)> declare;
  std::function<int(const Invocation&)> run;
  std::function<bool()> learns;  ///< whether `run` needs invocation.learning, as the options stand
};

/// A verb from its options struct, the function that fills the table, the one that does the work
/// and the one that says whether LibTorch is needed for it.
template <class Options>
Verb make_verb(
    std::string name, std::string summary, void (*declare)(OptionTable&, Options&),
    int (*run)(const Options&, const Invocation&),
    bool (*learns)(const Options&) = [](const Options&) { return false; }) {
  auto options = std::make_shared<Options>();
  return {std::move(name), std::move(summary),
          [=](OptionTable& table) { declare(table, *options); },
          [=](const Invocation& invocation) { return run(*options, invocation); },
          [=] { return learns(*options); }};
}

/// All verbs, in the order of the work.
std::vector<Verb> all_verbs();

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitStopped = 75;

/// Runs `lagoon VERB arguments...` and returns the exit code; errors become one line on standard
/// error, "lagoon VERB: value, rule, remedy". Without `learning`, what needs it becomes the program
/// that has it.
int run_program(const std::vector<std::string>& arguments, const Learning* learning = nullptr);

/// The same of main()'s arguments, after what a process is set up with.
int run_main(int argc, char** argv, const Learning* learning = nullptr);

}  // namespace lagoon::pipelines
