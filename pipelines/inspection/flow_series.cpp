#include "pipelines/inspection/flow_series.hpp"

#include <algorithm>

namespace lagoon::pipelines {

double time_of(const flow::Law& law, std::size_t step) {
  return step == 0 ? 0 : law.times[step - 1];
}

FlowSeries::FlowSeries(const datasets::Reader& reader, std::int64_t flow)
    : law_(&reader.law()),
      psi_hat_(reader.psi_hat(flow, 1)),
      amplitudes_(reader.amplitudes(flow, 1)) {}

flow::Flow FlowSeries::at(std::size_t step) const {
  const bool at_start = step == 0 || amplitudes_.empty();
  const auto coefficients =
      at_start ? std::span(psi_hat_)
               : std::span(amplitudes_).subspan((step - 1) * law_->n_modes(), law_->n_modes());
  return {law_->modes, coefficients, law_->omega};
}

std::vector<DrifterPath> drifters_of(const datasets::Reader& reader, std::int64_t flow,
                                     std::size_t most) {
  const auto& law = reader.law();
  const auto [x, y] = reader.positions(flow, 1);
  std::vector<DrifterPath> paths;
  for (std::size_t d = 0; d < std::min(most, law.n_drifters()); ++d) {
    const std::size_t begin = d * law.n_times();
    paths.push_back(drifter_path(law, d, std::span(x).subspan(begin, law.n_times()),
                                 std::span(y).subspan(begin, law.n_times())));
  }
  return paths;
}

}  // namespace lagoon::pipelines
