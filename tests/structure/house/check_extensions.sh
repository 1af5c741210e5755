#!/usr/bin/env bash
# A new integrator, loss and encoder take one new file and one line, as docs/architecture.md says:
# here they are added to a copy of the tree, and the tables know them.
# check_extensions.sh COMPILER
set -euo pipefail
compiler=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cp -r flow datasets contrastive "$tree"
cd "$tree"
compile() { "$compiler" -std=c++20 -O0 -Wall -Wextra -Wpedantic -Werror -ffp-contract=off -I. "$@"; }

mkdir -p flow/kernels/steps
cat >flow/kernels/steps/midpoint.hpp <<'END'
#pragma once

#include "flow/kernels/steps.hpp"

namespace lagoon::flow::LAGOON_ISA {

/// The midpoint rule.
struct Midpoint {
  static constexpr bool kNeedsHalfStep = true;
  static constexpr bool kTakesNoise = false;

  template <class Real, class Velocity>
  [[gnu::always_inline]] static Shift<Real> shift(const Velocity& velocity, double step,
                                                  const Shift<Real>&) {
    const Shift<Real> none = {Pack<Real>(0.0), Pack<Real>(0.0)};
    Shift<Real> slope;
    velocity(none, slope, 0.0);
    velocity(none + (step / 2) * slope, slope, step / 2);
    return none + step * slope;
  }
};

}  // namespace lagoon::flow::LAGOON_ISA
END
sed -i 's|#include "flow/kernels/steps.hpp"|&\n#include "flow/kernels/steps/midpoint.hpp"|' flow/kernels/kernel.cpp
echo 'LAGOON_METHOD(midpoint, "midpoint", Midpoint, 2, false)' >>flow/integration/scheme.def
compile -fsyntax-only -DLAGOON_ISA=base flow/kernels/kernel.cpp

echo 'LAGOON_LOSS(margin, kStreamed)' >>contrastive/objective/losses/losses.def
echo 'LAGOON_LAGRANGIAN_ENCODER(convolution)' >>contrastive/encoders/choice/encoders.def
cat >main.cpp <<'END'
#include "contrastive/option_rows.hpp"
#include "flow/error.hpp"
#include "flow/integration/scheme.hpp"
#include "flow/kernels/kernel.hpp"

using namespace lagoon;

int main() {
  const auto midpoint = flow::method_from_string("midpoint");
  require(midpoint == flow::Method::midpoint && flow::order_of(midpoint) == 2, "midpoint");
  require(flow::method_names().back() == "midpoint" && !flow::takes_noise(midpoint), "its traits");
  require(flow::kMethods == 4, "kernels have no place for it");
  contrastive::ModelOptions model;
  model.lagrangian_encoder = "convolution";
  contrastive::require_rules(contrastive::option_rows(model));
  contrastive::ObjectiveOptions objective;
  objective.loss = "margin";
  const auto rows = contrastive::option_rows(objective);
  contrastive::require_rules(rows);
  for (const auto& row : rows) {
    require(row.name != "evaluation" || row.has_effect(), "margin heeds the evaluation");
    require(row.name != "lambda_u" || !row.has_effect(), "margin heeds no weights");
  }
}
END
compile -o main main.cpp flow/integration/scheme.cpp contrastive/option_row.cpp \
  contrastive/option_rows.cpp contrastive/encoders/choice/encoder_list.cpp \
  contrastive/objective/losses/loss_list.cpp
./main
