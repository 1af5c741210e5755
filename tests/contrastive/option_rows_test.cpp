#include "contrastive/option_rows.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "contrastive/objective/losses/loss_list.hpp"
#include "contrastive/option_row.hpp"
#include "contrastive/training/checkpoint/run_state.hpp"
#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::contrastive::tests {
namespace {

/// Another value that obeys the row's rule.
void change(const OptionRow& row) {
  if (auto* const* flag = std::get_if<bool*>(&row.member)) {
    **flag = !**flag;
  } else if (auto* const* text = std::get_if<std::string*>(&row.member)) {
    const auto& choices = row.rule.choices;
    **text = choices.front() == **text ? choices.back() : choices.front();
  } else {
    std::visit(
        [](auto* number) {
          if constexpr (std::is_arithmetic_v<std::remove_pointer_t<decltype(number)>>) *number += 1;
        },
        row.member);
  }
}

template <class Options>
std::vector<OptionRow> changed_rows(Options& options) {
  auto rows = option_rows(options);
  for (const OptionRow& row : rows) change(row);
  return rows;
}

TEST(OptionRows, each_member_has_one_row_with_words_and_a_valid_default) {
  ModelOptions model;
  ObjectiveOptions objective;
  TrainingOptions training;
  std::set<std::string> flags;
  for (const auto& rows : {option_rows(model), option_rows(objective), option_rows(training)}) {
    EXPECT_NO_THROW(require_rules(rows));
    for (const OptionRow& row : rows) {
      EXPECT_TRUE(flags.insert(flag_name(row.name)).second) << row.name;
      EXPECT_FALSE(row.help.empty()) << row.name;
      EXPECT_EQ(row.needs.empty(), !row.matters) << row.name;
    }
  }
}

TEST(OptionRows, a_checkpoint_gives_every_member_back) {
  RunState state;
  changed_rows(state.model);
  changed_rows(state.training);
  changed_rows(state.training.objective);
  RunState found = parse_state(to_json(state, 1, 2), "state").state;
  EXPECT_EQ(found.model, state.model);
  EXPECT_EQ(found.training.objective, state.training.objective);
  const auto of_found = option_rows(found.training), of_state = option_rows(state.training);
  for (std::size_t i = 0; i < of_state.size(); ++i) {
    std::visit(
        [&](const auto* value) {
          using Pointer = std::remove_const_t<std::remove_pointer_t<decltype(value)>>*;
          EXPECT_EQ(*std::get<Pointer>(of_found[i].member), *value) << of_state[i].name;
        },
        of_state[i].member);
  }
}

TEST(OptionRows, a_resumed_run_keeps_all_that_decides_its_weights_and_nothing_else) {
  RunState run;
  for (std::size_t i = 0; i < option_rows(run.training).size(); ++i) {
    TrainingOptions other;
    const OptionRow row = option_rows(other)[i];
    change(row);
    if (row.is_kept) {
      const auto text =
          datasets::tests::error_of([&] { require_same_options(run, run.model, other); });
      EXPECT_NE(text.find(flag_name(row.name) + " is"), std::string::npos) << row.name << text;
    } else {
      EXPECT_NO_THROW(require_same_options(run, run.model, other)) << row.name;
    }
  }
}

TEST(OptionRows, what_breaks_a_rule_is_refused_by_its_flag) {
  TrainingOptions training;
  training.learning_rate = NAN;
  EXPECT_NE(datasets::tests::error_of([&] {
              require_rules(option_rows(training));
            }).find("--learning-rate is nan: give a number above 0"),
            std::string::npos);
  ObjectiveOptions objective;
  objective.kernel = "box";
  EXPECT_NE(datasets::tests::error_of([&] {
              require_rules(option_rows(objective));
            }).find("--mmd-kernel is 'box': give one of gaussian, polynomial, energy"),
            std::string::npos);
}

TEST(OptionRows, losses_heed_the_options_that_they_say) {
  EXPECT_EQ(losses_that_heed(kWeighted | kCompared), std::vector<std::string>{"conditional_mmd"});
  EXPECT_TRUE(heeds("sigmoid", kBiased));
  EXPECT_FALSE(heeds("joint", kBiased));
  EXPECT_FALSE(heeds("clip", 0));
  for (const std::string& loss : loss_names()) {
    ObjectiveOptions objective;
    objective.loss = loss;
    const auto idle = without_effect(objective);
    const auto is_idle = [&](const char* name) { return std::ranges::count(idle, name) == 1; };
    EXPECT_EQ(is_idle("lambda_u"), !heeds(loss, kWeighted)) << loss;
    EXPECT_EQ(is_idle("kernel"), !heeds(loss, kCompared)) << loss;
    EXPECT_EQ(is_idle("evaluation"), !heeds(loss, kStreamed)) << loss;
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
