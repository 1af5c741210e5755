// Compiled once per instruction set: LAGOON_ISA names the namespace.
#include "contrastive/inference/amortised/kernel.hpp"

#include "contrastive/objective/streaming/lanes.hpp"

namespace lagoon::contrastive::amortised::LAGOON_ISA {
namespace {

namespace lanes = streaming::LAGOON_ISA;
using lanes::Lanes;
using streaming::kLanes;
static_assert(kPadding == kLanes && kStretch % kLanes == 0);

/// A score that is none: its exponential is zero.
constexpr float kNone = -__builtin_inff();

/// Bit i is set where lane i is at least `least`.
[[gnu::always_inline]] inline unsigned at_least(const Lanes& x, float least) {
  unsigned mask = 0;
#if defined(__AVX512F__)
  mask = _mm512_cmp_ps_mask(x.parts[0], Lanes(least).parts[0], _CMP_GE_OQ);
#elif defined(__AVX2__)
  for (int i = 0; i < lanes::kParts; ++i) {
    const auto bits = _mm256_cmp_ps(x.parts[i], Lanes(least).parts[i], _CMP_GE_OQ);
    mask |= static_cast<unsigned>(_mm256_movemask_ps(bits)) << (i * lanes::kVectorLanes);
  }
#else
  alignas(64) float numbers[kLanes];
  lanes::store(x, numbers);
  for (int i = 0; i < kLanes; ++i) mask |= (numbers[i] >= least ? 1U : 0U) << i;
#endif
  return mask;
}

/// Members of a stretch by their places, each with a number. Whole lanes are written, and their
/// beginnings count.
struct Members {
  int n = 0;
  alignas(64) float numbers[kStretch + kLanes];
  alignas(64) int places[kStretch + kLanes];

  /// Those lanes that the mask has, of places one after another.
  [[gnu::always_inline]] void add(const Lanes& some, int first_place, unsigned mask) {
#if defined(__AVX512F__)
    const __m512i steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    append(some.parts[0], _mm512_add_epi32(steps, _mm512_set1_epi32(first_place)), mask);
#else
    alignas(64) float each[kLanes];
    lanes::store(some, each);
    for (; mask != 0; mask &= mask - 1) append(each, __builtin_ctz(mask), first_place);
#endif
  }

  /// The same of the places of members from `first` on.
  [[gnu::always_inline]] void add(const Lanes& some, const Members& of, int first, unsigned mask) {
#if defined(__AVX512F__)
    append(some.parts[0], _mm512_loadu_si512(of.places + first), mask);
#else
    alignas(64) float each[kLanes];
    lanes::store(some, each);
    for (; mask != 0; mask &= mask - 1) {
      const int lane = __builtin_ctz(mask);
      append(each, lane, of.places[first + lane] - lane);
    }
#endif
  }

  /// Fills the last lanes up.
  [[gnu::always_inline]] void end_with(float number) {
    lanes::store(Lanes(number), numbers + n);
    for (int i = 0; i < kLanes; ++i) places[n + i] = 0;
  }

 private:
#if defined(__AVX512F__)
  [[gnu::always_inline]] void append(__m512 some, __m512i some_places, unsigned mask) {
    const auto lanes_kept = static_cast<__mmask16>(mask);
    _mm512_storeu_ps(numbers + n, _mm512_maskz_compress_ps(lanes_kept, some));
    _mm512_storeu_si512(places + n, _mm512_maskz_compress_epi32(lanes_kept, some_places));
    n += __builtin_popcount(mask);
  }
#else
  [[gnu::always_inline]] void append(const float* each, int lane, int first_place) {
    numbers[n] = each[lane];
    places[n++] = first_place + lane;
  }
#endif
};

/// Adds kWide times 16 columns of the kept members' values, in registers.
template <int kWide>
[[gnu::always_inline]] inline void add_columns(const Stretch& stretch, const Members& kept,
                                               int column, Weighing& to) {
  Lanes first[kWide], second[kWide];
#pragma GCC unroll 8
  for (int c = 0; c < kWide; ++c) {
    first[c] = lanes::load(to.first_moment + column + c * kLanes);
    second[c] = lanes::load(to.second_moment + column + c * kLanes);
  }
  for (int i = 0; i < kept.n; ++i) {
    const float* const row = stretch.values + std::int64_t{kept.places[i]} * stretch.columns;
    const Lanes weight(kept.numbers[i]);
#pragma GCC unroll 8
    for (int c = 0; c < kWide; ++c) {
      const Lanes value = lanes::load(row + column + c * kLanes);
      const Lanes product = weight * value;
      first[c] = first[c] + product;
      second[c] = lanes::multiply_add(product, value, second[c]);
    }
  }
#pragma GCC unroll 8
  for (int c = 0; c < kWide; ++c) {
    lanes::store(first[c], to.first_moment + column + c * kLanes);
    lanes::store(second[c], to.second_moment + column + c * kLanes);
  }
}

void add_moments(const Stretch& stretch, const Members& kept, Weighing& to) {
  constexpr int kWide = 6;
  int column = 0;
  for (; column + kWide * kLanes <= stretch.columns; column += kWide * kLanes) {
    add_columns<kWide>(stretch, kept, column, to);
  }
  for (; column < stretch.columns; column += kLanes) add_columns<1>(stretch, kept, column, to);
}

/// The last lanes of a stretch are none.
[[gnu::always_inline]] inline Lanes load_some(const float* from, int n) {
  if (n >= kLanes) return lanes::load(from);
  alignas(64) float numbers[kLanes];
  for (int i = 0; i < kLanes; ++i) numbers[i] = i < n ? from[i] : kNone;
  return lanes::load(numbers);
}

[[gnu::always_inline]] inline float largest_of(const float* scores, int n) {
  Lanes largest(kNone);
  for (int i = 0; i < n; i += kLanes) largest = larger(largest, load_some(scores + i, n - i));
  return lanes::largest_of(largest);
}

/// Everything so far becomes relative to another largest score, its first place in the stretch.
inline void begin_from(float largest, float score, const Stretch& stretch, Weighing& to) {
  const double scale = __builtin_exp(static_cast<double>(to.largest) - largest);
  to.sum *= scale;
  to.squares *= scale * scale;
  to.kept *= scale;
  for (int c = 0; c < stretch.columns; ++c) {
    to.first_moment[c] *= static_cast<float>(scale);
    to.second_moment[c] *= static_cast<float>(scale);
  }
  to.largest = largest;
  int place = 0;
  while (stretch.scores[place] != score) ++place;
  to.top = stretch.first + place;
}

/// The members whose log_rho is at least `least`, with log_rho - largest.
[[gnu::always_inline]] inline void list_near(const Stretch& stretch, float inverse_temperature,
                                             float least, const Weighing& so_far, Members& near) {
  const Lanes inverse(inverse_temperature), shift(so_far.largest);
  for (int i = 0; i < stretch.n; i += kLanes) {
    const Lanes log_weight = inverse * load_some(stretch.scores + i, stretch.n - i) - shift;
    near.add(log_weight, i, at_least(log_weight, least));
  }
  near.end_with(kNone);
}

/// Their weights, of which none is above one, and those that count in the moments.
[[gnu::always_inline]] inline void add_weights(const Members& near, float least, Members& kept,
                                               Weighing& to) {
  Lanes sum(0.0), squares(0.0), kept_sum(0.0);
  for (int i = 0; i < near.n; i += kLanes) {
    const Lanes log_weight = lanes::load(near.numbers + i);
    const Lanes weight = lanes::exponential(log_weight);
    sum = sum + weight;
    squares = lanes::multiply_add(weight, weight, squares);
    kept.add(weight, near, i, at_least(log_weight, least));
  }
  kept.end_with(0);
  for (int i = 0; i < kept.n; i += kLanes) kept_sum = kept_sum + lanes::load(kept.numbers + i);
  to.sum += static_cast<double>(lanes::sum_of(sum));
  to.squares += static_cast<double>(lanes::sum_of(squares));
  to.kept += static_cast<double>(lanes::sum_of(kept_sum));
}

void weigh(const Stretch& stretch, float inverse_temperature, const Reach& reach, Weighing& to) {
  const lanes::WithoutSubnormals mode;
  const float score = largest_of(stretch.scores, stretch.n);
  const float largest = inverse_temperature * score;
  if (largest > to.largest) begin_from(largest, score, stretch, to);
  // This stretch's largest weight belongs to the sum, which only grows.
  const double beside = static_cast<double>(largest) - static_cast<double>(to.largest);
  const auto log_sum = static_cast<float>(__builtin_log(to.sum + __builtin_exp(beside)));
  const bool counts = beside >= static_cast<double>(log_sum - reach.sum);  // not where it is NaN
  if (!counts || !(log_sum > kNone)) return;
  Members near, kept;
  list_near(stretch, inverse_temperature, log_sum - reach.sum, to, near);
  add_weights(near, log_sum - reach.moment, kept, to);
  if (kept.n > 0) add_moments(stretch, kept, to);
}

#define LAGOON_TEXT(name) #name
#define LAGOON_NAME(name) LAGOON_TEXT(name)
#if defined(__FP_FAST_FMAF)
constexpr bool kIsFused = true;
#else
constexpr bool kIsFused = false;
#endif

}  // namespace

constinit const Kernel kKernel = {LAGOON_NAME(LAGOON_ISA), kIsFused, weigh};

}  // namespace lagoon::contrastive::amortised::LAGOON_ISA
