#pragma once

#include "contrastive/encoders/fused/numbers.hpp"

// Included by kernel.cpp alone, once per instruction set: attention of one head.
namespace lagoon::contrastive::fused::LAGOON_ISA {

/// Products are summed up in registers for kRows rows and kPanels times 16 columns at a time.
inline constexpr int kRows = 6;
#if defined(__AVX512F__)
inline constexpr int kPanels = 2;
#else
inline constexpr int kPanels = 1;
#endif

/// Queries whose scores are held at a time.
inline constexpr int kQueries = 24;

/// A matrix (row, k) of a product: its number is at row * by_row + k * by_step.
struct Left {
  const float* numbers;
  std::ptrdiff_t by_row, by_step;
};

/// A row-major matrix.
struct Matrix {
  float* numbers;
  std::ptrdiff_t stride;
};

template <bool kAdds, int kWide>
[[gnu::always_inline]] inline void product_block(const Left& a, const float* b,
                                                 std::ptrdiff_t b_stride, int n, float* to,
                                                 std::ptrdiff_t to_stride) {
  constexpr int kParts = kWide * lanes::kParts;
  lanes::Vector sums[kRows][kParts] = {};
  for (int k = 0; k < n; ++k) {
    lanes::Vector right[kParts];
    for (int c = 0; c < kParts; ++c) {
      right[c] = lanes::load_vector(b + k * b_stride + c * lanes::kVectorLanes);
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const lanes::Vector left = a.numbers[r * a.by_row + k * a.by_step] - lanes::Vector{};
#pragma GCC unroll 4
      for (int c = 0; c < kParts; ++c) {
        sums[r][c] = flow::LAGOON_ISA::fmadd(left, right[c], sums[r][c]);
      }
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int c = 0; c < kParts; ++c) {
      float* const at = to + r * to_stride + c * lanes::kVectorLanes;
      lanes::store_vector(kAdds ? lanes::load_vector(at) + sums[r][c] : sums[r][c], at);
    }
  }
}

/// to <- A B, or to += A B, of n_rows (up to whole kRows) and n_columns (a multiple of 16).
template <bool kAdds>
inline void product(const Left& a, int n_rows, const Matrix& b, int n, int n_columns,
                    const Matrix& to) {
  for (int row = 0; row < n_rows; row += kRows) {
    const Left rows = {a.numbers + row * a.by_row, a.by_row, a.by_step};
    float* const out = to.numbers + row * to.stride;
    int c = 0;
    for (; c + kPanels * kLanes <= n_columns; c += kPanels * kLanes) {
      product_block<kAdds, kPanels>(rows, b.numbers + c, b.stride, n, out + c, to.stride);
    }
    for (; c < n_columns; c += kLanes) {
      product_block<kAdds, 1>(rows, b.numbers + c, b.stride, n, out + c, to.stride);
    }
  }
}

/// Sizes of a head's matrices, padded with zeros, and where they lie in the scratch memory; nowhere
/// yet, if that is null.
struct Workplace {
  int tokens, size;          ///< padded to whole lanes
  std::size_t n_floats = 0;  ///< of all matrices
  Matrix key, value, key_by_size, value_by_size, by_key, by_value;
  Matrix query, scores, by_out, by_scores, out;

  [[gnu::always_inline]] Workplace(const HeadShape& shape, float* scratch)
      : tokens(simd::whole_lanes(shape.n_tokens)), size(simd::whole_lanes(shape.size)) {
    const auto take = [&](int n_rows, int n_columns) {
      float* const begin = scratch == nullptr ? nullptr : scratch + n_floats;
      n_floats += static_cast<std::size_t>(n_rows + kRows) * static_cast<std::size_t>(n_columns);
      return Matrix{begin, n_columns};
    };
    key_by_size = take(size, tokens);
    value = take(tokens, size);
    query = take(kQueries, size);
    scores = take(kQueries, tokens);
    out = take(kQueries, size);
    key = take(tokens, size);
    value_by_size = take(size, tokens);
    by_key = take(tokens, size);
    by_value = take(tokens, size);
    by_out = take(kQueries, size);
    by_scores = take(kQueries, tokens);
  }
};

inline std::size_t head_scratch(const HeadShape& shape) {
  return Workplace(shape, nullptr).n_floats;
}

/// Tokens first, ..., first + n - 1 times a factor, padded with zeros to n_padded.
template <class Number>
inline void take_tokens(const Number* from, std::ptrdiff_t stride, int n, int size, float factor,
                        int n_padded, const Matrix& to) {
  for (int i = 0; i < n_padded; ++i) {
    float* const row = to.numbers + i * to.stride;
    const int filled = i < n ? size : 0;
    for (int d = 0; d < filled; ++d) row[d] = factor * widened(from[i * stride + d]);
    for (int d = filled; d < to.stride; ++d) row[d] = 0;
  }
}

/// The same by rows of one place of all tokens.
inline void turn(const Matrix& from, int n_tokens, int size, const Matrix& to) {
  for (int d = 0; d < size; ++d) {
    float* const row = to.numbers + d * to.stride;
    for (int i = 0; i < n_tokens; ++i) row[i] = from.numbers[i * from.stride + d];
  }
}

template <class Number>
inline void give_tokens(const Matrix& from, int n, int size, float factor, Number* to,
                        std::ptrdiff_t stride) {
  for (int i = 0; i < n; ++i) {
    for (int d = 0; d < size; ++d) {
      round_to(factor * from.numbers[i * from.stride + d], to[i * stride + d]);
    }
  }
}

/// Keys that any of the queries up to `end` sees, in whole lanes.
[[gnu::always_inline]] inline int seen_keys(const HeadShape& shape, int end) {
  return simd::whole_lanes(shape.causal && end < shape.n_tokens ? end : shape.n_tokens);
}

[[gnu::always_inline]] inline int keys_of(const HeadShape& shape, int query) {
  return shape.causal ? query + 1 : shape.n_tokens;
}

/// A score that is not seen: its exponential is zero.
inline constexpr float kUnseen = -1e30F;

[[gnu::always_inline]] inline void hide(float* scores, int from, int to) {
  for (int j = from; j < to; ++j) scores[j] = kUnseen;
}

/// exp(score - largest) in place; the sum of them.
[[gnu::always_inline]] inline float exponentials(float* scores, int n, float largest) {
  Lanes sum(0.0);
  const Lanes shift(largest);
  for (int j = 0; j < n; j += kLanes) {
    const Lanes weight = lanes::exponential(lanes::load(scores + j) - shift);
    lanes::store(weight, scores + j);
    sum = sum + weight;
  }
  return lanes::sum_of(sum);
}

[[gnu::always_inline]] inline float largest_score(const float* scores, int n) {
  Lanes largest = lanes::load(scores);
  for (int j = kLanes; j < n; j += kLanes) largest = larger(largest, lanes::load(scores + j));
  return lanes::largest_of(largest);
}

[[gnu::always_inline]] inline void fill_zeros(float* numbers, std::ptrdiff_t n) {
  for (std::ptrdiff_t i = 0; i < n; ++i) numbers[i] = 0;
}

[[gnu::always_inline]] inline float scale_of(const HeadShape& shape) {
  return 1 / __builtin_sqrtf(static_cast<float>(shape.size));
}

/// The scores of queries first, ..., first + n - 1 with all keys that they see.
template <class Number>
inline int fill_scores(const HeadShape& shape, const Head<const Number>& head, int first, int n,
                       const Workplace& at) {
  take_tokens(head.query + first * shape.stride, shape.stride, n, shape.size, scale_of(shape),
              simd::rounded_up(n, kRows), at.query);
  const int seen = seen_keys(shape, first + n);
  product<false>({at.query.numbers, at.query.stride, 1}, n, at.key_by_size, at.size, seen,
                 at.scores);
  return seen;
}

template <class Number>
void attention(const HeadShape& shape, const Head<const Number>& head, Number* out,
               float* statistics, float* scratch) {
  const Workplace at(shape, scratch);
  take_tokens(head.key, shape.stride, shape.n_tokens, shape.size, 1, at.tokens, at.value);
  turn(at.value, at.tokens, at.size, at.key_by_size);
  take_tokens(head.value, shape.stride, shape.n_tokens, shape.size, 1, at.tokens, at.value);
  for (int first = shape.first_query; first < shape.n_tokens; first += kQueries) {
    const int n = first + kQueries < shape.n_tokens ? kQueries : shape.n_tokens - first;
    const int seen = fill_scores(shape, head, first, n, at);
    const int row = first - shape.first_query;
    for (int i = 0; i < n; ++i) {
      float* const scores = at.scores.numbers + i * at.scores.stride;
      hide(scores, keys_of(shape, first + i), seen);
      const float largest = largest_score(scores, seen);
      const float inverse = 1 / exponentials(scores, seen, largest);
      for (int j = 0; j < seen; j += kLanes) {
        lanes::store(lanes::load(scores + j) * Lanes(inverse), scores + j);
      }
      statistics[2 * (row + i)] = largest;
      statistics[2 * (row + i) + 1] = inverse;
    }
    product<false>({at.scores.numbers, at.scores.stride, 1}, n, at.value, seen, at.size, at.out);
    give_tokens(at.out, n, shape.size, 1, out + row * shape.out_stride, shape.out_stride);
  }
}

/// Products take whole kRows keys: beyond those that are seen there are later ones, or nothing.
[[gnu::always_inline]] inline void clear_unseen(const Matrix& scores, int n, int seen) {
  const int end = simd::rounded_up(seen, kRows);
  if (seen == scores.stride) return;
  for (int i = 0; i < n; ++i) fill_zeros(scores.numbers + i * scores.stride + seen, end - seen);
}

/// Weights from scores, in place, and by_scores from the gradients by them.
[[gnu::always_inline]] inline void score_gradients(float* scores, float* by_scores, int seen,
                                                   const float* statistics, float mean) {
  exponentials(scores, seen, statistics[0]);
  for (int j = 0; j < seen; j += kLanes) {
    const Lanes weight = lanes::load(scores + j) * Lanes(statistics[1]);
    lanes::store(weight, scores + j);
    lanes::store(weight * (lanes::load(by_scores + j) - Lanes(mean)), by_scores + j);
  }
}

template <class Number>
[[gnu::always_inline]] inline float dot(const Number* a, const float* b, int n) {
  float sum = 0;
  for (int d = 0; d < n; ++d) sum += widened(a[d]) * b[d];
  return sum;
}

template <class Number>
void attention_gradient(const HeadShape& shape, const Head<const Number>& head, const Number* out,
                        const Number* by_out, const float* statistics,
                        const Head<Number>& gradients, float* scratch) {
  const Workplace at(shape, scratch);
  take_tokens(head.key, shape.stride, shape.n_tokens, shape.size, 1, at.tokens, at.key);
  take_tokens(head.value, shape.stride, shape.n_tokens, shape.size, 1, at.tokens, at.value);
  turn(at.key, at.tokens, at.size, at.key_by_size);
  turn(at.value, at.tokens, at.size, at.value_by_size);
  fill_zeros(at.by_key.numbers, (at.tokens + kRows) * at.by_key.stride);
  fill_zeros(at.by_value.numbers, (at.tokens + kRows) * at.by_value.stride);
  for (int first = shape.first_query; first < shape.n_tokens; first += kQueries) {
    const int n = first + kQueries < shape.n_tokens ? kQueries : shape.n_tokens - first;
    const int seen = fill_scores(shape, head, first, n, at);
    const int row = first - shape.first_query;
    take_tokens(by_out + row * shape.out_stride, shape.out_stride, n, shape.size, 1,
                simd::rounded_up(n, kRows), at.by_out);
    product<false>({at.by_out.numbers, at.by_out.stride, 1}, n, at.value_by_size, at.size, seen,
                   at.by_scores);
    for (int i = 0; i < n; ++i) {
      float* const scores = at.scores.numbers + i * at.scores.stride;
      hide(scores, keys_of(shape, first + i), seen);
      const float mean = dot(out + (row + i) * shape.out_stride,
                             at.by_out.numbers + i * at.by_out.stride, shape.size);
      score_gradients(scores, at.by_scores.numbers + i * at.by_scores.stride, seen,
                      statistics + 2 * (row + i), mean);
    }
    clear_unseen(at.scores, n, seen);
    clear_unseen(at.by_scores, n, seen);
    const Left weights = {at.scores.numbers, 1, at.scores.stride};
    const Left by_scores = {at.by_scores.numbers, 1, at.by_scores.stride};
    product<true>(weights, seen, at.by_out, n, at.size, at.by_value);
    product<true>(by_scores, seen, at.query, n, at.size, at.by_key);
    product<false>({at.by_scores.numbers, at.by_scores.stride, 1}, n, at.key, seen, at.size,
                   at.out);
    give_tokens(at.out, n, shape.size, scale_of(shape), gradients.query + first * shape.stride,
                shape.stride);
  }
  give_tokens(at.by_key, shape.n_tokens, shape.size, 1, gradients.key, shape.stride);
  give_tokens(at.by_value, shape.n_tokens, shape.size, 1, gradients.value, shape.stride);
}

}  // namespace lagoon::contrastive::fused::LAGOON_ISA
