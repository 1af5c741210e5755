#include "flow/integration/clock.hpp"

#include <cmath>

#include "flow/numerics/divide_up.hpp"

namespace lagoon::flow {

std::vector<std::size_t> square_indices(const ModeSet& modes) {
  const int n = max_wavenumber(modes);
  std::vector<std::size_t> indices;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    indices.push_back(static_cast<std::size_t>((modes.k[m] + n) * (2 * n + 1) + modes.l[m] + n));
  }
  return indices;
}

Aligned<double> padded_turns(const Law& law, int lanes) {
  const int side = 2 * max_wavenumber(law.modes) + 1;
  Aligned<double> turns(static_cast<std::size_t>(divide_up(side * side, lanes) * lanes));
  const std::vector<std::size_t> indices = square_indices(law.modes);
  for (std::size_t m = 0; m < law.n_modes(); ++m) turns[indices[m]] = law.omega[m] / kTwoPi;
  return turns;
}

template <class Real>
Clock<Real>::Clock(const Kernel<Real>& kernel, const Law& law)
    : kernel_(kernel), law_(law), turns_(padded_turns(law, kernel.lanes)) {
  constexpr std::size_t kMostHalfSteps = 3 * kStepsAtOnce;  // pieces of one step have three
  phases_.resize(kMostHalfSteps * 2 * turns_.size());
  progress_.resize(kMostHalfSteps);
}

template <class Real>
KernelClock<Real> Clock<Real>::clock_of(const Piece& piece, std::size_t at) {
  const auto& [interval, steps, first, n] = piece;
  const double length = interval.end - interval.begin;
  const auto padded_modes = static_cast<int>(turns_.size());
  for (int i = piece.begins_at_zero() ? 0 : 1; i <= 2 * n; ++i) {
    const std::size_t half_step = at + static_cast<std::size_t>(i);
    const double t = interval.begin + length * (2 * first + i) / (2.0 * steps.n);
    progress_[half_step] = progress_at(law_, interval, t);
    kernel_.fill_phases(turns_.data(), padded_modes, t, &phases_[half_step * 2 * turns_.size()]);
  }
  const auto draws = static_cast<std::uint64_t>(steps.draws_per_step);
  const double step = length / steps.n;
  return {.padded_modes = padded_modes,
          .phases = &phases_[at * 2 * turns_.size()],
          .progress = &progress_[at],
          .n_steps = n,
          .step = step,
          .first_draw = static_cast<std::uint32_t>(steps.first_draw +
                                                   static_cast<std::uint64_t>(first) * draws),
          .draws_per_step = steps.draws_per_step,
          .draw_std = std::sqrt(2 * law_.diffusivity * step / steps.draws_per_step)};
}

template <class Real>
std::span<const KernelClock<Real>> Clock<Real>::run(std::span<const Piece> pieces) {
  clocks_.clear();
  std::size_t at = 0;
  for (const Piece& piece : pieces) {
    clocks_.push_back(clock_of(piece, at));
    at += static_cast<std::size_t>(2 * piece.n + 1);
  }
  return clocks_;
}

template class Clock<double>;
template class Clock<float>;

}  // namespace lagoon::flow
