// Compiled once per instruction set: LAGOON_ISA names the namespace.
#include "contrastive/inference/amortised/kernel.hpp"

#include "contrastive/inference/amortised/kept_members.hpp"
#include "contrastive/inference/amortised/projected_positions.hpp"
#include "contrastive/inference/amortised/rounded_products.hpp"

namespace lagoon::contrastive::amortised::LAGOON_ISA {
namespace {

static_assert(kPanel % kLanes == 0);

[[gnu::always_inline]] inline void add_to(std::array<float, kLanes>& sums, const Lanes& some) {
  lanes::store(lanes::load(sums.data()) + some, sums.data());
}

/// What the lanes hold goes where sums are in double precision.
[[gnu::always_inline]] inline void move_to(double& sum, std::array<float, kLanes>& lanes_of_it) {
  sum += static_cast<double>(lanes::sum_of(lanes::load(lanes_of_it.data())));
  lanes_of_it.fill(0);
}

void finish(Weighing& query) {
  move_to(query.sum, query.sums);
  move_to(query.squares, query.sums_of_squares);
  move_to(query.kept, query.sums_kept);
}

/// Thresholds by the sum so far.
void set_thresholds(const Reach& reach, Weighing& query) {
  finish(query);
  const auto log_sum = static_cast<float>(__builtin_log(query.sum));
  query.least = log_sum - reach.sum - query.doubt;
  query.light = static_cast<float>(reach.light * query.sum);
  query.least_share = log_sum + query.log_doubtful;
}

/// Everything so far becomes relative to exp of another shift.
void shift_to(float shift, const Panel& panel, const Reach& reach, Weighing& query) {
  finish(query);
  const double scale = __builtin_exp(static_cast<double>(query.shift) - shift);
  query.sum *= scale;
  query.squares *= scale * scale;
  query.kept *= scale;
  for (int c = 0; c < panel.columns; ++c) {
    query.first_moment[c] *= static_cast<float>(scale);
    query.second_moment[c] *= static_cast<float>(scale);
  }
  query.shift = shift;
  set_thresholds(reach, query);
}

/// log_rho - shift of a panel's members.
struct LogWeights {
  alignas(64) float numbers[kPanel];
};

/// Where the largest is above shift by more than this, shift becomes it: weights stay numbers.
constexpr float kHighest = 16;

/// By rounded scores; the largest in each lane.
[[gnu::always_inline]] inline Lanes fill(const std::int32_t* products, const Panel& panel,
                                         const Weighing& query, LogWeights& to) {
  const Lanes scale(query.scale), shift(-query.shift);
  Lanes largest(kNone);
  for (int i = 0; i < kPanel; i += kLanes) {
    const Lanes log_weight = lanes::multiply_add(load_products(products + i), scale, shift);
    largest = larger(log_weight, largest);
    lanes::store(log_weight, to.numbers + i);
  }
  if (panel.n_used == kPanel) return largest;
  for (int i = panel.n_used; i < kPanel; ++i) to.numbers[i] = kNone;
  largest = Lanes(kNone);
  for (int i = 0; i < kPanel; i += kLanes) largest = larger(lanes::load(to.numbers + i), largest);
  return largest;
}

/// log_rho - shift of a member in double precision, which may be the largest.
float exact_log_weight(const Panel& panel, int place, Weighing& query) {
  const float* const member = panel.exact + std::int64_t{place} * panel.dim;
  const double score = query.inverse_temperature * exact_product(query.exact, member, panel.dim);
  if (score > query.largest) {
    query.largest = score;
    query.top = panel.first + place;
  }
  return static_cast<float>(score - query.centre - static_cast<double>(query.shift));
}

/// The exact ones of members of large weight and of those that may be the likeliest; the largest.
[[gnu::always_inline]] inline float score_exactly(const Panel& panel, Weighing& query,
                                                  LogWeights& log_weights) {
  const double near_top = query.largest - query.centre - static_cast<double>(query.shift) -
                          static_cast<double>(query.doubt);
  const auto least = static_cast<float>(
      near_top < static_cast<double>(query.least_share) ? near_top : query.least_share);
  float largest = kNone;
  for (int i = 0; i < kPanel; i += kLanes) {
    unsigned mask = at_least(lanes::load(log_weights.numbers + i), least);
    for (; mask != 0; mask &= mask - 1) {
      const int place = i + __builtin_ctz(mask);
      if (place >= panel.n_used) break;
      const float exact = exact_log_weight(panel, place, query);
      log_weights.numbers[place] = exact;
      largest = largest < exact ? exact : largest;
    }
  }
  return largest;
}

/// For each place of a panel a number between 0 and 1: spread evenly over every few neighbours, and
/// over the panels at a place (steps of the golden section).
struct EvenNumbers {
  alignas(64) float numbers[kPanel];

  explicit EvenNumbers(std::int64_t panel) {
    const double turned = static_cast<double>(panel + 1) * 0.6180339887498949;
    for (unsigned i = 0; i < kPanel; ++i) {
      unsigned reversed = 0;
      for (unsigned bit = 1; bit < kPanel; bit *= 2) reversed = 2 * reversed + ((i & bit) != 0);
      const double number = turned + static_cast<double>(reversed) / kPanel;
      numbers[i] = static_cast<float>(number - __builtin_floor(number));
    }
  }
};

/// The weights, and those that count in the moments: of light ones so few, with the least weight
/// that is not light, that they stand for all.
[[gnu::always_inline]] inline void add_weights(const LogWeights& log_weights,
                                               const EvenNumbers& even, Members& kept,
                                               Weighing& query) {
  const Lanes light(query.light);
  Lanes sum(0.0), squares(0.0), sum_kept(0.0);
  int n = 0;
#pragma GCC unroll 4
  for (int i = 0; i < kPanel; i += kLanes) {
    const Lanes weight = lanes::exponential(lanes::load(log_weights.numbers + i));
    sum = sum + weight;
    squares = lanes::multiply_add(weight, weight, squares);
    const Lanes beside = lanes::load(even.numbers + i) * light - weight;
    const Lanes counted = where_negative(beside, larger(weight, light));
    sum_kept = sum_kept + counted;
    n = kept.add(n, counted, i, ~at_least(beside, 0) & 0xFFFFU);
  }
  kept.n = n;
  add_to(query.sums, sum);
  add_to(query.sums_of_squares, squares);
  add_to(query.sums_kept, sum_kept);
}

/// Thresholds are set at every panel first, then at every eighth.
constexpr bool are_set_at(std::int64_t panel) {
  return panel < 8 || panel % 8 == 0;
}

void weigh_query(const std::int32_t* products, const Panel& panel, const EvenNumbers& even,
                 const Reach& reach, Weighing& query) {
  if (are_set_at(panel.first / kPanel)) set_thresholds(reach, query);
  LogWeights log_weights;
  Lanes largest = fill(products, panel, query, log_weights);
  if (at_least(largest, kHighest) != 0) {
    std::int32_t top = products[0];
    for (int i = 1; i < panel.n_used; ++i) top = top < products[i] ? products[i] : top;
    shift_to(query.scale * static_cast<float>(top), panel, reach, query);
    largest = fill(products, panel, query, log_weights);
  }
  if (at_least(largest, query.least) == 0) return;
  const float exact = score_exactly(panel, query, log_weights);
  if (exact >= kHighest) {
    const double before = query.shift;
    shift_to(query.shift + exact, panel, reach, query);
    const auto rise = static_cast<float>(query.shift - before);
    for (float& number : log_weights.numbers) number -= rise;
  }
  Members kept;
  add_weights(log_weights, even, kept, query);
  if (kept.n > 0) add_moments(panel, kept, query);
}

/// One of n parts of what follows at an address, as long as what stands there.
[[gnu::always_inline]] inline void fetch_next(const void* now, std::int64_t bytes, int part,
                                              int n) {
  constexpr std::int64_t kLine = 64;
  const char* const next = static_cast<const char*>(now) + bytes;
  for (std::int64_t at = part * kLine; at < bytes; at += n * kLine) __builtin_prefetch(next + at);
}

/// The next panel comes from memory while this one is at work.
[[gnu::always_inline]] inline void fetch_next(const Panel& panel, int part, int n) {
  fetch_next(panel.rounded, std::int64_t{kPanel} * panel.n_rounded * 2, part, n);
  fetch_next(panel.exact, std::int64_t{kPanel} * panel.dim * 4, part, n);
  fetch_next(panel.values, std::int64_t{kPanel} * panel.columns * 4, part, n);
}

/// Adds a panel to n queries.
template <class Add>
void weigh_by(const Panel& panel, const Reach& reach, Weighing* queries, int n) {
  const lanes::WithoutSubnormals mode;
  const EvenNumbers even(panel.first / kPanel);
  alignas(64) std::int32_t products[kTogether * kPanel];
  for (int first = 0; first < n; first += kTogether) {
    multiply_rounded<Add>(queries[first].rounded, panel, products);
    for (int i = 0; i < kTogether && first + i < n; ++i) {
      fetch_next(panel, first + i, n);
      weigh_query(products + i * kPanel, panel, even, reach, queries[first + i]);
    }
  }
}

void weigh(const Panel& panel, const Reach& reach, Weighing* queries, int n) {
#if defined(__AVX512F__)
  static const bool at_once = __builtin_cpu_supports("avx512vnni") != 0;
  if (at_once) return weigh_by<AddPairsAtOnce>(panel, reach, queries, n);
#endif
  weigh_by<AddPairs>(panel, reach, queries, n);
}

}  // namespace

constinit const Kernel kKernel = {flow::LAGOON_ISA::kSetName, flow::LAGOON_ISA::kIsFused, weigh,
                                  finish, project};

}  // namespace lagoon::contrastive::amortised::LAGOON_ISA
