#include "flow/assimilation/variational/drifter_path.hpp"

#include <algorithm>
#include <utility>

namespace lagoon::flow::variational {

DrifterPath::DrifterPath(const Kernel& kernel, const WaveFlow& flow, Follow follow)
    : kernel_(kernel), flow_(flow), follow_(follow), waves_(5 * flow.n_columns(), 1.0) {
  begin_.waves = waves_.data();
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    stages_[i].waves = &waves_[(i + 1) * flow.n_columns()];
  }
  for (Aligned<double>& derivatives : tangent_) derivatives.resize(4 * flow.n_columns());
}

void DrifterPath::evaluate(double x, double y, double t, FlowAtPoint& at) const {
  kernel_.evaluate(flow_.table(), x, y, t, at);
  flow_.add_drift(t, at);
}

void DrifterPath::release(double x, double y, double t) {
  evaluate(x, y, t, begin_);
  ends_.x = {0, 0, x, begin_.velocity[0]};
  ends_.y = {0, 0, y, begin_.velocity[1]};
  if (follow_ == Follow::position) return;
  const std::size_t n = flow_.n_columns();
  Aligned<double>& derivatives = tangent_[1];
  std::fill_n(derivatives.begin(), 2 * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    derivatives[2 * n + i] = flow_.table().column_x[i] * begin_.waves[i];
    derivatives[3 * n + i] = flow_.table().column_y[i] * begin_.waves[i];
  }
}

void DrifterPath::swap_ends() {
  std::swap(tangent_[0], tangent_[1]);
  ends_.x = {ends_.x[2], ends_.x[3], 0, 0};
  ends_.y = {ends_.y[2], ends_.y[3], 0, 0};
}

void DrifterPath::advance(const TimeStep& step) {
  swap_ends();
  const double h = step.length;
  const double x = ends_.x[0];
  const double y = ends_.y[0];
  const auto stage = [&](double after, const FlowAtPoint& from, double t, FlowAtPoint& to) {
    evaluate(x + after * from.velocity[0], y + after * from.velocity[1], t, to);
  };
  stage(h / 2, begin_, step.half, stages_[0]);
  stage(h / 2, stages_[0], step.half, stages_[1]);
  stage(h, stages_[1], step.end, stages_[2]);
  const auto moved = [&](std::size_t i) {
    return h / 6 *
           (begin_.velocity[i] + 2 * stages_[0].velocity[i] + 2 * stages_[1].velocity[i] +
            stages_[2].velocity[i]);
  };
  evaluate(x + moved(0), y + moved(1), step.end, stages_[3]);
  finish(step, stages_, x + moved(0), y + moved(1));
}

void DrifterPath::advance_along(const TimeStep& step, const std::array<double, 2>& half,
                                const std::array<double, 2>& end) {
  swap_ends();
  evaluate(half[0], half[1], step.half, stages_[0]);
  evaluate(end[0], end[1], step.end, stages_[3]);
  finish(step, {stages_[0], stages_[0], stages_[3], stages_[3]},
         ends_.x[0] + step.length * begin_.velocity[0],
         ends_.y[0] + step.length * begin_.velocity[1]);
}

void DrifterPath::finish(const TimeStep& step, const Stages& stages, double x, double y) {
  ends_.x[2] = x;
  ends_.x[3] = stages_[3].velocity[0];
  ends_.y[2] = y;
  ends_.y[3] = stages_[3].velocity[1];
  if (follow_ == Follow::tangent) {
    kernel_.advance_tangent(flow_.table(), stages.data(), step.length, tangent_[0].data(),
                            tangent_[1].data());
    ends_.tangent_x = {derivatives(0, 0), derivatives(2, 0), derivatives(0, 1), derivatives(2, 1)};
    ends_.tangent_y = {derivatives(1, 0), derivatives(3, 0), derivatives(1, 1), derivatives(3, 1)};
  }
  std::swap(begin_, stages_[3]);
}

}  // namespace lagoon::flow::variational
