#include "flow/assimilation/variational/wave_flow.hpp"

#include <numbers>

namespace lagoon::flow::variational {
namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

std::size_t padded(std::size_t n) {
  return (n + kPartialSums - 1) / kPartialSums * kPartialSums;
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
    column_x_[2 * n] = column_y_[2 * n + 1] = space.mean_velocity_std();
    for (const std::size_t i : {2 * n, 2 * n + 1}) {
      column_of_.push_back(static_cast<Eigen::Index>(i));
    }
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
  for (Eigen::Index i = 0; i < 2; ++i) {
    table_.mean_velocity[i] = law_.mean_velocity[static_cast<std::size_t>(i)] +
                              space_.mean_velocity_std() * control[space_.n_coefficients() + i];
  }
}

}  // namespace lagoon::flow::variational
