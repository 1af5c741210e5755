#include "flow/integration/flow_block.hpp"

#include <algorithm>

#include "flow/integration/brownian.hpp"

namespace lagoon::flow {

template <class Real>
FlowBlock<Real>::FlowBlock(const Kernel<Real>& kernel, const Law& law, const FlowBatch& batch,
                           Range flows, Range drifters, bool lanes_are_flows)
    : kernel_(kernel),
      law_(law),
      batch_(batch),
      flows_(flows),
      drifters_(drifters),
      lanes_(static_cast<std::size_t>(kernel.lanes)),
      square_indices_(square_indices(law.modes)) {
  const auto side = static_cast<std::size_t>(2 * max_wavenumber(law.modes) + 1);
  const std::size_t rows = lanes_are_flows ? drifters.size : (drifters.size + lanes_ - 1) / lanes_;
  flow_stride_ = lanes_are_flows ? 1 : rows * lanes_;
  drifter_stride_ = lanes_are_flows ? lanes_ : 1;
  psi_.resize(side * side * 2 * lanes_);
  tables_.resize(3 * side * side * lanes_);
  x_.resize(rows * lanes_ * (lanes_are_flows ? 1 : flows.size));
  y_.resize(x_.size());
  task_.max_wavenumber = max_wavenumber(law.modes);
  task_.n_flows = static_cast<int>(flows.size);
  task_.lanes_are_flows = lanes_are_flows;
  task_.n_rows = static_cast<int>(rows);
  task_.psi = psi_.data();
  for (std::size_t i = 0; i < 3; ++i) task_.tables[i] = &tables_[i * side * side * lanes_];
  std::ranges::copy(law.mean_velocity, task_.mean_velocity);
  task_.x = x_.data();
  task_.y = y_.data();

  for (std::size_t lane = 0; lane < flows.size; ++lane) load(psi_, lane, psi_hat_at(lane, 0));
  if (law.has_varying_amplitudes()) make_room_for_change();
  if (law.diffusivity > 0) load_draw_words();
  for (std::size_t drifter = 0; drifter < drifters.size; ++drifter) put_at_release_point(drifter);
}

template <class Real>
void FlowBlock<Real>::make_room_for_change() {
  psi_change_.resize(psi_.size());
  psi_now_.resize(psi_.size());
  task_.psi_change = psi_change_.data();
  task_.psi_now = psi_now_.data();
}

template <class Real>
void FlowBlock<Real>::load_draw_words() {
  draw_words_.resize(kDrawWords * x_.size());
  task_.draw_words = draw_words_.data();
  for (std::size_t flow = 0; flow < flows_.size; ++flow) {
    for (std::size_t drifter = 0; drifter < drifters_.size; ++drifter) {
      const auto words =
          stream_words(batch_.diffusion[flows_.first + flow], drifters_.first + drifter);
      const std::size_t at = offset(flow, drifter);
      std::uint64_t* const row = &draw_words_[at / lanes_ * kDrawWords * lanes_];
      for (std::size_t i = 0; i < words.size(); ++i) row[i * lanes_ + at % lanes_] = words[i];
    }
  }
}

template <class Real>
std::span<const std::complex<double>> FlowBlock<Real>::psi_hat_at(std::size_t lane,
                                                                  std::size_t j) const {
  const std::size_t flow = flows_.first + lane;
  const std::size_t n_modes = law_.n_modes();
  if (j == 0) return batch_.psi_hat.subspan(flow * n_modes, n_modes);
  return batch_.amplitudes.subspan((flow * law_.n_times() + j - 1) * n_modes, n_modes);
}

template <class Real>
void FlowBlock<Real>::load(Aligned<Real>& psi, std::size_t lane,
                           std::span<const std::complex<double>> psi_hat) const {
  for (std::size_t m = 0; m < law_.n_modes(); ++m) {
    Real* const to = &psi[square_indices_[m] * 2 * lanes_ + lane];
    to[0] = static_cast<Real>(kTwoPi * psi_hat[m].real());
    to[lanes_] = static_cast<Real>(kTwoPi * psi_hat[m].imag());
  }
}

template <class Real>
void FlowBlock<Real>::vary_towards(std::size_t j) {
  if (task_.psi_change == nullptr) return;
  std::vector<std::complex<double>> change(law_.n_modes());
  for (std::size_t lane = 0; lane < flows_.size; ++lane) {
    const auto before = psi_hat_at(lane, j);
    std::ranges::transform(psi_hat_at(lane, j + 1), before, change.begin(), std::minus());
    load(psi_, lane, before);
    load(psi_change_, lane, change);
  }
}

template <class Real>
void FlowBlock<Real>::advance(Method method, const KernelClock<Real>& clock) {
  kernel_.advance[static_cast<std::size_t>(method)](task_, clock);
}

template <class Real>
void FlowBlock<Real>::put_at_release_point(std::size_t drifter) {
  for (std::size_t flow = 0; flow < flows_.size; ++flow) {
    x_[offset(flow, drifter)] = law_.release_x[drifters_.first + drifter];
    y_[offset(flow, drifter)] = law_.release_y[drifters_.first + drifter];
  }
}

template <class Real>
void FlowBlock<Real>::release(double time) {
  for (std::size_t drifter = 0; drifter < drifters_.size; ++drifter) {
    if (is_released_at(law_, drifters_.first + drifter, time)) put_at_release_point(drifter);
  }
}

template <class Real>
void FlowBlock<Real>::observe(std::size_t j, std::span<double> x, std::span<double> y) const {
  for (std::size_t flow = 0; flow < flows_.size; ++flow) {
    for (std::size_t drifter = 0; drifter < drifters_.size; ++drifter) {
      const std::size_t of_all = drifters_.first + drifter;
      const std::size_t to =
          ((flows_.first + flow) * law_.n_drifters() + of_all) * law_.n_times() + j;
      const bool is_released = is_released_before(law_, of_all, law_.times[j]);
      x[to] = is_released ? x_[offset(flow, drifter)] : law_.release_x[of_all];
      y[to] = is_released ? y_[offset(flow, drifter)] : law_.release_y[of_all];
    }
  }
}

template class FlowBlock<double>;
template class FlowBlock<float>;

}  // namespace lagoon::flow
