#include "flow/integration/clock.hpp"

#include <cmath>
#include <numbers>

namespace lagoon::flow {

std::size_t square_index(const ModeSet& modes, std::size_t m) {
  const int n = max_wavenumber(modes);
  return static_cast<std::size_t>((modes.k[m] + n) * (2 * n + 1) + modes.l[m] + n);
}

template <class Real>
Clock<Real>::Clock(const Kernel<Real>& kernel, const Law& law) : kernel_(kernel), law_(law) {
  const auto side = static_cast<std::size_t>(2 * max_wavenumber(law.modes) + 1);
  const auto lanes = static_cast<std::size_t>(kernel.lanes);
  turns_.resize((side * side + lanes - 1) / lanes * lanes);
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    turns_[square_index(law.modes, m)] = law.omega[m] / (2 * std::numbers::pi);
  }
  phases_.resize((2 * kStepsPerRun + 1) * 2 * turns_.size());
  progress_.resize(2 * kStepsPerRun + 1);
}

template <class Real>
const KernelClock<Real>& Clock<Real>::run(const Interval& interval, const Steps& steps, int first,
                                          int n) {
  const double length = interval.end - interval.begin;
  const auto padded_modes = static_cast<int>(turns_.size());
  for (int i = 0; i <= 2 * n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double t = interval.begin + length * (2 * first + i) / (2.0 * steps.n);
    progress_[at] = progress_at(law_, interval, t);
    kernel_.fill_phases(turns_.data(), padded_modes, t, &phases_[at * 2 * turns_.size()]);
  }
  const auto draws = static_cast<std::uint64_t>(steps.draws_per_step);
  const double step = length / steps.n;
  clock_ = {
      padded_modes,
      phases_.data(),
      progress_.data(),
      n,
      step,
      static_cast<std::uint32_t>(steps.first_draw + static_cast<std::uint64_t>(first) * draws),
      steps.draws_per_step,
      std::sqrt(2 * law_.diffusivity * step / steps.draws_per_step)};
  return clock_;
}

template class Clock<double>;
template class Clock<float>;

}  // namespace lagoon::flow
