#include "flow/assimilation/ensemble/drifting_members.hpp"

#include <algorithm>
#include <cmath>

#include "flow/assimilation/ensemble/tracked_drifters.hpp"
#include "flow/integration/brownian.hpp"
#include "flow/integration/flow_block.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/scheme.hpp"
#include "flow/kernels/instruction_sets.hpp"
#include "flow/numerics/divide_up.hpp"

namespace lagoon::flow {

DriftingMembers::DriftingMembers(const Law& law, const ControlSpace& space,
                                 const Eigen::MatrixXd& controls, int steps_per_interval,
                                 const DrawKey& diffusion, int threads)
    : law_(law),
      space_(space),
      steps_per_interval_(steps_per_interval),
      longest_(longest_of(intervals_of(law))),
      diffusion_(diffusion),
      threads_(threads),
      square_indices_(square_indices(law.modes)),
      turns_(padded_turns(law, chosen_kernels().float64.lanes)) {
  require_constant_amplitudes(law);
  state.resize(space.size() + 2 * static_cast<Eigen::Index>(law.n_drifters()), controls.cols());
  state.topRows(space.size()) = controls;
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter)
    put_at_release_point(drifter);
}

void DriftingMembers::put_at_release_point(std::size_t drifter) {
  const Eigen::Index row = space_.size() + 2 * static_cast<Eigen::Index>(drifter);
  state.row(row).setConstant(law_.release_x[drifter]);
  state.row(row + 1).setConstant(law_.release_y[drifter]);
}

/// The clock of the interval's steps.
KernelClock<double> DriftingMembers::tick(const Interval& interval) {
  const int n = steps_of(interval, longest_, steps_per_interval_);
  const double length = interval.end - interval.begin;
  const auto padded_modes = static_cast<int>(turns_.size());
  phases_.resize(static_cast<std::size_t>(2 * n + 1) * 2 * turns_.size());
  for (int i = 0; i <= 2 * n; ++i) {
    const double t = interval.begin + length * i / (2.0 * n);
    chosen_kernels().float64.fill_phases(turns_.data(), padded_modes, t,
                                         &phases_[static_cast<std::size_t>(i) * 2 * turns_.size()]);
  }
  const KernelClock<double> clock = {.padded_modes = padded_modes,
                                     .phases = phases_.data(),
                                     .progress = nullptr,
                                     .n_steps = n,
                                     .step = length / n,
                                     .first_draw = n_draws_,
                                     .draws_per_step = 1,
                                     .draw_std = std::sqrt(2 * law_.diffusivity * length / n)};
  n_draws_ += static_cast<std::uint32_t>(n);
  return clock;
}

void DriftingMembers::advance(const Interval& interval) {
  const KernelClock<double> clock = tick(interval);
  const Eigen::Index n =
      space_.has_mean_velocity() ? 1 : static_cast<Eigen::Index>(chosen_kernels().float64.lanes);
  const Eigen::Index n_blocks = divide_up(state.cols(), n);
  parallel_for(static_cast<std::size_t>(n_blocks), threads_, [&](std::size_t block) {
    const Eigen::Index first = static_cast<Eigen::Index>(block) * n;
    advance_block(first, std::min(n, state.cols() - first), clock);
  });
  // Kernels move all drifters; those not yet released go back.
  for (std::size_t drifter = 0; drifter < law_.n_drifters(); ++drifter) {
    if (!is_released_before(law_, drifter, interval.end)) put_at_release_point(drifter);
  }
}

void DriftingMembers::advance_block(Eigen::Index first, Eigen::Index n,
                                    const KernelClock<double>& clock) {
  const Kernel<double>& kernel = chosen_kernels().float64;
  // Members side by side, or one with its drifters side by side.
  KernelBuffers<double> block(law_, kernel.lanes, static_cast<std::size_t>(n), law_.n_drifters(),
                              !space_.has_mean_velocity());
  load(block, first);
  kernel.start(block.task, clock);
  const Method method = law_.diffusivity > 0 ? Method::heun : Method::runge_kutta4;
  kernel.advance[static_cast<std::size_t>(method)](block.task, clock);
  for (Eigen::Index lane = 0; lane < n; ++lane) {
    double* to = &state(space_.size(), first + lane);
    for (std::size_t drifter = 0; drifter < law_.n_drifters(); ++drifter) {
      const std::size_t at = block.offset(static_cast<std::size_t>(lane), drifter);
      *to++ = block.x[at];
      *to++ = block.y[at];
    }
  }
}

void DriftingMembers::load(KernelBuffers<double>& block, Eigen::Index first) const {
  for (Eigen::Index member = first; member < first + block.task.n_flows; ++member) {
    const auto lane = static_cast<std::size_t>(member - first);
    load_flow(block, lane, member);
    const double* from = &state(space_.size(), member);
    const DrawKey key = {diffusion_.seed, diffusion_.purpose,
                         diffusion_.sample + static_cast<std::uint64_t>(member)};
    for (std::size_t drifter = 0; drifter < law_.n_drifters(); ++drifter) {
      const std::size_t at = block.offset(lane, drifter);
      block.x[at] = *from++;
      block.y[at] = *from++;
      if (law_.diffusivity > 0) block.set_stream(at, stream_words(key, drifter));
    }
  }
}

void DriftingMembers::load_flow(KernelBuffers<double>& block, std::size_t lane,
                                Eigen::Index member) const {
  const auto control = state.col(member);
  for (std::size_t i = 0; i < space_.modes().size(); ++i) {
    const auto at = 2 * static_cast<Eigen::Index>(i);
    double* const to = block.coefficient(block.psi, square_indices_[space_.modes()[i]], lane);
    to[0] = kTwoPi * space_.scale(i) * control[at];
    to[block.lanes] = kTwoPi * space_.scale(i) * control[at + 1];
  }
  if (space_.has_mean_velocity()) {
    std::ranges::copy(space_.mean_velocity(law_, control.head(space_.size())),
                      block.task.mean_velocity);
  }
}

}  // namespace lagoon::flow
