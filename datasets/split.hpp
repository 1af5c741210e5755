#pragma once

#include <cstdint>
#include <string>

#include "flow/random.hpp"

namespace lagoon::datasets {

/// Values are stored in files (flag_meanings "train validation test").
enum class Split : std::int8_t { train = 0, validation = 1, test = 2 };

/// Shares of the samples kept from training; each in [0, 1], their sum at most 1.
struct SplitFractions {
  double validation = 0;
  double test = 0;
  bool operator==(const SplitFractions&) const = default;
};

/// The split of sample i: evenly spread over the file, a function of (i, fractions) only, so the
/// first n samples of a larger dataset are those of the smaller one. Among any first n samples the
/// count of each held-out split is within 1 of n times its fraction.
Split split_of(std::int64_t sample, const SplitFractions& fractions);

/// What is drawn for a sample; each has a stream of random numbers of its own in every split.
enum class Draw {
  psi_hat,
  noise,
  amplitude,
  diffusion,
  missing,
  station_noise,
  process,
  process_noise,
  gaussian_pair
};
flow::Purpose purpose_of(Draw draw, Split split);

/// The stream of a draw for sample i of a dataset of that seed.
flow::DrawKey draw_key(Draw draw, std::uint64_t seed, const SplitFractions& fractions,
                       std::int64_t sample);

/// "train" | "validation" | "test", and back (Error for another name).
std::string to_string(Split split);
Split split_from_string(const std::string& name);

/// Throws Error naming the fraction that cannot be.
void require_valid(const SplitFractions& fractions);

}  // namespace lagoon::datasets
