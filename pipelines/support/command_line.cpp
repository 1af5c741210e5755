#include "pipelines/support/command_line.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

namespace lagoon::pipelines {
namespace {

std::string flag_names(const Option& option) {
  std::string name = "--" + option.name;
  if (std::holds_alternative<bool*>(option.target) && option.kind == Option::Kind::value) {
    return name + "{true},--no-" + option.name + "{false}";
  }
  return name;
}

CLI::Option* add_switch(CLI::App& app, const Option& option) {
  return app.add_flag(flag_names(option))->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option* add_positional(CLI::App& app, const Option& option) {
  auto* added = app.add_option(option.name)->type_name("");
  if (!is_list(option.target)) return added->expected(1);
  return added->expected(0, CLI::detail::expected_max_vector_size)->allow_extra_args();
}

CLI::Option* add_value(CLI::App& app, const Option& option) {
  auto* added = app.add_option("--" + option.name)->type_name(type_name(option.target));
  return added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option* add(CLI::App& app, const Option& option) {
  if (option.kind == Option::Kind::positional) return add_positional(app, option);
  if (std::holds_alternative<bool*>(option.target)) return add_switch(app, option);
  return add_value(app, option);
}

/// What was typed; commas part a list of names, but no files, which are given by their places.
std::vector<std::string> words_of(const Option& option, const CLI::Option& parsed) {
  std::vector<std::string> words = parsed.reduced_results();
  if (option.kind == Option::Kind::positional || !is_list(option.target) ||
      !is_text(option.target)) {
    return words;
  }
  std::vector<std::string> names;
  for (const auto& word : words) {
    for (auto& name : CLI::detail::split(word, ',')) names.push_back(std::move(name));
  }
  return names;
}

bool is_flag(OptionTable& table, const std::string& word) {
  if (!word.starts_with("--")) return word == "-h";
  const std::string name = word.substr(2);
  return name == "help" || name == "help-all" || table.find(name) != nullptr ||
         (name.starts_with("no-") && table.find(name.substr(3)) != nullptr);
}

/// CLI11 takes the word that follows an option for its value, be it the next flag or empty.
void require_value(OptionTable& table, const Option& option,
                   const std::vector<std::string>& words) {
  const std::string where = (option.kind == Option::Kind::positional ? "" : "--") + option.name;
  for (const auto& word : words) {
    if (word.empty() && std::holds_alternative<std::filesystem::path*>(option.target))
      throw UsageError(where + ": is empty (name a file or a folder)");
    if (is_flag(table, word))
      throw UsageError(where + " needs a value, and " + word + " follows it");
  }
}

/// CLI11's view of a table.
class Parser {
 public:
  explicit Parser(OptionTable& table) {
    app_.set_help_all_flag("--help-all");
    app_.allow_extras();
    for (auto& option : table.options()) options_.emplace_back(&option, add(app_, option));
  }

  CommandLine::Help parse(std::span<const std::string> arguments) {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
      app_.parse(std::move(reversed));
    } catch (const CLI::CallForHelp&) {
      return CommandLine::Help::screen;
    } catch (const CLI::CallForAllHelp&) {
      return CommandLine::Help::all;
    } catch (const CLI::ParseError& error) {
      throw UsageError(error.what());
    }
    return CommandLine::Help::none;
  }

  std::vector<std::string> unexpected() const { return app_.remaining(); }

  std::vector<GivenOption> given() const {
    std::vector<GivenOption> result;
    for (const auto& [option, parsed] : options_) {
      if (parsed->count() > 0) result.push_back({option, words_of(*option, *parsed)});
    }
    return result;
  }

 private:
  CLI::App app_;
  std::vector<std::pair<Option*, CLI::Option*>> options_;
};

void refuse_unexpected(const OptionTable& table, const std::vector<std::string>& words) {
  if (words.empty()) return;
  const std::string remedy = " (lagoon " + table.verb() + " --help lists them)";
  const auto word = std::ranges::find_if(words, [](const auto& w) { return w.starts_with('-'); });
  if (word == words.end()) {
    throw UsageError("unexpected argument '" + words.front() + "'" + remedy);
  }
  const std::string flag = word->substr(0, word->find('='));
  const std::string name = flag.substr(std::min(flag.find_first_not_of('-'), flag.size()));
  throw UsageError("unknown flag " + flag + table.suggestion(name, "--") + remedy);
}

}  // namespace

CommandLine parse_command_line(OptionTable& table, std::span<const std::string> arguments) {
  Parser parser(table);
  CommandLine result;
  result.help = parser.parse(arguments);
  if (result.help != CommandLine::Help::none) return result;
  result.given = parser.given();
  for (const auto& [option, words] : result.given) require_value(table, *option, words);
  refuse_unexpected(table, parser.unexpected());
  return result;
}

}  // namespace lagoon::pipelines
