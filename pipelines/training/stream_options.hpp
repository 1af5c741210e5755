#pragma once

#include "pipelines/generation/law_table.hpp"
#include "pipelines/generation/scheme_choice.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

struct TrainOptions;

/// Fresh flows instead of a file's, as typed.
struct StreamRequest {
  bool on = false;
  LawRequest law;

  /// Looser than a dataset's, and a third of its time. At the default law this moves no whitened
  /// component by more than 4e-4 of its standard deviation (root mean square); rounding positions
  /// to float32, as datasets do, moves them by 1.6e-2.
  SchemeRequest scheme{.compute = "float32", .tolerance = 2e-5};
};

/// Declares --stream and, refused without it, the options of law and scheme.
void declare_stream(OptionTable& table, TrainOptions& options);

}  // namespace lagoon::pipelines
