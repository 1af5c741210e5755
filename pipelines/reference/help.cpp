#include "pipelines/reference/help.hpp"

#include <algorithm>
#include <sstream>

#include "pipelines/reference/option_text.hpp"
#include "pipelines/reference/program_text.hpp"

namespace lagoon::pipelines {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::ptrdiff_t kScreenLines = 50;  ///< a longer help is shown by --help-all only
constexpr const char* kGeneral = "Options";  ///< heading of what stands under no other

/// What stands to the left of a column, and what to the right.
struct HelpRow {
  std::string label, text;
};

/// The words in lines that begin and end at these columns.
std::string in_lines(const std::string& text, std::size_t indent) {
  std::istringstream words(text);
  std::string lines;
  std::size_t at = indent;
  for (std::string word; words >> word; at += word.size()) {
    if (at == indent) {
      lines += word;
    } else if (at + 1 + word.size() > kWidth) {
      lines += "\n" + std::string(indent, ' ') + word;
      at = indent;
    } else {
      lines += " " + word;
      ++at;
    }
  }
  return lines;
}

/// Texts begin at one column; a label that reaches beyond it has a line of its own.
std::string in_columns(const std::vector<HelpRow>& rows) {
  constexpr std::size_t kLargest = 40, kMargin = 2;
  std::size_t column = 0;
  for (const auto& row : rows) {
    const std::size_t reaches = row.label.size() + 2 * kMargin;
    if (reaches <= kLargest) column = std::max(column, reaches);
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line(kMargin, ' ');
    line += row.label;
    if (line.size() + kMargin > column) {
      text += line + "\n";
      line.clear();
    }
    line.resize(column, ' ');
    text += line + in_lines(row.text, column) + "\n";
  }
  return text;
}

std::string label_of(const Option& option) {
  if (option.kind == Option::Kind::positional) {
    return option.name + (is_list(option.target) ? "..." : "");
  }
  std::string names = joined(spellings(option), ", ");
  if (is_switch(option)) return names;
  const std::string value = to_text(option.target);
  return names + " " + type_name(option.target) + (value.empty() ? "" : "=" + value);
}

std::vector<HelpRow> rows_of(const std::vector<const Option*>& options) {
  std::vector<HelpRow> rows;
  for (const auto* option : options) rows.push_back({label_of(*option), described(*option)});
  return rows;
}

/// The first line, the arguments, and the general options after those that tell of options.
std::string general_help(const OptionTable& table) {
  std::string text = table.summary() + "\nUsage: " + usage_line(table) + "\n";
  const auto arguments = arguments_of(table);
  if (!arguments.empty()) text += "\nArguments:\n" + in_columns(rows_of(arguments));
  std::vector<HelpRow> rows;
  for (const auto& [name, meaning] : kHelpFlags) rows.push_back({name, meaning});
  rows.front().label.insert(0, "-h, ");
  for (const auto& section : sections_of(table)) {
    if (section.heading != kGeneral) continue;
    for (auto& row : rows_of(section.options)) rows.push_back(std::move(row));
  }
  return text + "\n" + kGeneral + ":\n" + in_columns(rows);
}

std::string names_of(const std::vector<const Option*>& options) {
  std::string names;
  for (const auto* option : options) {
    names += (is_switch_pair(*option) ? " --[no-]" : " --") + option->name;
  }
  return names;
}

std::string short_help_text(const OptionTable& table) {
  std::string text = general_help(table) + "\n";
  for (const auto& section : sections_of(table)) {
    if (section.heading == kGeneral) continue;
    text += section.heading + ":\n  " + in_lines(names_of(section.options), 2) + "\n";
  }
  return text + "\nlagoon " + table.verb() + " --help-all shows " + kHelpFlags[1].second + ".\n";
}

}  // namespace

std::string full_help_text(const OptionTable& table) {
  std::string text = general_help(table);
  for (const auto& section : sections_of(table)) {
    if (section.heading == kGeneral) continue;
    text += "\n" + section.heading + ":\n" + in_columns(rows_of(section.options));
  }
  for (const auto& [name, toml] : table.presets()) {
    text.append("\nPreset ").append(name).append(":\n");
    text.append(toml.empty() ? "the defaults above\n" : toml);
  }
  return text;
}

std::string help_text(const OptionTable& table) {
  std::string text = full_help_text(table);
  const bool fits = std::ranges::count(text, '\n') <= kScreenLines;
  return fits ? text : short_help_text(table);
}

}  // namespace lagoon::pipelines
