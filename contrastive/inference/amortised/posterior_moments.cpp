#include "contrastive/inference/amortised/posterior_moments.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>

#include "contrastive/inference/amortised/kernel.hpp"
#include "contrastive/inference/score_tiles.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using amortised::Weighing;
static_assert(kLongestStretch <= amortised::kStretch);

/// Without an early end, so that it takes many numbers at a time.
bool all_finite(std::span<const float> values) {
  constexpr std::uint32_t kExponent = 0x7f800000;
  bool has_others = false;
  for (const float value : values) {
    has_others |= (std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent;
  }
  return !has_others;
}

void require_finite(const Embeddings& embeddings, const std::string& whose) {
  require(all_finite(embeddings.values),
          "an embedding of " + whose +
              " is not finite, so scores of a query are no numbers: train "
              "again, or embed again");
}

void require_library(const Embeddings& library, double temperature, const MemberValues& values) {
  require(library.n > 0, "the library is empty: give at least one flow");
  require(library.n == values.size(), "the library has " + std::to_string(library.n) +
                                          " members and there are values of " +
                                          std::to_string(values.size()) + ": give one row each");
  require(temperature > 0,
          "temperature is " + std::to_string(temperature) + ": it must be above 0");
}

amortised::Reach reach_of(std::int64_t n_members) {
  const double n = static_cast<double>(n_members);
  return {static_cast<float>(std::log(n / kLeftOutOfSums)),
          static_cast<float>(std::log(n / kLeftOutOfMoments))};
}

PosteriorMoments moments_of(const Weighing& weighing, std::int64_t columns) {
  PosteriorMoments result;
  result.log_normaliser = std::log(weighing.sum) + weighing.largest;
  require(std::isfinite(result.log_normaliser),
          "the scores of a query are no numbers: the encoders gave embeddings that are not finite");
  result.effective_sample_size = weighing.sum * weighing.sum / weighing.squares;
  result.top = weighing.top;
  result.left_out = std::max(0.0, 1 - weighing.kept / weighing.sum);
  for (std::int64_t c = 0; c < columns; ++c) {
    const double mean = weighing.first_moment[c] / weighing.kept;
    const double variance = weighing.second_moment[c] / weighing.kept - mean * mean;
    result.mean.push_back(static_cast<float>(mean));
    result.spread.push_back(static_cast<float>(std::sqrt(std::max(0.0, variance))));
  }
  return result;
}

}  // namespace

MemberValues::MemberValues(std::int64_t n, std::int64_t columns)
    : n_(n),
      columns_(columns),
      stride_(amortised::padded(columns)),
      values_(static_cast<std::size_t>(n * stride_)) {}

std::span<float> MemberValues::row(std::int64_t member) {
  return std::span(values_).subspan(static_cast<std::size_t>(member * stride_),
                                    static_cast<std::size_t>(columns_));
}

std::vector<PosteriorMoments> posterior_moments(const Embeddings& queries,
                                                const Embeddings& library, double temperature,
                                                const MemberValues& values) {
  require_library(library, temperature, values);
  require_finite(queries, "the queries");
  require_finite(library, "the library");
  const auto& kernel = amortised::chosen_kernel();
  const auto reach = reach_of(library.n);
  const auto inverse = static_cast<float>(1 / temperature);
  const auto stride = static_cast<std::size_t>(values.stride());
  std::vector<float> sums(2 * stride * static_cast<std::size_t>(queries.n));
  std::vector<Weighing> weighings(static_cast<std::size_t>(queries.n));
  for (std::size_t q = 0; q < weighings.size(); ++q) {
    weighings[q].first_moment = sums.data() + 2 * q * stride;
    weighings[q].second_moment = weighings[q].first_moment + stride;
  }
  for_each_score_tile(queries, library,
                      [&](std::int64_t query, std::int64_t first, std::span<const float> scores) {
                        kernel.weigh({scores.data(), first, static_cast<int>(scores.size()),
                                      values.from(first), static_cast<int>(stride)},
                                     inverse, reach, weighings[static_cast<std::size_t>(query)]);
                      });
  std::vector<PosteriorMoments> result;
  for (const auto& weighing : weighings) result.push_back(moments_of(weighing, values.columns()));
  return result;
}

}  // namespace lagoon::contrastive
