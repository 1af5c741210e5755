#include "pipelines/reference/man_page.hpp"

#include "pipelines/reference/option_text.hpp"
#include "pipelines/reference/program_text.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

/// Text as roff prints it: hyphens that can be copied, and no line that begins a request.
std::string roff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n')) result += "\\&";
      result += c;
    }
  }
  return result;
}

std::string bold(const std::string& text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string italic(const std::string& text) {
  return "\\fI" + roff(text) + "\\fR";
}

std::string head(const std::string& page, const std::string& summary) {
  std::string upper = page;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return ".TH " + roff(upper) + " 1 \"\" \"lagoon " + lagoon_version() +
         "\" \"User Commands\"\n.SH NAME\n" + roff(page) + " \\- " + roff(summary) + "\n";
}

std::string entry(const std::string& tag, const std::string& text) {
  return ".TP\n" + tag + "\n" + roff(text) + "\n";
}

std::string tag_of(const Option& option) {
  std::string tag;
  for (const auto& spelling : spellings(option)) tag += (tag.empty() ? "" : ", ") + bold(spelling);
  return is_switch(option) ? tag : tag + " " + italic(type_name(option.target));
}

std::string described_with_default(const Option& option) {
  const std::string value = option.kind == Option::Kind::action ? "" : to_text(option.target);
  if (option.required) return described(option) + "; required";
  return described(option) + (value.empty() ? "" : " [" + value + "]");
}

std::string options(const OptionTable& table) {
  std::string text = ".SH OPTIONS\nDefaults stand in brackets.\n";
  for (const auto& [name, meaning] : kHelpFlags) text += entry(bold(name), meaning);
  for (const auto& section : sections_of(table)) {
    if (section.heading != "Options") text += ".SS " + roff(section.heading) + "\n";
    for (const auto* option : section.options) {
      text += entry(tag_of(*option), described_with_default(*option));
    }
  }
  return text;
}

std::string arguments(const OptionTable& table) {
  std::string text = ".SH ARGUMENTS\n";
  for (const auto* argument : arguments_of(table)) {
    text += entry(italic(argument->name), described(*argument));
  }
  return text;
}

std::string presets(const OptionTable& table) {
  if (table.presets().empty()) return "";
  std::string text = ".SH PRESETS\n";
  for (const auto& [name, toml] : table.presets()) {
    text += ".TP\n" + bold(name) + "\n";
    text += toml.empty() ? "The defaults.\n" : ".nf\n" + roff(toml) + ".fi\n";
  }
  return text;
}

std::string exit_status() {
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [number, meaning] : kExitCodes) text += entry(bold(number), meaning);
  return text;
}

std::string verbs(std::span<const OptionTable> tables) {
  std::string text = ".SH VERBS\n";
  for (const auto& table : tables) {
    text += entry(bold(table.verb()), table.summary() + "; see lagoon-" + table.verb() + "(1)");
  }
  return text;
}

}  // namespace

std::string man_page_of_program(std::span<const OptionTable> tables) {
  std::string text = head("lagoon", "learns to see a flow from its drifters");
  text += ".SH SYNOPSIS\n" + bold("lagoon") + " " + italic("VERB") + " [" + italic("OPTIONS") +
          "]\n.br\n" + bold("lagoon --version") + "\n.br\n" + bold("lagoon --reference") + " " +
          italic("FORMAT") + "\n.SH DESCRIPTION\n" + roff(kProgramPurpose) + "\n.PP\n" +
          roff(kPrecedence) + "\n" + verbs(tables) + ".SH OPTIONS\n";
  text += entry(
      bold("--help"),
      "the verbs; after a verb, its options, and after it --help-all tells all of them in full");
  text += entry(bold("--version"), "version, commit, and the libraries it was built with");
  text += entry(bold("--reference") + " " + italic("FORMAT"),
                "this reference as markdown, man (or man VERB), or completions: bash, zsh, fish");
  text += exit_status();
  text.pop_back();
  return text;
}

std::string man_page_of_verb(const OptionTable& table) {
  std::string text = head("lagoon-" + table.verb(), table.summary());
  text += ".SH SYNOPSIS\n" + roff(usage_line(table)) + "\n.SH DESCRIPTION\n" + roff(kPrecedence) +
          "\n" + arguments(table) + options(table) + presets(table) + exit_status() +
          ".SH SEE ALSO\n" + bold("lagoon") + "(1)";
  return text;
}

}  // namespace lagoon::pipelines
