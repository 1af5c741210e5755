#pragma once

#include <complex>
#include <span>
#include <vector>

#include "datasets/reader.hpp"
#include "flow/streamfunction.hpp"
#include "pipelines/inspection/drifter_path.hpp"

namespace lagoon::pipelines {

/// Step 0 is t = 0, step j + 1 the law's observation time j.
double time_of(const flow::Law& law, std::size_t step);

/// One flow of a dataset through time.
class FlowSeries {
 public:
  /// The reader must outlive it.
  FlowSeries(const datasets::Reader& reader, std::int64_t flow);

  std::size_t n_steps() const { return law_->n_times() + 1; }
  /// The time of a step.
  double time(std::size_t step) const { return time_of(*law_, step); }

  /// The flow with its amplitudes at that step, to be evaluated at time(step).
  flow::Flow at(std::size_t step) const;

 private:
  const flow::Law* law_;                          // the reader's
  std::vector<std::complex<double>> psi_hat_;     // (mode) at t = 0
  std::vector<std::complex<double>> amplitudes_;  // (time, mode), if they vary
};

/// The observed paths of the first `most` drifters of a flow, or of all if they are fewer.
std::vector<DrifterPath> drifters_of(const datasets::Reader& reader, std::int64_t flow,
                                     std::size_t most);

}  // namespace lagoon::pipelines
