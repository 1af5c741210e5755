#include "pipelines/reference/fish.hpp"

#include "pipelines/reference/option_text.hpp"
#include "pipelines/reference/program_text.hpp"

namespace lagoon::pipelines {
namespace {

std::string command(const std::string& condition, const std::string& rest) {
  return "complete -c lagoon -n " + shell_word(condition) + " " + rest + "\n";
}

std::string description(const std::string& text) {
  return " -d " + shell_word(text);
}

/// How a value is completed: a word of a few, a file, or nothing.
std::string value(const Option& option) {
  switch (offer_of(option)) {
    case Offer::choices:
      return " -x -a " + shell_word(joined(option.check.choices, " "));
    case Offer::files:
      return " -r -F";
    case Offer::nothing:
      break;
  }
  return " -x";
}

std::string verb(const OptionTable& table) {
  const std::string inside = "__fish_seen_subcommand_from " + table.verb();
  std::string text;
  for (const auto* argument : arguments_of(table)) {
    if (offer_of(*argument) != Offer::choices) continue;
    text += command(inside, "-a " + shell_word(joined(argument->check.choices, " ")) +
                                description(argument->name));
  }
  for (const auto& [name, meaning] : kHelpFlags) {
    text += command(inside, "-l " + std::string(name).substr(2) + description(meaning));
  }
  for (const auto* flag : flags_of(table)) {
    for (const auto& spelling : spellings(*flag)) {
      text += command(inside, "-l " + spelling.substr(2) + (is_switch(*flag) ? "" : value(*flag)) +
                                  description(described(*flag)));
    }
  }
  return text;
}

}  // namespace

std::string fish_completion(std::span<const OptionTable> tables) {
  std::string text = "# fish completion of lagoon, made by `lagoon --reference fish`.\n";
  for (const auto& table : tables) {
    text +=
        command("__fish_use_subcommand", "-f -a " + table.verb() + description(table.summary()));
  }
  for (const auto& table : tables) text += verb(table);
  text.pop_back();
  return text;
}

}  // namespace lagoon::pipelines
