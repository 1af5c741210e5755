#include "datasets/split.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

const std::array<std::string, 3> kNames = {"train", "validation", "test"};

// Bresenham's line: how many of the first n are chosen, rounded to the nearest.
std::int64_t count_of(std::int64_t n, double share) {
  return static_cast<std::int64_t>(std::floor(static_cast<double>(n) * share + 0.5));
}

bool is_chosen(std::int64_t i, double share) {
  return count_of(i + 1, share) > count_of(i, share);
}

void require_share(double share, const std::string& name) {
  if (!(share >= 0 && share <= 1))
    throw Error(name + " fraction (--" + name + "-fraction) is " + std::to_string(share) +
                ": give a number from 0 to 1");
}

}  // namespace

// First the held-out samples are spread over all, then the test samples over those held out. Both
// counts are rounded to the nearest, so the error of test is at most (1 + r) / 2 with r = test /
// held out, and that of validation at most (2 - r) / 2: neither above 1.
Split split_of(std::int64_t sample, const SplitFractions& fractions) {
  const double held_out = std::min(1.0, fractions.validation + fractions.test);
  if (!is_chosen(sample, held_out)) return Split::train;
  const std::int64_t rank = count_of(sample, held_out);
  return is_chosen(rank, fractions.test / held_out) ? Split::test : Split::validation;
}

flow::Purpose purpose_of(Draw draw, Split split) {
  using enum flow::Purpose;
  const auto of_training = [draw] {
    switch (draw) {
      case Draw::psi_hat:
        return train;
      case Draw::noise:
        return train_noise;
      case Draw::amplitude:
        return train_amplitude;
      case Draw::diffusion:
        return train_diffusion;
      case Draw::missing:
        return train_missing;
      case Draw::station_noise:
        return train_station_noise;
      case Draw::process:
        return train_process;
      case Draw::process_noise:
        return train_process_noise;
      case Draw::gaussian_pair:
        return train_gaussian_pair;
    }
    return train;
  };
  // Purposes of a draw follow one another as the splits do.
  return static_cast<flow::Purpose>(static_cast<std::uint32_t>(of_training()) +
                                    static_cast<std::uint32_t>(split));
}

flow::DrawKey draw_key(Draw draw, std::uint64_t seed, const SplitFractions& fractions,
                       std::int64_t sample) {
  return {seed, purpose_of(draw, split_of(sample, fractions)), static_cast<std::uint64_t>(sample)};
}

std::string to_string(Split split) {
  return kNames[static_cast<std::size_t>(split)];
}

Split split_from_string(const std::string& name) {
  const auto* const found = std::ranges::find(kNames, name);
  if (found == kNames.end())
    throw Error("split '" + name + "' is unknown: give train, validation or test");
  return static_cast<Split>(found - kNames.begin());
}

void require_valid(const SplitFractions& fractions) {
  require_share(fractions.validation, "validation");
  require_share(fractions.test, "test");
  if (fractions.validation + fractions.test > 1)
    throw Error(
        "validation and test fractions (--validation-fraction, --test-fraction) add up to " +
        std::to_string(fractions.validation + fractions.test) + ": at most 1 is there");
}

}  // namespace lagoon::datasets
