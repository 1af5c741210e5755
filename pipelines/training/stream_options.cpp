#include "pipelines/training/stream_options.hpp"

#include <algorithm>
#include <utility>

#include "contrastive/option_rows.hpp"
#include "pipelines/training/option_rows.hpp"
#include "pipelines/training/options.hpp"

namespace lagoon::pipelines {
namespace {

/// Comes first: what is refused is not said to have no effect.
void refuse_first(Option& option, std::function<bool()> holds, const char* why) {
  option.conditions.insert(option.conditions.begin(), {std::move(holds), why, /*refuse=*/true});
}

}  // namespace

void declare_stream(OptionTable& table, TrainOptions& o) {
  const std::size_t begin = table.options().size() + 1;  // after --stream itself
  under_heading(table, "Fresh flows", [&] {
    table.option(
        "stream", &o.stream.on, anything(),
        "train on fresh flows, each seen once; DATA, if given, lends law and held-out flows");
    const auto rows = option_rows(o.training);
    declare_row(table, *std::ranges::find(rows, "generator_threads", &contrastive::OptionRow::name))
        .not_recorded();
  });
  const std::size_t law = table.options().size();
  declare_law(table, o.stream.law);
  const std::size_t end_of_law = table.options().size();
  declare_scheme(table, o.stream.scheme, "integration-steps");
  for (std::size_t i = begin; i < table.options().size(); ++i) {
    Option& option = table.options()[i];
    if (i >= law && i < end_of_law) {
      refuse_first(
          option, [&o] { return o.data.empty(); }, "the law is that of DATA");
    }
    refuse_first(
        option, [&o] { return o.stream.on; }, "how flows are drawn is asked only of --stream");
  }
}

}  // namespace lagoon::pipelines
