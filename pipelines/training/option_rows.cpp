#include "pipelines/training/option_rows.hpp"

#include <algorithm>

#include "contrastive/option_row.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::OptionRule;

Check check_of(const OptionRule& rule) {
  switch (rule.kind) {
    case OptionRule::Kind::at_least:
      return rule.least == 0 ? non_negative() : at_least(rule.least);
    case OptionRule::Kind::above_zero:
      return positive();
    case OptionRule::Kind::one_of:
      return one_of(rule.choices);
    case OptionRule::Kind::anything:
      break;
  }
  return anything();
}

std::string name_of(const contrastive::OptionRow& row) {
  return contrastive::flag_name(row.name).substr(2);  // without --
}

}  // namespace

Option& declare_row(OptionTable& table, const contrastive::OptionRow& row) {
  const auto target = std::visit([](auto* member) -> OptionTarget { return member; }, row.member);
  Option& option = table.option(name_of(row), target, check_of(row.rule), row.help);
  if (row.matters) option.only_if(row.matters, row.needs);
  return option;
}

void declare_rows(OptionTable& table, const std::vector<contrastive::OptionRow>& rows,
                  const std::vector<std::string>& others) {
  for (const auto& row : rows) {
    const bool is_other = std::ranges::find(others, row.name) != others.end();
    if (!is_other && table.find(name_of(row)) == nullptr) declare_row(table, row);
  }
}

}  // namespace lagoon::pipelines
