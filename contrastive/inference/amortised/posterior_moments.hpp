#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "contrastive/inference/amortised/rounded_library.hpp"

namespace lagoon::contrastive {

/// A few numbers of every member of a library, in single precision, laid out for posterior_moments.
class MemberValues {
 public:
  MemberValues() = default;
  /// Of n members, all 0.
  MemberValues(std::int64_t n, std::int64_t columns);

  std::int64_t size() const { return n_; }
  std::int64_t columns() const { return columns_; }
  /// The columns of a member, to be written.
  std::span<float> row(std::int64_t member);
  /// (member, padded columns), zeros after the last column of each.
  const float* from(std::int64_t member) const {
    return values_.data()->numbers.data() + member * stride_;
  }
  std::int64_t stride() const { return stride_; }

 private:
  struct alignas(64) Line {  // a whole one, or loads of it take twice the time
    std::array<float, 16> numbers{};
  };

  std::int64_t n_ = 0, columns_ = 0, stride_ = 0;
  std::vector<Line> values_;
};

/// What the learned conditional over a library, softmax(score / temperature), says of one query.
/// Weights themselves are exp(score / temperature - log_normalizer), of whichever member.
struct PosteriorMoments {
  double log_normalizer = 0;         ///< log sum exp(score / temperature)
  double effective_sample_size = 0;  ///< 1 / sum w^2 (Kish)
  std::int64_t top = 0;              ///< the member of the largest score, the first of equals
  double left_out = 0;  ///< by which share the weights in mean and spread differ from all weights
  std::vector<float> mean, spread;  ///< (column) of the values; standard deviations
};

/// Members of less than this share of the whole over the library's size are passed over in the
/// sums: they hold less than it together.
inline constexpr double kLeftOutOfSums = 1e-5;

/// In the moments, members of less than this share over the library's size are light: so few of
/// them count, with that share, that they stand for all. Of a library whose order says nothing that
/// moves no mean; it adds an error of at most this over the root of the library's size, in spreads
/// of the light members: this much of what the library's own size leaves.
inline constexpr double kLight = 0.1;

/// No member's share is wrong by more than this because its score was rounded: where it might be,
/// and where a member might be the likeliest, the score is made again in double precision.
inline constexpr double kRoundedShare = 5e-5;

/// Of every query, in one pass over the library in which scores are weighed as they are made:
/// nothing as long as the library is held for a query. Moments are sums in single precision: of a
/// variance 2^-20 of the values' mean square is rounding. Throws Error for a library of another
/// size than the values or another dimension than the queries, and scores that are no numbers.
std::vector<PosteriorMoments> posterior_moments(const Embeddings& queries,
                                                const RoundedLibrary& library, double temperature,
                                                const MemberValues& values);

}  // namespace lagoon::contrastive
