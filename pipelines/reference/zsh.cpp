#include "pipelines/reference/zsh.hpp"

#include "pipelines/reference/option_text.hpp"
#include "pipelines/reference/program_text.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kHead = R"(#compdef lagoon
# zsh completion of lagoon, made by `lagoon --reference zsh`.
_lagoon() {
  local -a verbs
  verbs=(
)";
constexpr const char* kMiddle = R"(  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
)";
constexpr const char* kTail = R"(  esac
}
_lagoon "$@")";

std::string message(const std::string& text) {
  return escaped(text, "[]:\\");
}

/// ":WHAT:ACTION" of _arguments: the value and how it is completed.
std::string value(const Option& option, const std::string& what) {
  switch (offer_of(option)) {
    case Offer::choices:
      return ":" + what + ":(" + joined(option.check.choices, " ") + ")";
    case Offer::files:
      return ":" + what + ":_files";
    case Offer::nothing:
      break;
  }
  return ":" + what + ": ";
}

std::string flags(const OptionTable& table) {
  std::string text;
  for (const auto& [name, meaning] : kHelpFlags) {
    text += " \\\n      " + shell_word(std::string(name) + "[" + message(meaning) + "]");
  }
  for (const auto* flag : flags_of(table)) {
    const bool takes_value = !is_switch(*flag);
    for (const auto& spelling : spellings(*flag)) {
      text += " \\\n      " +
              shell_word(spelling + (takes_value ? "=" : "") + "[" + message(described(*flag)) +
                         "]" + (takes_value ? value(*flag, type_name(flag->target)) : ""));
    }
  }
  return text;
}

std::string arguments(const OptionTable& table) {
  std::string text;
  int place = 0;
  for (const auto* argument : arguments_of(table)) {
    ++place;
    const std::string where = is_list(argument->target) ? "*" : std::to_string(place);
    text += " \\\n      " + shell_word(where + value(*argument, message(argument->name)));
  }
  return text;
}

}  // namespace

std::string zsh_completion(std::span<const OptionTable> tables) {
  std::string text = kHead;
  for (const auto& table : tables) {
    text += "    " + shell_word(table.verb() + ":" + message(table.summary())) + "\n";
  }
  text += kMiddle;
  for (const auto& table : tables) {
    text += "  " + table.verb() + ")\n    _arguments" + flags(table) + arguments(table) + " ;;\n";
  }
  return text + kTail;
}

}  // namespace lagoon::pipelines
