#include "pipelines/verbs.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <new>
#include <span>

#include "datasets/storage/hdf5.hpp"
#include "flow/error.hpp"
#include "pipelines/assimilation/assimilate.hpp"
#include "pipelines/bridge/options.hpp"
#include "pipelines/export/export.hpp"
#include "pipelines/gaussian/options.hpp"
#include "pipelines/generate.hpp"
#include "pipelines/import.hpp"
#include "pipelines/inspect.hpp"
#include "pipelines/mnist/options.hpp"
#include "pipelines/reference/help.hpp"
#include "pipelines/reference/reference.hpp"
#include "pipelines/report.hpp"
#include "pipelines/retrieve.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/support/version.hpp"
#include "pipelines/training/options.hpp"

namespace lagoon::pipelines {

namespace {

/// The work of a verb that is LibTorch's: `member` of Learning.
template <auto member, class Options>
int learn(const Options& options, const Invocation& invocation) {
  return (invocation.learning->*member)(options, invocation);
}

template <class Options>
bool always(const Options&) {
  return true;
}

}  // namespace

std::vector<Verb> all_verbs() {
  return {
      make_verb("generate", "prior -> flows -> trajectories -> one dataset file", declare_generate,
                run_generate),
      make_verb("import",
                "real fields or real drifters -> a dataset, with a law fitted to the fields",
                declare_import, run_import),
      make_verb("inspect", "what a dataset or a run folder holds, and whether it is sound",
                declare_inspect, run_inspect, diagnoses),
      make_verb("train", "learn encoders of flows and of trajectories from a dataset",
                declare_train, learn<&Learning::train>, always),
      make_verb("retrieve", "find flows by trajectories and back: recall, posterior, pictures",
                declare_retrieve, learn<&Learning::retrieve>, always),
      make_verb("gaussian", "what linear encoders learn of Gaussian pairs, beside closed forms",
                declare_gaussian, learn<&Learning::gaussian>, always),
      make_verb("mnist", "digits and labels: what each loss learns of either given the other",
                declare_mnist, learn<&Learning::mnist>, always),
      make_verb("bridge", "modalities never seen together, compared through a third",
                declare_bridge, learn<&Learning::bridge>, always),
      make_verb("assimilate",
                "flows from trajectories by contrastive and classical methods, side by side",
                declare_assimilate, run_assimilate, needs_encoders),
      make_verb("export", "a dataset for other programs: VTK, XDMF, CSV", declare_export,
                run_export),
      make_verb("report", "one page from run folders and retrieval folders", declare_report,
                run_report),
  };
}

namespace {

std::string program_help() {
  std::string text =
      "lagoon learns to see a flow from its drifters.\n\nUsage: lagoon VERB [OPTIONS]\n\nVerbs:\n";
  constexpr std::size_t kColumn = 12;
  const bool can_learn = has_learning_program();
  for (const auto& verb : all_verbs()) {
    text += "  " + verb.name + std::string(kColumn - verb.name.size(), ' ') +
            (can_learn || !verb.learns() ? verb.summary : "(needs a build with LibTorch)") + "\n";
  }
  return text +
         "\nlagoon VERB --help tells a verb's options, --help-all all of them in full;\n"
         "lagoon --version the version;\n"
         "lagoon --reference markdown | man [VERB] | bash | zsh | fish all of it, and completions\n"
         "(source <(lagoon --reference bash) completes the words of this shell).";
}

std::string version_text() {
  return "lagoon " + lagoon_version() + " (" + git_commit() + ")\nbuilt with " + library_versions();
}

/// Tables of all verbs but one, for the check of shared configuration files.
std::vector<OptionTable> other_tables(const std::vector<Verb>& verbs, const std::string& name,
                                      Invocation& unused) {
  std::vector<OptionTable> tables;
  tables.reserve(verbs.size());
  for (const auto& verb : verbs) {
    if (verb.name == name) continue;
    verb.declare(tables.emplace_back(verb.name, verb.summary));
    declare_common(tables.back(), unused);
  }
  return tables;
}

std::string reference(std::span<const std::string> words) {
  Invocation unused;
  const auto verbs = all_verbs();
  return command_reference(words, other_tables(verbs, "", unused));
}

std::string joined_command(const std::vector<std::string>& arguments) {
  std::string text = "lagoon";
  for (const auto& argument : arguments) text += " " + argument;
  return text;
}

bool is_asked_for(OptionTable& table, const std::string& action) {
  const Option* option = table.find(action);
  return option != nullptr && *std::get<bool*>(option->target);
}

/// Results come at the end of long work: whether they have a place is asked before it. Earlier
/// results are replaced under --force, and by resumed work if they are this verb's own; a dataset
/// named by mistake never is.
void require_place_for_json(OptionTable& table, const Invocation& invocation) {
  namespace fs = std::filesystem;
  const auto& json = invocation.json;
  if (json.empty()) return;
  const std::string name = "--json " + json.string();
  require(fs::is_directory(fs::absolute(json).parent_path()),
          name + ": its folder does not exist (make it first)");
  if (!fs::exists(json)) return;
  require(!fs::is_directory(json), name + ": is a folder (name a file)");
  std::ifstream stream(json);
  const auto earlier = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
  require(!earlier.is_discarded(), name + ": exists and holds no JSON (choose another name)");
  const bool own = earlier.is_object() && earlier.value("verb", "") == table.verb();
  const bool replaced = is_asked_for(table, "force") || (own && is_asked_for(table, "resume"));
  require(replaced,
          name + ": exists and is not overwritten (choose another name, or give --force)");
}

void print_dry_run(const Invocation& invocation) {
  std::string text = invocation.config_toml;
  text.pop_back();
  print(text);
}

int print_help(const OptionTable& table, CommandLine::Help kind) {
  std::string text = kind == CommandLine::Help::all ? full_help_text(table) : help_text(table);
  text.pop_back();
  print(text);
  return kExitDone;
}

int run_verb(const std::vector<Verb>& verbs, const Verb& verb,
             const std::vector<std::string>& arguments, const Learning* learning) {
  Invocation invocation, unused;
  invocation.learning = learning;
  OptionTable table(verb.name, verb.summary);
  verb.declare(table);
  declare_common(table, invocation);
  const auto command_line = parse_command_line(table, std::span(arguments).subspan(1));
  if (command_line.help != CommandLine::Help::none) return print_help(table, command_line.help);
  auto others = other_tables(verbs, verb.name, unused);
  const auto warnings = resolve(table, command_line, invocation, others);
  if (verb.learns() && learning == nullptr) become_learning_program(arguments);
  invocation.command_line = joined_command(arguments);
  set_quiet(invocation.quiet);
  for (const auto& warning : warnings) log_warning("lagoon " + verb.name + ": " + warning);
  require_place_for_json(table, invocation);
  if (invocation.dry_run) print_dry_run(invocation);
  return verb.run(invocation);
}

int dispatch(const std::vector<std::string>& arguments, const Learning* learning) {
  const std::string& name = arguments.front();
  const auto verbs = all_verbs();
  const auto verb = std::ranges::find(verbs, name, &Verb::name);
  if (verb != verbs.end()) return run_verb(verbs, *verb, arguments, learning);
  std::vector<std::string> names = {"--help", "--version", "--reference"};
  for (const auto& known : verbs) names.push_back(known.name);
  throw UsageError("unknown verb" + did_you_mean(name, names, "lagoon ") +
                   " (lagoon --help lists them)");
}

/// `lagoon help VERB`, as of git, is `lagoon VERB --help`.
std::vector<std::string> without_help_verb(std::vector<std::string> arguments) {
  if (arguments.empty() || arguments.front() != "help") return arguments;
  if (arguments.size() == 1) return {"--help"};
  return {arguments[1], "--help"};
}

int fail(const std::string& name, const std::string& message, int code) {
  log_error("lagoon " + name + ": " + message);
  return code;
}

/// What a library wrote: more than one line is its own affair.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

int run_program(const std::vector<std::string>& words, const Learning* learning) {
  const auto arguments = without_help_verb(words);
  if (arguments.empty())
    return fail("VERB", "a verb is missing (lagoon --help lists them)", kExitUsage);
  const std::string& name = arguments.front();
  try {
    if (name == "--help" || name == "-h") return print(program_help()), kExitDone;
    if (name == "--version" || name == "-V") return print(version_text()), kExitDone;
    if (name == "--reference") return print(reference(std::span(arguments).subspan(1))), kExitDone;
    return dispatch(arguments, learning);
  } catch (const UsageError& error) {
    return fail(name, error.what(), kExitUsage);
  } catch (const Error& error) {
    return fail(name, error.what(), kExitFailed);
  } catch (const std::bad_alloc&) {
    return fail(name, "not enough memory (--dry-run tells how much is needed)", kExitFailed);
  } catch (const std::exception& error) {
    return fail(name, first_line(error.what()), kExitFailed);
  }
}

int run_main(int argc, char** argv, const Learning* learning) {
  datasets::hdf5::leave_open_files_at_exit();
  tell_of_interruption();
  let_writes_beyond_limits_fail();
  return run_program(std::vector<std::string>(argv + 1, argv + argc), learning);
}

}  // namespace lagoon::pipelines
