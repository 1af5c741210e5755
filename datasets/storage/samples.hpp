#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "datasets/sample_block.hpp"
#include "datasets/storage/hdf5.hpp"
#include "datasets/storage/schema.hpp"

namespace lagoon::datasets {

/// Calls visit(path, member) for every variable that holds samples, in the order of checksums.
template <class AnyBlock, class Visitor>
void visit_samples(AnyBlock& block, Visitor&& visit) {
  visit("/eulerian/psi_hat", block.psi_hat);
  visit("/eulerian/amplitudes", block.amplitudes);
  visit("/x", block.x);
  visit("/y", block.y);
  visit("/eulerian/velocity_x", block.station_velocity_x);
  visit("/eulerian/velocity_y", block.station_velocity_y);
  visit("/eulerian/psi", block.psi);
  visit("/eulerian/vorticity", block.vorticity);
}

/// The numbers behind real or complex values, in place: real and imaginary parts in turn.
inline std::span<const double> numbers_of(const std::vector<double>& values) {
  return values;
}
inline std::span<const double> numbers_of(const std::vector<std::complex<double>>& values) {
  return {reinterpret_cast<const double*>(values.data()), 2 * values.size()};
}

/// One flow's share of a variable that holds samples.
struct SampleVariable {
  std::string path;
  hdf5::Type type;        ///< as stored: float32 or float64
  std::int64_t rows = 0;  ///< of the first axis
  std::int64_t numbers = 0;
  bool may_have_gaps = false;  ///< NaN: not observed

  std::int64_t bytes() const { return numbers * static_cast<std::int64_t>(size_of(type)); }
};

/// Those that a dataset of these contents holds, in the order of visit_samples.
std::vector<SampleVariable> sample_variables(const Contents& contents, const Extent& extent);

/// The variable of that path, or nullptr.
const SampleVariable* find_sample(const std::vector<SampleVariable>& variables,
                                  const std::string& path);

/// Samples are converted and hashed in pieces of about this many bytes, at least one flow.
inline constexpr std::int64_t kPieceBytes = 1 << 20;
/// Flows whose samples take at most so many bytes; at least 1.
std::int64_t flows_in(std::int64_t bytes, const std::vector<SampleVariable>& variables);

/// Checksums of consecutive flows: of each, its share of every variable as stored, the hash of one
/// seeding the next. `stored` has the bytes of those flows for each variable in turn.
std::vector<std::uint64_t> checksums_of(std::span<const std::span<const std::byte>> stored,
                                        std::size_t n_flows);

/// First number that cannot be: infinite or NaN, but for NaN where `gaps`. Its place, or -1. What
/// single precision cannot hold counts as infinite.
std::int64_t find_impossible(std::span<const double> numbers, bool gaps);

/// First place where one of x and y is NaN and the other is not; or -1.
std::int64_t find_half_observed(std::span<const double> x, std::span<const double> y);

}  // namespace lagoon::datasets
