#include "flow/integration/flow_block.hpp"

#include <algorithm>

#include "flow/integration/brownian.hpp"
#include "flow/numerics/divide_up.hpp"

namespace lagoon::flow {

template <class Real>
KernelBuffers<Real>::KernelBuffers(const Law& law, int n_lanes, std::size_t n_flows,
                                   std::size_t n_drifters, bool lanes_are_flows)
    : lanes(static_cast<std::size_t>(n_lanes)) {
  const auto side = static_cast<std::size_t>(2 * max_wavenumber(law.modes) + 1);
  const std::size_t rows = lanes_are_flows ? n_drifters : divide_up(n_drifters, lanes);
  flow_stride_ = lanes_are_flows ? 1 : rows * lanes;
  drifter_stride_ = lanes_are_flows ? lanes : 1;
  psi.resize(side * side * 2 * lanes);
  tables.resize(3 * side * side * lanes);
  x.resize(rows * lanes * (lanes_are_flows ? 1 : n_flows));
  y.resize(x.size());
  task.max_wavenumber = max_wavenumber(law.modes);
  task.n_flows = static_cast<int>(n_flows);
  task.lanes_are_flows = lanes_are_flows;
  task.n_rows = static_cast<int>(rows);
  task.psi = psi.data();
  for (std::size_t i = 0; i < 3; ++i) task.tables[i] = &tables[i * side * side * lanes];
  std::ranges::copy(law.mean_velocity, task.mean_velocity);
  task.x = x.data();
  task.y = y.data();
}

template <class Real>
void KernelBuffers<Real>::set_stream(std::size_t offset,
                                     const std::array<std::uint64_t, kDrawWords>& words) {
  draw_words_.resize(kDrawWords * x.size());
  task.draw_words = draw_words_.data();
  std::uint64_t* const row = &draw_words_[offset / lanes * kDrawWords * lanes];
  for (std::size_t i = 0; i < words.size(); ++i) row[i * lanes + offset % lanes] = words[i];
}

template <class Real>
FlowBlock<Real>::FlowBlock(const Kernel<Real>& kernel, const Law& law, const FlowBatch& batch,
                           Range flows, Range drifters, bool lanes_are_flows)
    : kernel_(kernel),
      law_(law),
      batch_(batch),
      flows_(flows),
      drifters_(drifters),
      square_indices_(square_indices(law.modes)),
      buffers_(law, kernel.lanes, flows.size, drifters.size, lanes_are_flows) {
  for (std::size_t lane = 0; lane < flows.size; ++lane) {
    load(buffers_.psi, lane, psi_hat_at(lane, 0));
  }
  if (law.has_varying_amplitudes()) make_room_for_change();
  if (law.diffusivity > 0) set_streams();
  for (std::size_t drifter = 0; drifter < drifters.size; ++drifter) put_at_release_point(drifter);
}

template <class Real>
void FlowBlock<Real>::make_room_for_change() {
  psi_change_.resize(buffers_.psi.size());
  psi_now_.resize(buffers_.psi.size());
  buffers_.task.psi_change = psi_change_.data();
  buffers_.task.psi_now = psi_now_.data();
}

template <class Real>
void FlowBlock<Real>::set_streams() {
  for (std::size_t flow = 0; flow < flows_.size; ++flow) {
    for (std::size_t drifter = 0; drifter < drifters_.size; ++drifter) {
      buffers_.set_stream(
          buffers_.offset(flow, drifter),
          stream_words(batch_.diffusion[flows_.first + flow], drifters_.first + drifter));
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
    Real* const to = buffers_.coefficient(psi, square_indices_[m], lane);
    to[0] = static_cast<Real>(kTwoPi * psi_hat[m].real());
    to[buffers_.lanes] = static_cast<Real>(kTwoPi * psi_hat[m].imag());
  }
}

template <class Real>
void FlowBlock<Real>::vary_towards(std::size_t j) {
  if (buffers_.task.psi_change == nullptr) return;
  std::vector<std::complex<double>> change(law_.n_modes());
  for (std::size_t lane = 0; lane < flows_.size; ++lane) {
    const auto before = psi_hat_at(lane, j);
    std::ranges::transform(psi_hat_at(lane, j + 1), before, change.begin(), std::minus());
    load(buffers_.psi, lane, before);
    load(psi_change_, lane, change);
  }
}

template <class Real>
void FlowBlock<Real>::advance(Method method, const KernelClock<Real>& clock) {
  kernel_.advance[static_cast<std::size_t>(method)](buffers_.task, clock);
}

template <class Real>
void FlowBlock<Real>::put_at_release_point(std::size_t drifter) {
  for (std::size_t flow = 0; flow < flows_.size; ++flow) {
    const std::size_t at = buffers_.offset(flow, drifter);
    buffers_.x[at] = law_.release_x[drifters_.first + drifter];
    buffers_.y[at] = law_.release_y[drifters_.first + drifter];
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
      const std::size_t at = buffers_.offset(flow, drifter);
      x[to] = is_released ? buffers_.x[at] : law_.release_x[of_all];
      y[to] = is_released ? buffers_.y[at] : law_.release_y[of_all];
    }
  }
}

template class KernelBuffers<double>;
template class KernelBuffers<float>;
template class FlowBlock<double>;
template class FlowBlock<float>;

}  // namespace lagoon::flow
