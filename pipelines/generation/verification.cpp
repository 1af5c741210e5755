#include "pipelines/generation/verification.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "datasets/generation/blocks.hpp"
#include "flow/error.hpp"
#include "flow/integration/accuracy.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/numerics/sample_moments.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using datasets::Description;
using datasets::SampleBlock;

// The reference is itself that inexact; far below every tolerance worth asking for.
constexpr double kReferenceTolerance = 1e-12;
constexpr double kReferenceError = 1e-11;
// Relative: what another machine's FFT may change in a field.
constexpr double kFieldError = 1e-12;

/// One flow as the file has it.
struct Sample {
  std::int64_t flow;  ///< in the whole dataset
  SampleBlock stored;
};

Sample read_sample(const datasets::Reader& reader, std::int64_t row) {
  auto positions = reader.positions(row, 1);
  auto velocity = reader.station_velocity(row, 1);
  return {reader.first_flow() + row,
          {reader.psi_hat(row, 1), reader.amplitudes(row, 1), std::move(positions.x),
           std::move(positions.y), std::move(velocity.x), std::move(velocity.y), reader.psi(row, 1),
           reader.vorticity(row, 1)}};
}

double half_ulp(const Description& d) {
  return d.storage == datasets::Storage::float32 ? 0x1p-24 : 0x1p-53;
}

/// What is followed without noise has a reference of its own.
bool has_reference(const Description& d) {
  return !flow::takes_noise(flow::method_from_string(d.scheme));
}

/// The error of the step: what was asked for, or what steps that were given may do.
double step_error(const Description& d) {
  if (!has_reference(d)) return 0;
  return kReferenceError + (d.tolerance > 0 ? d.tolerance : flow::kProbeSafety * d.max_error);
}

SampleBlock observed_again(const Description& d, const Sample& sample) {
  SampleBlock again;
  again.psi_hat = sample.stored.psi_hat;
  again.amplitudes = sample.stored.amplitudes;
  if (has_reference(d)) {
    again.x.resize(sample.stored.x.size());
    again.y.resize(sample.stored.y.size());
    integrate_adaptive(d.law, {again.psi_hat, again.amplitudes, {}}, kReferenceTolerance, again.x,
                       again.y);
  } else {
    integrate_block(d, scheme_of(d), sample.flow, /*threads=*/1, again);
  }
  observe_block(d, sample.flow, /*threads=*/1, again);
  return again;
}

/// How one kind of values of a flow departs.
struct Departure {
  const char* what;
  double size = 0;
  double allowed = 0;
};

Departure departure_of(const char* what, const std::vector<double>& stored,
                       const std::vector<double>& again, double absolute, double relative) {
  return {what, flow::largest_difference(stored, again),
          absolute + relative * flow::largest_magnitude(stored)};
}

/// Positions first.
std::vector<Departure> departures_of(const Description& d, const Sample& sample) {
  const SampleBlock again = observed_again(d, sample);
  const SampleBlock& stored = sample.stored;
  const double rounding = half_ulp(d);
  const auto field = [&](const char* what, auto member) {
    return departure_of(what, stored.*member, again.*member, 0, rounding + kFieldError);
  };
  return {departure_of("x", stored.x, again.x, step_error(d), rounding),
          departure_of("y", stored.y, again.y, step_error(d), rounding),
          field("station velocity_x", &SampleBlock::station_velocity_x),
          field("station velocity_y", &SampleBlock::station_velocity_y),
          field("psi", &SampleBlock::psi),
          field("vorticity", &SampleBlock::vorticity)};
}

void require_small(const datasets::Reader& reader, std::int64_t flow, const Departure& departure) {
  if (departure.size <= departure.allowed) return;
  throw Error(reader.path().string() + ": " + departure.what + " of flow " + std::to_string(flow) +
              " departs by " + figures_text(departure.size) + " from what psi_hat gives, above " +
              figures_text(departure.allowed) + " (the file is damaged; generate it again)");
}

/// The flows of a verification, checked a few at a time: each may be large.
class Checker {
 public:
  Checker(const datasets::Reader& reader, int threads)
      : reader_(reader), threads_(flow::resolve_threads(threads)) {}

  Verification check(std::int64_t count) {
    result_.n_flows = count;
    for (std::int64_t i = 0; i < count; ++i) {
      samples_.push_back(read_sample(reader_, i * reader_.n_flows() / count));
      if (static_cast<int>(samples_.size()) == threads_ || i + 1 == count) check_samples();
    }
    return result_;
  }

 private:
  void check_samples() {
    std::vector<std::vector<Departure>> departures(samples_.size());
    flow::parallel_for(samples_.size(), threads_, [&](std::size_t i) {
      departures[i] = departures_of(reader_.description(), samples_[i]);
    });
    for (std::size_t i = 0; i < samples_.size(); ++i) take(samples_[i].flow, departures[i]);
    samples_.clear();
  }

  void take(std::int64_t flow, const std::vector<Departure>& departures) {
    for (const auto& departure : departures) require_small(reader_, flow, departure);
    for (const auto& departure : std::span(departures).first(2)) {
      result_.largest_departure = std::max(result_.largest_departure, departure.size);
      result_.allowed = std::max(result_.allowed, departure.allowed);
    }
  }

  const datasets::Reader& reader_;
  int threads_;
  std::vector<Sample> samples_;
  Verification result_;
};

}  // namespace

Verification verify_trajectories(const datasets::Reader& reader, int n_samples, int threads) {
  return Checker(reader, threads).check(std::min<std::int64_t>(n_samples, reader.n_flows()));
}

}  // namespace lagoon::pipelines
