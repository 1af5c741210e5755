#include "flow/integration/flow_block.hpp"

#include <numbers>

namespace lagoon::flow {

std::size_t square_index(const ModeSet& modes, std::size_t m) {
  const int n = max_wavenumber(modes);
  return static_cast<std::size_t>((modes.k[m] + n) * (2 * n + 1) + modes.l[m] + n);
}

FlowBlock::FlowBlock(const Kernel& kernel, const Law& law,
                     std::span<const std::complex<double>> psi_hat, Range flows, Range drifters,
                     bool lanes_are_flows)
    : kernel_(kernel), flows_(flows), drifters_(drifters) {
  const auto lanes = static_cast<std::size_t>(kernel.lanes);
  const auto side = static_cast<std::size_t>(2 * max_wavenumber(law.modes) + 1);
  const std::size_t rows = lanes_are_flows ? drifters.size : (drifters.size + lanes - 1) / lanes;
  flow_stride_ = lanes_are_flows ? 1 : rows * lanes;
  drifter_stride_ = lanes_are_flows ? lanes : 1;
  psi_.resize(side * side * 2 * lanes);
  tables_.resize(3 * side * side * lanes);
  x_.resize(rows * lanes * (lanes_are_flows ? 1 : flows.size));
  y_.resize(x_.size());
  load_psi(law.modes, psi_hat);
  release(law);

  task_.max_wavenumber = max_wavenumber(law.modes);
  task_.n_flows = static_cast<int>(flows.size);
  task_.lanes_are_flows = lanes_are_flows;
  task_.n_rows = static_cast<int>(rows);
  task_.psi = psi_.data();
  for (std::size_t i = 0; i < 3; ++i) task_.tables[i] = &tables_[i * side * side * lanes];
  task_.x = x_.data();
  task_.y = y_.data();
}

void FlowBlock::load_psi(const ModeSet& modes, std::span<const std::complex<double>> psi_hat) {
  constexpr double kTwoPi = 2 * std::numbers::pi;
  const auto lanes = static_cast<std::size_t>(kernel_.lanes);
  for (std::size_t m = 0; m < modes.size(); ++m) {
    double* const to = &psi_[square_index(modes, m) * 2 * lanes];
    for (std::size_t lane = 0; lane < flows_.size; ++lane) {
      const std::complex<double> value = psi_hat[(flows_.first + lane) * modes.size() + m];
      to[lane] = kTwoPi * value.real();
      to[lanes + lane] = kTwoPi * value.imag();
    }
  }
}

void FlowBlock::release(const Law& law) {
  for (std::size_t flow = 0; flow < flows_.size; ++flow) {
    for (std::size_t drifter = 0; drifter < drifters_.size; ++drifter) {
      x_[offset(flow, drifter)] = law.release_x[drifters_.first + drifter];
      y_[offset(flow, drifter)] = law.release_y[drifters_.first + drifter];
    }
  }
}

void FlowBlock::observe(const Law& law, std::size_t j, std::span<double> x,
                        std::span<double> y) const {
  for (std::size_t flow = 0; flow < flows_.size; ++flow) {
    for (std::size_t drifter = 0; drifter < drifters_.size; ++drifter) {
      const std::size_t trajectory =
          (flows_.first + flow) * law.n_drifters() + drifters_.first + drifter;
      x[trajectory * law.n_times() + j] = x_[offset(flow, drifter)];
      y[trajectory * law.n_times() + j] = y_[offset(flow, drifter)];
    }
  }
}

}  // namespace lagoon::flow
