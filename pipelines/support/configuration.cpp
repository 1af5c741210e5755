#include "pipelines/support/configuration.hpp"

#include <algorithm>
#include <map>

#include "datasets/text/text.hpp"
#include "pipelines/support/config_file.hpp"

namespace lagoon::pipelines {
namespace {

Option& find_option(OptionTable& table, const ConfigEntry& entry) {
  if (auto* option = table.find_key(entry.key)) return *option;
  throw UsageError(entry.where + ": unknown key '" + entry.key + "' in [" + table.verb() + "]" +
                   table.suggestion(entry.key, "") + "; the keys are the flags of lagoon " +
                   table.verb() + " --help with _ for -");
}

void apply_entry(OptionTable& table, const ConfigEntry& entry, Source source) {
  Option& option = find_option(table, entry);
  const std::string where =
      entry.where + ": " + entry.key + " = " + datasets::joined(entry.words, ",");
  if (entry.text != is_text(option.target) && !(entry.list && entry.words.empty())) {
    throw UsageError(where + (entry.text ? ": must not be quoted" : ": must be a quoted text"));
  }
  table.set(option, entry.words, source, where);
}

void apply_preset(OptionTable& table, const std::string& name) {
  const auto preset = table.presets().find(name);
  if (preset == table.presets().end()) return;
  for (const auto& entry : parse_config(preset->second, "preset " + name)) {
    apply_entry(table, entry, Source::preset);
  }
}

OptionTable* table_named(const std::string& verb, OptionTable& table,
                         std::vector<OptionTable>& others) {
  if (verb == table.verb()) return &table;
  const auto found = std::ranges::find(others, verb, &OptionTable::verb);
  return found == others.end() ? nullptr : &*found;
}

/// The entries of this verb's table; those of other verbs are checked for unknown keys.
std::vector<ConfigEntry> own_entries(const std::vector<ConfigEntry>& entries, OptionTable& table,
                                     std::vector<OptionTable>& others) {
  std::vector<ConfigEntry> own;
  for (const auto& entry : entries) {
    OptionTable* owner = table_named(entry.table, table, others);
    if (entry.table.empty() || owner == nullptr) {
      throw UsageError(entry.where + ": unknown " +
                       (entry.table.empty() ? "key '" + entry.key + "' outside of a table"
                                            : "table [" + entry.table + "]") +
                       "; a file has one table a verb, as [" + table.verb() + "]");
    }
    if (entry.key.empty()) continue;
    find_option(*owner, entry);
    if (owner == &table) own.push_back(entry);
  }
  return own;
}

/// The preset that decides: the flag's, else the file's.
std::string chosen_preset(OptionTable& table, const CommandLine& command_line,
                          const std::vector<ConfigEntry>& file) {
  Option* preset = table.find("preset");
  if (preset == nullptr) return "";
  for (const auto& entry : file) {
    if (entry.key == "preset") apply_entry(table, entry, Source::file);
  }
  for (const auto& given : command_line.given) {
    if (given.option == preset) table.set(*preset, given.words, Source::flag, "--preset");
  }
  return to_text(preset->target);
}

void apply_flags(OptionTable& table, const CommandLine& command_line) {
  for (const auto& [option, words] : command_line.given) {
    const std::string name =
        option->kind == Option::Kind::positional ? option->name : "--" + option->name;
    table.set(*option, words, Source::flag, name + " " + datasets::joined(words, ","));
  }
}

void require_all(const OptionTable& table) {
  for (const auto& option : table.options()) {
    if (!option.required || option.source != Source::default_value) continue;
    const bool positional = option.kind == Option::Kind::positional;
    throw UsageError((positional ? option.name : "--" + option.name) +
                     " is missing: " + option.help + " (lagoon " + table.verb() + " --help)");
  }
}

/// What a stored configuration says of recorded options, by name.
using StoredValues = std::map<std::string, std::string>;

StoredValues stored_values(OptionTable& table, const std::vector<ConfigEntry>& file) {
  StoredValues values;
  for (const auto& entry : file) {
    const Option& option = find_option(table, entry);
    if (option.recorded) values[option.name] = to_toml(option.target);
  }
  return values;
}

/// A stored configuration decides alone: flags and --config may say the same beside it.
void require_stored(const OptionTable& table, const StoredValues& values,
                    const std::string& stored) {
  for (const auto& option : table.options()) {
    if (!option.given() || !option.in_file || !option.recorded || !option.has_effect()) continue;
    const auto found = values.find(option.name);
    const auto now = to_toml(option.target);
    if (found != values.end() && found->second == now) continue;
    throw UsageError("--" + option.name + " " + now + ": the configuration is that of " + stored +
                     (found == values.end() ? "" : ", which has " + found->second + ",") +
                     " and cannot change when work is resumed; leave the option out");
  }
}

std::vector<std::string> ineffective_options(const OptionTable& table) {
  std::vector<std::string> warnings;
  for (const auto& option : table.options()) {
    const auto* unmet = option.unmet();
    if (!option.given() || unmet == nullptr) continue;
    const std::string name = "--" + option.name;
    if (unmet->refuse) throw UsageError(name + ": " + unmet->text + "; leave it out");
    warnings.push_back(name + " has no effect: it needs " + unmet->text);
  }
  return warnings;
}

void declare_unused(OptionTable& table, Invocation& invocation) {
  const auto never = [] { return false; };
  if (table.find("seed") == nullptr) {
    add_seed(table, invocation.unused_seed, "seed of what is drawn")
        .only_if(never, "a verb that draws at random");
  }
  if (table.find("threads") == nullptr) {
    add_threads(table, invocation.unused_threads).only_if(never, "a verb that uses several");
  }
}

void declare_results(OptionTable& table, Invocation& invocation) {
  table.option("json", &invocation.json, anything(), "file for the results, for programs")
      .command_line_only();
  if (table.find("force") == nullptr) add_force(table, invocation.force);
}

}  // namespace

void declare_common(OptionTable& table, Invocation& invocation) {
  invocation.verb = table.verb();
  declare_unused(table, invocation);
  table.option("config", &invocation.config, anything(), "TOML file with a table [VERB] of options")
      .command_line_only();
  if (!table.presets().empty()) {
    std::vector<std::string> names;
    for (const auto& [name, toml] : table.presets()) names.push_back(name);
    invocation.preset = "quick";
    table.option("preset", &invocation.preset, one_of(names), "values to start from");
  }
  declare_results(table, invocation);
  table.action("quiet", invocation.quiet, "no progress, only results and warnings");
  table.action("dry-run", invocation.dry_run, "print configuration, sizes and memory, and stop");
}

std::vector<std::string> resolve(OptionTable& table, const CommandLine& command_line,
                                 Invocation& invocation, std::vector<OptionTable>& others) {
  apply_flags(table, command_line);  // they say where a stored configuration is
  const auto stored = table.stored_configuration(), config = invocation.config;
  const auto read = [&](const std::filesystem::path& path) {
    return path.empty() ? std::vector<ConfigEntry>()
                        : own_entries(read_config(path), table, others);
  };
  const auto file = read(stored.empty() ? config : stored);
  apply_preset(table, chosen_preset(table, command_line, file));
  for (const auto& entry : file) apply_entry(table, entry, Source::file);
  const auto values = stored_values(table, file);
  if (!stored.empty()) {
    for (const auto& entry : read(config)) apply_entry(table, entry, Source::file);
  }
  apply_flags(table, command_line);
  if (!stored.empty()) require_stored(table, values, stored.string());
  require_all(table);
  auto warnings = ineffective_options(table);
  invocation.config_toml = table.resolved_toml();
  return warnings;
}

}  // namespace lagoon::pipelines
