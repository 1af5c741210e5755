#include "flow/assimilation/variational/wave_flow.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "flow/numerics/divide_up.hpp"

namespace lagoon::flow::variational {
namespace {

std::size_t padded(std::size_t n) {
  return divide_up<std::size_t>(n, kPartialSums) * kPartialSums;
}

}  // namespace

WaveFlow::WaveFlow(const Law& law, const ControlSpace& space) : law_(law), space_(space) {
  const std::vector<std::size_t>& modes = space.modes();
  const std::size_t n = padded(modes.size());
  for (Aligned<double>* numbers : {&turns_, &k_, &l_, &p_, &q_}) numbers->resize(n);
  column_x_.resize(2 * n + (space.has_mean_velocity() ? kPartialSums : 0));
  column_y_.resize(column_x_.size());
  for (std::size_t i = 0; i < modes.size(); ++i) {
    turns_[i] = law.omega[modes[i]] / kTwoPi;
    k_[i] = law.modes.k[modes[i]];
    l_[i] = law.modes.l[modes[i]];
    for (const std::size_t column : {i, n + i}) {
      column_x_[column] = kTwoPi * space.scale(i) * l_[i];
      column_y_[column] = -kTwoPi * space.scale(i) * k_[i];
      column_of_.push_back(static_cast<Eigen::Index>(column));
    }
  }
  if (space.has_mean_velocity()) {
    for (int term = 0; term < space.n_drift_terms(); ++term) {
      const std::size_t column = 2 * (n + static_cast<std::size_t>(term));
      column_x_[column] = column_y_[column + 1] = space.drift_scale(term);
      for (const std::size_t i : {column, column + 1}) {
        column_of_.push_back(static_cast<Eigen::Index>(i));
      }
    }
    slowest_drift_ = std::numbers::pi / law.times.back();
    drift_.resize(static_cast<std::size_t>(space.n_drift_terms() - 1));
  }
  table_ = {.n_modes = static_cast<int>(n),
            .n_columns = static_cast<int>(n_columns()),
            .turns = turns_.data(),
            .k = k_.data(),
            .l = l_.data(),
            .p = p_.data(),
            .q = q_.data(),
            .column_x = column_x_.data(),
            .column_y = column_y_.data(),
            .mean_velocity = {law.mean_velocity[0], law.mean_velocity[1]}};
}

void WaveFlow::set(const Eigen::Ref<const Eigen::VectorXd>& control) {
  for (std::size_t i = 0; i < space_.modes().size(); ++i) {
    const auto at = 2 * static_cast<Eigen::Index>(i);
    p_[i] = kTwoPi * space_.scale(i) * control[at];
    q_[i] = kTwoPi * space_.scale(i) * control[at + 1];
  }
  if (!space_.has_mean_velocity()) return;
  std::ranges::copy(space_.mean_velocity(law_, control), table_.mean_velocity);
  for (std::size_t term = 1; term <= drift_.size(); ++term) {
    const Eigen::Index at = space_.n_coefficients() + 2 * static_cast<Eigen::Index>(term);
    const double scale = space_.drift_scale(static_cast<int>(term));
    drift_[term - 1] = {scale * control[at], scale * control[at + 1]};
  }
}

void WaveFlow::add_drift(double t, FlowAtPoint& at) const {
  for (std::size_t term = 1; term <= drift_.size(); ++term) {
    const double cosine = std::cos(static_cast<double>(term) * slowest_drift_ * t);
    at.velocity[0] += drift_[term - 1][0] * cosine;
    at.velocity[1] += drift_[term - 1][1] * cosine;
    double* const waves = at.waves + 2 * table_.n_modes + 2 * term;
    waves[0] = waves[1] = cosine;
  }
}

}  // namespace lagoon::flow::variational
