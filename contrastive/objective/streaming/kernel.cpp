// Compiled once per instruction set with LAGOON_ISA = base, avx2 or avx512
// (contrastive/CMakeLists.txt). No std container, no function that another object file shares: see
// flow/kernels/pack.hpp.
#include "contrastive/objective/streaming/kernel.hpp"

#include "contrastive/objective/streaming/products.hpp"

namespace lagoon::contrastive::streaming::LAGOON_ISA {
namespace {

using simd::whole_lanes;

constexpr float kNothing = -__builtin_inff();

/// One number for each row or column of a tile.
struct alignas(64) Line {
  float values[kTile];
};
struct alignas(64) Scores {
  float values[kTile * kTile];
};

/// log_rho, with -infinity where nothing counts; rows that are not in use stay as they are.
void fill_scores(const Tile& tile, Scores& scores) {
  float* const s = scores.values;
  fill_products(tile, s);
  for (int i = 0; i < tile.n_rows; ++i) {
    for (int j = tile.n_columns; j < whole_lanes(tile.n_columns); ++j) s[i * kTile + j] = kNothing;
  }
  for (int k = 0; k < tile.n_excluded; ++k) s[tile.excluded[k]] = kNothing;
}

/// Raises the maxima to those of the tile's rows and columns.
void raise_maxima(const Tile& tile, const Scores& scores, Line& of_rows, Line& of_columns) {
  const int end = whole_lanes(tile.n_columns);
  for (int i = 0; i < tile.n_rows; ++i) {
    const float* const s = scores.values + i * kTile;
    Lanes of_row = Lanes(kNothingYet);
    for (int j = 0; j < end; j += kLanes) {
      const Lanes x = load(s + j);
      of_row = larger(of_row, x);
      store(larger(load(of_columns.values + j), x), of_columns.values + j);
    }
    const float largest = largest_of(of_row);
    if (largest > of_rows.values[i]) of_rows.values[i] = largest;
  }
}

/// sum_j exp(s_ij - reference_i).
void sum_rows(const Tile& tile, const Scores& scores, const Line& reference, Line& sums) {
  const int end = whole_lanes(tile.n_columns);
  for (int i = 0; i < tile.n_rows; ++i) {
    const Lanes minus = Lanes(reference.values[i]);
    Lanes sum = Lanes(0.0);
    for (int j = 0; j < end; j += kLanes) {
      sum = sum + exponential(load(scores.values + i * kTile + j) - minus);
    }
    sums.values[i] = sum_of(sum);
  }
}

/// sum_i exp(s_ij - reference_j).
void sum_columns(const Tile& tile, const Scores& scores, const Line& reference, Line& sums) {
  for (int j = 0; j < whole_lanes(tile.n_columns); j += kLanes) {
    const Lanes minus = load(reference.values + j);
    Lanes sum = Lanes(0.0);
    for (int i = 0; i < tile.n_rows; ++i) {
      sum = sum + exponential(load(scores.values + i * kTile + j) - minus);
    }
    store(sum, sums.values + j);
  }
}

/// Both sums of exp(s_ij - reference).
void sum_both(const Tile& tile, const Scores& scores, float reference, Line& of_rows,
              Line& of_columns) {
  const int end = whole_lanes(tile.n_columns);
  const Lanes minus = Lanes(reference);
  for (int j = 0; j < end; j += kLanes) store(Lanes(0.0), of_columns.values + j);
  for (int i = 0; i < tile.n_rows; ++i) {
    Lanes of_row = Lanes(0.0);
    for (int j = 0; j < end; j += kLanes) {
      const Lanes x = exponential(load(scores.values + i * kTile + j) - minus);
      of_row = of_row + x;
      store(load(of_columns.values + j) + x, of_columns.values + j);
    }
    of_rows.values[i] = sum_of(of_row);
  }
}

/// exp(a_k - b_k).
void exponentials_of_differences(const float* a, const float* b, Line& result) {
  for (int k = 0; k < kTile; k += kLanes) {
    store(exponential(load(a + k) - load(b + k)), result.values + k);
  }
}

/// As far apart as the maxima of a tile's rows and columns may be for one exponential to serve
/// both: the terms that are lost are below exp(-47) of their sum's largest.
constexpr float kSharedRange = 40;

struct Range {
  float lowest = -kNothing;
  float highest = kNothing;

  void take(const float* values, int n) {
    for (int k = 0; k < n; ++k) {
      lowest = values[k] < lowest ? values[k] : lowest;
      highest = values[k] > highest ? values[k] : highest;
    }
  }
};

/// The range of the maxima of both, if it is narrow enough to share exponentials.
bool shares_exponentials(const Tile& tile, const float* of_rows, const float* of_columns,
                         float& reference) {
  Range range;
  range.take(of_rows, tile.n_rows);
  range.take(of_columns, tile.n_columns);
  reference = range.highest;
  return range.highest - range.lowest <= kSharedRange;
}

Line all(float value) {
  Line line;
  for (float& x : line.values) x = value;
  return line;
}

/// Adds sums of exp(x - reference) to the running sums, whose maxima become new ones.
void merge(const RunningSums& running, int n, const Line& maxima, const Line& sums,
           const Line& references) {
  Line old_factors, new_factors;
  exponentials_of_differences(running.maximum, maxima.values, old_factors);
  exponentials_of_differences(references.values, maxima.values, new_factors);
  for (int k = 0; k < n; ++k) {
    running.sum[k] =
        running.sum[k] * static_cast<double>(old_factors.values[k]) +
        static_cast<double>(sums.values[k]) * static_cast<double>(new_factors.values[k]);
    running.maximum[k] = maxima.values[k];
  }
}

Line maxima_so_far(const RunningSums& running) {
  Line line = all(kNothingYet);
  if (running.maximum != nullptr) __builtin_memcpy(line.values, running.maximum, sizeof line);
  return line;
}

void add_exps(const Tile& tile, const RunningSums& rows, const RunningSums& columns) {
  const WithoutSubnormals mode;
  Scores scores;
  fill_scores(tile, scores);
  Line row_maxima = maxima_so_far(rows), column_maxima = maxima_so_far(columns);
  raise_maxima(tile, scores, row_maxima, column_maxima);
  const bool both = rows.sum != nullptr && columns.sum != nullptr;
  Line row_sums = all(0), column_sums = all(0);
  float reference = 0;
  if (both && shares_exponentials(tile, row_maxima.values, column_maxima.values, reference)) {
    sum_both(tile, scores, reference, row_sums, column_sums);
    const Line references = all(reference);
    merge(rows, tile.n_rows, row_maxima, row_sums, references);
    merge(columns, tile.n_columns, column_maxima, column_sums, references);
    return;
  }
  if (rows.sum != nullptr) {
    sum_rows(tile, scores, row_maxima, row_sums);
    merge(rows, tile.n_rows, row_maxima, row_sums, row_maxima);
  }
  if (columns.sum != nullptr) {
    sum_columns(tile, scores, column_maxima, column_sums);
    merge(columns, tile.n_columns, column_maxima, column_sums, column_maxima);
  }
}

/// The rows up to the next whole block take part in products: as zeros.
void clear_spare_rows(const Tile& tile, Scores& scores) {
  for (int k = tile.n_rows * kTile; k < kTile * kTile; ++k) scores.values[k] = 0;
}

/// Scores to weights, one exponential for both directions.
void weigh_together(const Tile& tile, const ExpWeights& rows, const ExpWeights& columns,
                    float reference, Scores& scores) {
  const Line references = all(reference);
  Line of_rows, of_columns;
  exponentials_of_differences(references.values, rows.maximum, of_rows);
  exponentials_of_differences(references.values, columns.maximum, of_columns);
  const Lanes minus = Lanes(reference);
  for (int i = 0; i < tile.n_rows; ++i) {
    const Lanes of_row = Lanes(of_rows.values[i] * rows.weight[i]);
    for (int j = 0; j < whole_lanes(tile.n_columns); j += kLanes) {
      float* const at = scores.values + i * kTile + j;
      const Lanes of_column = load(of_columns.values + j) * load(columns.weight + j);
      store(exponential(load(at) - minus) * (of_row + of_column), at);
    }
  }
}

/// Scores to weights, each direction by itself; null: it has none.
void weigh_apart(const Tile& tile, const ExpWeights& rows, const ExpWeights& columns,
                 Scores& scores) {
  for (int i = 0; i < tile.n_rows; ++i) {
    for (int j = 0; j < whole_lanes(tile.n_columns); j += kLanes) {
      float* const at = scores.values + i * kTile + j;
      const Lanes x = load(at);
      Lanes sum = Lanes(0.0);
      if (rows.weight != nullptr) {
        sum = Lanes(rows.weight[i]) * exponential(x - Lanes(rows.maximum[i]));
      }
      if (columns.weight != nullptr) {
        sum = sum + load(columns.weight + j) * exponential(x - load(columns.maximum + j));
      }
      store(sum, at);
    }
  }
}

void add_exp_gradients(const Tile& tile, const ExpWeights& rows, const ExpWeights& columns,
                       const Gradients& gradients) {
  const WithoutSubnormals mode;
  Scores scores;
  fill_scores(tile, scores);
  float reference = 0;
  if (rows.weight != nullptr && columns.weight != nullptr &&
      shares_exponentials(tile, rows.maximum, columns.maximum, reference)) {
    weigh_together(tile, rows, columns, reference, scores);
  } else {
    weigh_apart(tile, rows, columns, scores);
  }
  clear_spare_rows(tile, scores);
  add_gradients(tile, scores.values, gradients);
}

[[gnu::always_inline]] inline Lanes minus_absolute(const Lanes& x) {
  return Lanes(0.0) - larger(x, Lanes(0.0) - x);
}

double softplus_sum(const Tile& tile, float bias) {
  const WithoutSubnormals mode;
  Scores scores;
  fill_scores(tile, scores);
  double total = 0;
  for (int i = 0; i < tile.n_rows; ++i) {
    Lanes sum = Lanes(0.0);
    for (int j = 0; j < whole_lanes(tile.n_columns); j += kLanes) {
      const Lanes x = load(scores.values + i * kTile + j) + Lanes(bias);
      sum = sum + (larger(Lanes(0.0), x) + log_one_plus(exponential(minus_absolute(x))));
    }
    total += static_cast<double>(sum_of(sum));
  }
  return total;
}

double add_softplus_gradients(const Tile& tile, float bias, float weight,
                              const Gradients& gradients) {
  const WithoutSubnormals mode;
  Scores scores;
  fill_scores(tile, scores);
  double total = 0;
  for (int i = 0; i < tile.n_rows; ++i) {
    Lanes sum = Lanes(0.0);
    for (int j = 0; j < whole_lanes(tile.n_columns); j += kLanes) {
      float* const at = scores.values + i * kTile + j;
      const Lanes x = load(at) + Lanes(bias);
      // exp(min(x, 0)) / (1 + exp(-|x|)) overflows nowhere.
      const Lanes below = Lanes(0.0) - larger(Lanes(0.0), Lanes(0.0) - x);
      const Lanes sigmoid = exponential(below) / (Lanes(1.0) + exponential(minus_absolute(x)));
      sum = sum + sigmoid;
      store(Lanes(weight) * sigmoid, at);
    }
    total += static_cast<double>(sum_of(sum));
  }
  clear_spare_rows(tile, scores);
  add_gradients(tile, scores.values, gradients);
  return total;
}

}  // namespace

constinit const Kernel kKernel = {flow::LAGOON_ISA::kSetName,
                                  flow::LAGOON_ISA::kIsFused,
                                  add_exps,
                                  add_exp_gradients,
                                  softplus_sum,
                                  add_softplus_gradients};

}  // namespace lagoon::contrastive::streaming::LAGOON_ISA
