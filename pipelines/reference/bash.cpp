#include "pipelines/reference/bash.hpp"

#include <map>

#include "pipelines/reference/option_text.hpp"
#include "pipelines/reference/program_text.hpp"

namespace lagoon::pipelines {
namespace {

// bash splits --name=value at the sign: then the flag is one or two words before the cursor's.
constexpr const char* kHead = R"(# bash completion of lagoon, made by `lagoon --reference bash`.
_lagoon() {
  local word=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]}
  local verb=${COMP_WORDS[1]} offered=
  if [[ $word == = ]]; then
    word=
  elif [[ $flag == = ]]; then
    flag=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if [[ $COMP_CWORD -eq 1 ]]; then
    verb= flag=
  fi
  case "$verb $flag" in
)";
constexpr const char* kMiddle = R"(  *)
    case "$verb" in
)";
constexpr const char* kTail = R"(    esac ;;
  esac
  if [[ $offered == @files ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -W "$offered" -- "$word")
  fi
}
complete -F _lagoon lagoon)";

/// What is offered: words, or "@files".
std::string offered(const Option& option) {
  switch (offer_of(option)) {
    case Offer::choices:
      return joined(option.check.choices, " ");
    case Offer::files:
      return "@files";
    case Offer::nothing:
      break;
  }
  return "";
}

std::string assignment(const std::string& words) {
  return "offered=" + shell_word(words);
}

/// Values of the options that take one: options that offer the same share a pattern.
std::string values(const OptionTable& table) {
  std::map<std::string, std::vector<std::string>> flags;
  for (const auto* flag : flags_of(table)) {
    if (is_switch(*flag)) continue;
    flags[offered(*flag)].push_back(shell_word(table.verb() + " --" + flag->name));
  }
  std::string text;
  for (const auto& [words, patterns] : flags) {
    text += "  " + joined(patterns, " | \\\n  ") + ") " + assignment(words) + " ;;\n";
  }
  return text;
}

/// Flags after a dash; else what the verb's first argument takes in its place, and files.
std::string words(const OptionTable& table) {
  std::vector<std::string> flags;
  for (const auto& [name, meaning] : kHelpFlags) flags.emplace_back(name);
  for (const auto* flag : flags_of(table)) {
    for (const auto& spelling : spellings(*flag)) flags.push_back(spelling);
  }
  const auto arguments = arguments_of(table);
  const std::string first = arguments.empty() ? "" : offered(*arguments.front());
  return "    '" + table.verb() + "')\n      if [[ $word == -* ]]; then\n        " +
         assignment(joined(flags, " ")) + "\n      elif [[ $COMP_CWORD -eq 2 ]]; then\n        " +
         assignment(first) + "\n      else\n        offered=@files\n      fi ;;\n";
}

}  // namespace

std::string bash_completion(std::span<const OptionTable> tables) {
  std::vector<std::string> verbs;
  for (const auto& table : tables) verbs.push_back(table.verb());
  std::string text = kHead;
  for (const auto& table : tables) text += values(table);
  text += kMiddle;
  text += "    '') " + assignment(joined(verbs, " ") + " --help --version --reference") + " ;;\n";
  text += "    --reference) " + assignment("markdown man bash zsh fish") + " ;;\n";
  for (const auto& table : tables) text += words(table);
  return text + kTail;
}

}  // namespace lagoon::pipelines
