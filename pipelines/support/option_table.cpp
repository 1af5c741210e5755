#include "pipelines/support/option_table.hpp"

#include <algorithm>
#include <utility>

namespace lagoon::pipelines {
namespace {

std::string trimmed(double value) {
  std::string text = shortest(value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

bool obeys(const Option& option) {
  const auto& choices = option.check.choices;
  if (!choices.empty()) return std::ranges::find(choices, to_text(option.target)) != choices.end();
  const auto& accepts = option.check.accepts;
  return !accepts || std::ranges::all_of(numbers_of(option.target), accepts);
}

/// Levenshtein's distance: insertions, deletions and replacements that turn one word into another.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

}  // namespace

Check anything() {
  return {};
}

Check positive() {
  return {"greater than 0", [](double x) { return x > 0; }, {}};
}

Check non_negative() {
  return {"0 or more", [](double x) { return x >= 0; }, {}};
}

Check at_least(double smallest) {
  return {"at least " + trimmed(smallest), [=](double x) { return x >= smallest; }, {}};
}

Check fraction() {
  return {"from 0 to 1", [](double x) { return x >= 0 && x <= 1; }, {}};
}

Check one_of(std::vector<std::string> choices) {
  std::string rule;
  for (const auto& choice : choices) rule += (rule.empty() ? "" : " | ") + choice;
  return {rule, {}, std::move(choices)};
}

Option& Option::only_if(std::function<bool()> holds, std::string needs) {
  conditions.push_back({std::move(holds), std::move(needs), /*refuse=*/false});
  return *this;
}

Option& Option::refused_unless(std::function<bool()> holds, std::string why) {
  conditions.push_back({std::move(holds), std::move(why), /*refuse=*/true});
  return *this;
}

const Option::Condition* Option::unmet() const {
  const auto found = std::ranges::find_if(conditions, [](const auto& c) { return !c.holds(); });
  return found == conditions.end() ? nullptr : &*found;
}

Option& Option::in_group(std::string heading) {
  group = std::move(heading);
  return *this;
}

Option& Option::command_line_only() {
  in_file = false;
  return *this;
}

Option& Option::not_recorded() {
  recorded = false;
  return *this;
}

std::string Option::key() const {
  std::string key = name;
  std::ranges::replace(key, '-', '_');
  return key;
}

OptionTable::OptionTable(std::string verb, std::string summary)
    : verb_(std::move(verb)), summary_(std::move(summary)) {}

Option& OptionTable::positional(std::string name, OptionTarget target, std::string help,
                                bool required) {
  Option& added = option(std::move(name), target, anything(), std::move(help));
  added.kind = Option::Kind::positional;
  added.required = required;
  return added.command_line_only();
}

Option& OptionTable::option(std::string name, OptionTarget target, Check check, std::string help) {
  Option& added = options_.emplace_back();
  added.name = std::move(name);
  added.target = target;
  added.check = std::move(check);
  added.help = std::move(help);
  return added;
}

Option& OptionTable::action(std::string name, bool& target, std::string help) {
  Option& added = option(std::move(name), &target, anything(), std::move(help));
  added.kind = Option::Kind::action;
  return added.command_line_only();
}

void OptionTable::preset(std::string name, std::string toml) {
  presets_.emplace(std::move(name), std::move(toml));
}

void OptionTable::stored_configuration(std::function<std::filesystem::path()> path) {
  stored_ = std::move(path);
}

std::filesystem::path OptionTable::stored_configuration() const {
  return stored_ ? stored_() : "";
}

Option* OptionTable::find(const std::string& name) {
  const auto found = std::ranges::find(options_, name, &Option::name);
  return found == options_.end() ? nullptr : &*found;
}

Option* OptionTable::find_key(const std::string& key) {
  const auto found =
      std::ranges::find_if(options_, [&](const Option& o) { return o.in_file && o.key() == key; });
  return found == options_.end() ? nullptr : &*found;
}

void OptionTable::set(Option& option, std::span<const std::string> words, Source source,
                      const std::string& where) {
  const std::string remedy = " (lagoon " + verb_ + " --help-all tells what it takes)";
  try {
    assign(option.target, words);
  } catch (const std::invalid_argument& expected) {
    throw UsageError(where + ": must be " + expected.what() + remedy);
  }
  if (!obeys(option)) throw UsageError(where + ": must be " + option.check.rule + remedy);
  option.source = source;
}

std::string OptionTable::resolved_toml() const {
  std::string text = "[" + verb_ + "]\n";
  for (const auto& option : options_) {
    const bool written = option.in_file && option.recorded && option.has_effect();
    if (written) text += option.key() + " = " + to_toml(option.target) + "\n";
  }
  return text;
}

std::string OptionTable::suggestion(const std::string& unknown, const std::string& prefix) const {
  const auto file = prefix.empty();
  std::vector<std::string> names;
  for (const auto& option : options_) {
    if (option.kind == Option::Kind::positional || (file && !option.in_file)) continue;
    names.push_back(file ? option.key() : option.name);
  }
  return did_you_mean(unknown, names, prefix);
}

std::string did_you_mean(const std::string& unknown, std::span<const std::string> names,
                         const std::string& prefix) {
  std::string nearest;
  std::size_t best = 4;  // three slips are a typing error, more are another word
  for (const auto& name : names) {
    const auto distance = edit_distance(unknown, name);
    if (distance < best && distance < name.size()) {
      best = distance;
      nearest = name;
    }
  }
  return nearest.empty() ? "" : " (did you mean " + prefix + nearest + "?)";
}

void under_heading(OptionTable& table, const std::string& heading,
                   const std::function<void()>& declare) {
  const std::size_t begin = table.options().size();
  declare();
  for (std::size_t i = begin; i < table.options().size(); ++i) table.options()[i].in_group(heading);
}

Option& add_seed(OptionTable& table, std::uint64_t& member, std::string help) {
  return table.option("seed", &member, anything(), std::move(help));
}

Option& add_threads(OptionTable& table, int& member) {
  return table.option("threads", &member, non_negative(), "threads; 0: all cores");
}

Option& add_force(OptionTable& table, bool& member) {
  return table.action("force", member, "replace what exists");
}

void require_one_of(bool resume, bool force) {
  if (!resume || !force) return;
  throw UsageError("--resume and --force: one continues, the other begins anew; give one");
}

}  // namespace lagoon::pipelines
