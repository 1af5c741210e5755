#include "pipelines/reference/markdown.hpp"

#include "pipelines/reference/option_text.hpp"
#include "pipelines/reference/program_text.hpp"

namespace lagoon::pipelines {
namespace {

std::string code(const std::string& text) {
  return "`" + text + "`";
}

/// Text in a cell of a table.
std::string cell(const std::string& text) {
  return escaped(text, "|*<[");
}

std::string name_cell(const Option& option) {
  std::string text;
  for (const auto& spelling : spellings(option))
    text += (text.empty() ? "" : ", ") + code(spelling);
  return is_switch(option) ? text : text + " " + type_name(option.target);
}

std::string default_cell(const Option& option) {
  if (option.required) return "required";
  const std::string text = option.kind == Option::Kind::action ? "" : to_text(option.target);
  return text.empty() ? "" : code(text);
}

std::string section(const OptionSection& section) {
  std::string text = section.heading + ":\n\n| option | default | what it does |\n|---|---|---|\n";
  for (const auto* option : section.options) {
    text += "| " + name_cell(*option) + " | " + default_cell(*option) + " | " +
            cell(described(*option)) + " |\n";
  }
  return text + "\n";
}

std::string arguments(const OptionTable& table) {
  std::string text;
  for (const auto* argument : arguments_of(table)) {
    text += "- " + code(argument->name) + ": " + escaped(described(*argument), "*<[") + "\n";
  }
  return text + "\n";
}

std::string presets(const OptionTable& table) {
  std::string text;
  for (const auto& [name, toml] : table.presets()) {
    text += "Preset `" + name + "`";
    text += toml.empty() ? " is the defaults.\n\n" : ":\n\n```toml\n" + toml + "```\n\n";
  }
  return text;
}

std::string verb(const OptionTable& table) {
  std::string text = "## " + table.verb() + "\n\n" + escaped(table.summary(), "*<[") + "\n\n```\n" +
                     usage_line(table) + "\n```\n\n" + arguments(table);
  for (const auto& options : sections_of(table)) text += section(options);
  return text + presets(table);
}

std::string overview(std::span<const OptionTable> tables) {
  std::string text = "| verb | what it does |\n|---|---|\n";
  for (const auto& table : tables) {
    text += "| [" + table.verb() + "](#" + table.verb() + ") | " + cell(table.summary()) + " |\n";
  }
  return text + "\n";
}

std::string help_flags() {
  std::string text = "After a verb,";
  for (const auto& [name, meaning] : kHelpFlags) {
    text += (text.back() == ',' ? " " : "; ") + code(name) + " tells " + meaning;
  }
  return text + ".\n\n";
}

std::string exit_codes() {
  std::string text = "| exit code | meaning |\n|---|---|\n";
  for (const auto& [number, meaning] : kExitCodes) {
    text += std::string("| ") + number + " | " + meaning + " |\n";
  }
  return text + "\n";
}

}  // namespace

std::string markdown_page(std::span<const OptionTable> tables) {
  std::string text =
      "# Commands\n\nMade by `lagoon --reference markdown` from the tables that the parser reads; "
      "a test compares the two. " +
      std::string(kPrecedence) + "\n\n" + help_flags() + overview(tables) + exit_codes();
  for (const auto& table : tables) text += verb(table);
  text.resize(text.find_last_not_of('\n') + 1);
  return text;
}

}  // namespace lagoon::pipelines
