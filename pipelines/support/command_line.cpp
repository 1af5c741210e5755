#include "pipelines/support/command_line.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

namespace lagoon::pipelines {
namespace {

std::string flag_names(const Option& option) {
  const bool switchable =
      option.kind == Option::Kind::value && std::holds_alternative<bool*>(option.target);
  if (switchable) return "--" + option.name + "{true},--no-" + option.name + "{false}";
  return "--" + option.name + "{true}";
}

std::string described(const Option& option) {
  std::string text = option.help;
  if (!option.check.rule.empty()) text += "; " + option.check.rule;
  for (const auto& condition : option.conditions) text += "; needs " + condition.needs;
  return text;
}

CLI::Option* add(CLI::App& app, const Option& option) {
  const bool positional = option.kind == Option::Kind::positional;
  if (std::holds_alternative<bool*>(option.target)) {
    auto* flag = app.add_flag(flag_names(option))->description(described(option));
    return flag->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  auto* added = app.add_option(positional ? option.name : "--" + option.name);
  added->description(described(option));
  if (!positional) added->default_str(to_text(option.target));
  added->type_name(positional ? "" : type_name(option.target));
  if (positional && is_list(option.target))
    return added->expected(0, CLI::detail::expected_max_vector_size);
  return added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

/// CLI11's view of a table; columns are wide enough for the longest flag with its default.
class Parser {
 public:
  explicit Parser(OptionTable& table) : app_(table.summary(), "lagoon " + table.verb()) {
    constexpr std::size_t kColumn = 40;
    app_.get_formatter()->column_width(kColumn);
    app_.allow_extras();
    for (auto& option : table.options()) options_.emplace_back(&option, add(app_, option));
  }

  bool parse(std::span<const std::string> arguments) {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
      app_.parse(std::move(reversed));
    } catch (const CLI::CallForHelp&) {
      return false;
    } catch (const CLI::ParseError& error) {
      throw UsageError(error.what());
    }
    return true;
  }

  std::vector<std::string> unexpected() const { return app_.remaining(); }

  std::vector<GivenOption> given() const {
    std::vector<GivenOption> result;
    for (const auto& [option, parsed] : options_) {
      if (parsed->count() > 0) result.push_back({option, parsed->reduced_results()});
    }
    return result;
  }

  std::string help() const { return app_.help(); }

 private:
  CLI::App app_;
  std::vector<std::pair<Option*, CLI::Option*>> options_;
};

void refuse_unexpected(const OptionTable& table, const std::vector<std::string>& words) {
  const std::string remedy = " (lagoon " + table.verb() + " --help lists them)";
  for (const auto& word : words) {
    if (!word.starts_with('-')) continue;
    const std::string flag = word.substr(0, word.find('='));
    const std::string name = flag.substr(std::min(flag.find_first_not_of('-'), flag.size()));
    throw UsageError("unknown flag " + flag + table.suggestion(name, "--") + remedy);
  }
  if (!words.empty()) throw UsageError("unexpected argument '" + words.front() + "'" + remedy);
}

}  // namespace

CommandLine parse_command_line(OptionTable& table, std::span<const std::string> arguments) {
  Parser parser(table);
  CommandLine result;
  result.help = !parser.parse(arguments);
  if (result.help) return result;
  refuse_unexpected(table, parser.unexpected());
  result.given = parser.given();
  return result;
}

std::string help_text(OptionTable& table) {
  std::string text = Parser(table).help();
  for (const auto& [name, toml] : table.presets()) {
    text += "\nPreset " + name + (toml.empty() ? ": the defaults above\n" : ":\n" + toml);
  }
  return text;
}

}  // namespace lagoon::pipelines
