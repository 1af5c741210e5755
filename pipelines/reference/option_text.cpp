#include "pipelines/reference/option_text.hpp"

#include <algorithm>

namespace lagoon::pipelines {

std::vector<const Option*> arguments_of(const OptionTable& table) {
  std::vector<const Option*> arguments;
  for (const auto& option : table.options()) {
    if (option.kind == Option::Kind::positional) arguments.push_back(&option);
  }
  return arguments;
}

std::vector<const Option*> flags_of(const OptionTable& table) {
  std::vector<const Option*> flags;
  for (const auto& option : table.options()) {
    if (option.kind != Option::Kind::positional) flags.push_back(&option);
  }
  return flags;
}

std::vector<OptionSection> sections_of(const OptionTable& table) {
  std::vector<OptionSection> sections;
  for (const auto* flag : flags_of(table)) {
    auto section = std::ranges::find(sections, flag->group, &OptionSection::heading);
    if (section == sections.end()) section = sections.insert(section, {flag->group, {}});
    section->options.push_back(flag);
  }
  return sections;
}

Offer offer_of(const Option& option) {
  if (!option.check.choices.empty()) return Offer::choices;
  const bool path = std::holds_alternative<std::filesystem::path*>(option.target) ||
                    std::holds_alternative<std::vector<std::string>*>(option.target);
  return path ? Offer::files : Offer::nothing;
}

std::string described(const Option& option) {
  std::string text = option.help;
  if (!option.check.rule.empty()) text += "; " + option.check.rule;
  for (const auto& condition : option.conditions) {
    if (!condition.refuse) text += "; needs " + condition.text;
  }
  return text;
}

std::string usage_line(const OptionTable& table) {
  std::string text = "lagoon " + table.verb();
  for (const auto& option : table.options()) {
    if (option.kind != Option::Kind::positional) continue;
    const std::string name = option.name + (is_list(option.target) ? "..." : "");
    text += option.required ? " " + name : " [" + name + "]";
  }
  return text + " [OPTIONS]";
}

bool is_switch_pair(const Option& option) {
  return is_switch(option) && option.kind == Option::Kind::value;
}

bool is_switch(const Option& option) {
  return std::holds_alternative<bool*>(option.target);
}

std::vector<std::string> spellings(const Option& option) {
  if (is_switch_pair(option)) return {"--" + option.name, "--no-" + option.name};
  return {"--" + option.name};
}

std::string escaped(const std::string& text, const std::string& special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

}  // namespace lagoon::pipelines
