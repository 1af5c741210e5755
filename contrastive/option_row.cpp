#include "contrastive/option_row.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using Kind = OptionRule::Kind;

template <typename Number>
void require_rule(const OptionRow& row, Number value) {
  const auto number = static_cast<double>(value);
  const bool is_at_least = row.rule.kind != Kind::at_least || number >= row.rule.least;
  const bool is_above = row.rule.kind != Kind::above_zero || number > 0;
  if (std::isfinite(number) && is_at_least && is_above) return;
  const std::string remedy = row.rule.kind == Kind::above_zero
                                 ? "a number above 0"
                                 : "at least " + number_text(row.rule.least);
  throw Error(flag_name(row.name) + " is " + number_text(value) + ": give " + remedy);
}

void require_rule(const OptionRow& row, const std::string& value) {
  const auto& choices = row.rule.choices;
  if (row.rule.kind != Kind::one_of || std::ranges::find(choices, value) != choices.end()) return;
  throw Error(flag_name(row.name) + " is '" + value + "': give one of " +
              datasets::joined(choices, ", "));
}

}  // namespace

OptionRow& OptionRow::only_if(std::function<bool()> holds, std::string what) {
  matters = std::move(holds);
  needs = std::move(what);
  return *this;
}

OptionRow& OptionRow::may_change() {
  is_kept = false;
  return *this;
}

std::string flag_name(std::string member) {
  if (member == "kernel" || member == "statistic") member = "mmd_" + member;
  std::ranges::replace(member, '_', '-');
  return "--" + member;
}

void require_rules(const std::vector<OptionRow>& rows) {
  for (const OptionRow& row : rows) {
    std::visit([&](const auto* member) { require_rule(row, *member); }, row.member);
  }
}

std::vector<std::string> idle_names(const std::vector<OptionRow>& rows) {
  std::vector<std::string> names;
  for (const OptionRow& row : rows) {
    if (!row.has_effect()) names.push_back(row.name);
  }
  return names;
}

}  // namespace lagoon::contrastive
