#include "pipelines/support/command_line.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "pipelines/reference/option_text.hpp"

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
  auto* added = app.add_flag(flag_names(option))->description(described(option));
  added->group(option.group);
  return added->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option* add_positional(CLI::App& app, const Option& option) {
  auto* added = app.add_option(option.name)->description(described(option))->type_name("");
  if (!is_list(option.target)) return added->expected(1);
  return added->expected(0, CLI::detail::expected_max_vector_size)->allow_extra_args();
}

CLI::Option* add_value(CLI::App& app, const Option& option) {
  auto* added = app.add_option("--" + option.name)->description(described(option));
  added->default_str(to_text(option.target))->type_name(type_name(option.target));
  added->group(option.group);
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

/// CLI11's help, but for "{true}" behind switches and brackets around what is not optional.
class Formatter : public CLI::Formatter {
 public:
  explicit Formatter(const OptionTable& table) : usage_("Usage: " + usage_line(table) + "\n") {}

  std::string make_usage(const CLI::App*, std::string) const override { return usage_; }

  std::string make_option_name(const CLI::Option* option, bool positional) const override {
    std::string name = CLI::Formatter::make_option_name(option, positional);
    for (std::size_t at = 0; (at = name.find('{')) != std::string::npos;) {
      name.erase(at, name.find('}', at) - at + 1);
    }
    return name;
  }

 private:
  std::string usage_;
};

/// CLI11's view of a table; columns are wide enough for the longest flag with its default.
class Parser {
 public:
  explicit Parser(OptionTable& table) : app_(table.summary(), "lagoon " + table.verb()) {
    constexpr std::size_t kColumn = 40;
    app_.formatter(std::make_shared<Formatter>(table));
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
      if (parsed->count() > 0) result.push_back({option, words_of(*option, *parsed)});
    }
    return result;
  }

  /// CLI11 leaves two empty lines between groups.
  std::string help() const {
    std::string text = app_.help();
    for (std::size_t at = 0; (at = text.find("\n\n\n")) != std::string::npos;) text.erase(at, 1);
    return text;
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
  result.help = !parser.parse(arguments);
  if (result.help) return result;
  refuse_unexpected(table, parser.unexpected());
  result.given = parser.given();
  return result;
}

std::string help_text(OptionTable& table) {
  std::string text = Parser(table).help();
  for (const auto& [name, toml] : table.presets()) {
    text.append("\nPreset ").append(name).append(":\n");
    text.append(toml.empty() ? "the defaults above\n" : toml);
  }
  return text;
}

}  // namespace lagoon::pipelines
