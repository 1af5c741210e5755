#include "pipelines/generation/verification.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "datasets/split.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/observations.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

// The reference is itself that inexact; far below every tolerance worth asking for.
constexpr double kReferenceTolerance = 1e-12;
constexpr double kReferenceError = 1e-11;

struct Departure {
  std::int64_t flow = 0;
  double size = 0;
  double largest_position = 0;
};

struct Sample {
  std::int64_t flow;
  std::vector<std::complex<double>> psi_hat;
  datasets::Reader::Positions positions;
};

std::vector<Sample> read_samples(const datasets::Reader& reader, std::int64_t count) {
  std::vector<Sample> samples;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t flow = i * reader.n_flows() / count;
    samples.push_back({flow, reader.psi_hat(flow, 1), reader.positions(flow, 1)});
  }
  return samples;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

double largest_size(const std::vector<double>& values) {
  return largest_difference(values, std::vector<double>(values.size(), 0.0));
}

Departure departure_of(const datasets::Description& d, const Sample& sample) {
  const auto& stored = sample.positions;
  std::vector<double> x(stored.x.size()), y(stored.y.size());
  integrate_adaptive(d.law, sample.psi_hat, kReferenceTolerance, x, y);
  add_observation_noise(d.law, draw_key(datasets::Draw::noise, d.seed, d.fractions, sample.flow), x,
                        y);
  return {sample.flow, std::max(largest_difference(x, stored.x), largest_difference(y, stored.y)),
          std::max(largest_size(stored.x), largest_size(stored.y))};
}

double rounding(const datasets::Description& d, double largest_position) {
  const double half_ulp = d.storage == datasets::Storage::float32 ? 0x1p-24 : 0x1p-53;
  return half_ulp * largest_position;
}

}  // namespace

Verification verify_trajectories(const datasets::Reader& reader, int n_samples, int threads) {
  const auto& d = reader.description();
  const auto count = std::min<std::int64_t>(n_samples, reader.n_flows());
  const auto samples = read_samples(reader, count);
  std::vector<Departure> departures(samples.size());
  flow::parallel_for(samples.size(), threads,
                     [&](std::size_t i) { departures[i] = departure_of(d, samples[i]); });
  Verification result{count, 0, 0};
  for (const auto& departure : departures) {
    const double allowed = d.tolerance + kReferenceError + rounding(d, departure.largest_position);
    if (departure.size > allowed) {
      throw Error(reader.path().string() + ": flow " + std::to_string(departure.flow) +
                  " departs by " + figures_text(departure.size) + " from its integration, above " +
                  figures_text(allowed) + " (the file is damaged; generate it again)");
    }
    result.largest_departure = std::max(result.largest_departure, departure.size);
    result.allowed = std::max(result.allowed, allowed);
  }
  return result;
}

}  // namespace lagoon::pipelines
