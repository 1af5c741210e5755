#include "tests/contrastive/objective/oracles.hpp"

#include <algorithm>
#include <cmath>

namespace lagoon::contrastive::tests {
namespace {

Matrix transposed(const Matrix& matrix) {
  Matrix result(matrix[0].size(), std::vector<double>(matrix.size()));
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    for (std::size_t j = 0; j < matrix[i].size(); ++j) result[j][i] = matrix[i][j];
  }
  return result;
}

/// log of the mean over rows of exp, in one column of the matrix that normalises u given v.
double log_mean_of_column(const ScoreTables& tables, std::size_t column) {
  double sum = 0, n = 0;
  for (std::size_t i = 0; i < tables.columns.size(); ++i) {
    if (!tables.across() && tables.is_excluded(i, column)) continue;
    sum += std::exp(tables.columns[i][column]);
    n += 1;
  }
  return std::log(sum / n);
}

double u_given_v(const ScoreTables& tables) {
  double sum = 0;
  for (const auto& [row, column, weight] : tables.pairs) {
    sum -= weight * (tables.batch[row][column] - log_mean_of_column(tables, column));
  }
  return sum / tables.total_weight();
}

double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

bool is_positive(const ScoreTables& tables, std::size_t row, std::size_t column) {
  return std::any_of(tables.pairs.begin(), tables.pairs.end(), [&](const WeightedPair& pair) {
    return pair.row == row && pair.column == column;
  });
}

double product_sum_of_softplus(const Matrix& log_rho, double bias) {
  double sum = 0;
  for (const auto& row : log_rho) {
    for (const double x : row) sum += softplus(x + bias);
  }
  return sum;
}

}  // namespace

bool ScoreTables::across() const {
  return rows != batch || columns != batch;
}

bool ScoreTables::is_excluded(std::size_t row, std::size_t column) const {
  return std::find(excluded.begin(), excluded.end(), std::pair(row, column)) != excluded.end();
}

double ScoreTables::total_weight() const {
  double sum = 0;
  for (const WeightedPair& pair : pairs) sum += pair.weight;
  return sum;
}

ScoreTables transposed(const ScoreTables& tables) {
  ScoreTables result = {transposed(tables.batch), transposed(tables.columns),
                        transposed(tables.rows), tables.pairs, tables.excluded};
  for (auto& pair : result.pairs) std::swap(pair.row, pair.column);
  for (auto& [row, column] : result.excluded) std::swap(row, column);
  return result;
}

double conditional_oracle(const ScoreTables& tables, double lambda_u, double lambda_v) {
  return lambda_u / 2 * u_given_v(tables) + lambda_v / 2 * u_given_v(transposed(tables));
}

double joint_oracle(const ScoreTables& tables) {
  double truth = 0, sum = 0, n = 0;
  for (const auto& [row, column, weight] : tables.pairs)
    truth += weight * tables.batch[row][column];
  for (const Matrix* products : {&tables.rows, &tables.columns}) {
    for (std::size_t i = 0; i < products->size(); ++i) {
      for (std::size_t j = 0; j < (*products)[i].size(); ++j) {
        if (!tables.across() && tables.is_excluded(i, j)) continue;
        sum += std::exp((*products)[i][j]);
        n += 1;
      }
    }
  }
  return std::log(sum / n) - truth / tables.total_weight();
}

double sigmoid_oracle(const ScoreTables& tables, double bias) {
  double truth = 0, negatives = 0;
  for (const auto& [row, column, weight] : tables.pairs) {
    truth += weight * softplus(-tables.batch[row][column] - bias) / tables.total_weight();
  }
  if (tables.across()) {
    // As many negatives a positive as the second batch has rows, from both kinds of products.
    const double n = static_cast<double>(tables.batch.size());
    return truth + (product_sum_of_softplus(tables.rows, bias) / n +
                    product_sum_of_softplus(tables.columns, bias) / n) /
                       2;
  }
  for (std::size_t i = 0; i < tables.batch.size(); ++i) {
    for (std::size_t j = 0; j < tables.batch[i].size(); ++j) {
      if (tables.is_excluded(i, j) || is_positive(tables, i, j)) continue;
      negatives += softplus(tables.batch[i][j] + bias);
    }
  }
  return truth + negatives / static_cast<double>(tables.pairs.size());
}

double mmd_of_u_oracle(const ScoreTables& tables, const KernelTables& u, bool u_statistic) {
  const std::size_t n = tables.columns.size();
  double loss = 0;
  for (const auto& [row, column, weight] : tables.pairs) {
    const auto left_out = [&, c = column](std::size_t j) {
      if (tables.across()) return false;
      return tables.is_excluded(j, c) || (u_statistic && j == c);
    };
    double mass = 0, count = 0, cross = 0, quadratic = 0;
    for (std::size_t j = 0; j < n; ++j) {
      if (left_out(j)) continue;
      mass += std::exp(tables.columns[j][column]);
      count += 1;
    }
    const auto density = [&, c = column](std::size_t j) {
      return std::exp(tables.columns[j][c]) * count / mass;
    };
    for (std::size_t j = 0; j < n; ++j) {
      if (left_out(j)) continue;
      cross += u.between[row][j] * density(j) / count;
      for (std::size_t k = 0; k < n; ++k) {
        if (left_out(k) || (u_statistic && j == k)) continue;
        quadratic += u.negatives[j][k] * density(j) * density(k) /
                     (count * (u_statistic ? count - 1 : count));
      }
    }
    loss += weight * (quadratic / 2 - cross);
  }
  return loss / tables.total_weight();
}

double joint_mmd_oracle(const ScoreTables& tables, const KernelTables& u, const KernelTables& v,
                        bool u_statistic) {
  const Matrix& products = tables.rows;
  const std::size_t n_u = products.size(), n_v = products[0].size();
  const bool in_batch = !tables.across();
  const auto left_out = [&](std::size_t i, std::size_t j) {
    return in_batch && (tables.is_excluded(i, j) || (u_statistic && i == j));
  };
  double mass = 0, count = 0;
  for (std::size_t i = 0; i < n_u; ++i) {
    for (std::size_t j = 0; j < n_v; ++j) {
      if (left_out(i, j)) continue;
      mass += std::exp(products[i][j]);
      count += 1;
    }
  }
  const auto density = [&](std::size_t i, std::size_t j) {
    return std::exp(products[i][j]) * count / mass;
  };
  double quadratic = 0, n_quadratic = 0;
  for (std::size_t i = 0; i < n_u; ++i) {
    for (std::size_t j = 0; j < n_v; ++j) {
      for (std::size_t k = 0; k < n_u; ++k) {
        for (std::size_t l = 0; l < n_v; ++l) {
          if (left_out(i, j) || left_out(k, l)) continue;
          if (u_statistic && (i == k || j == l || (in_batch && (i == l || j == k)))) continue;
          quadratic += density(i, j) * density(k, l) * u.batch[i][k] * v.negatives[j][l];
          n_quadratic += 1;
        }
      }
    }
  }
  double cross = 0;
  for (const auto& [row, column, weight] : tables.pairs) {
    double sum = 0, n = 0;
    for (std::size_t i = 0; i < n_u; ++i) {
      for (std::size_t j = 0; j < n_v; ++j) {
        if (left_out(i, j) || (u_statistic && (i == row || (in_batch && j == column)))) continue;
        sum += density(i, j) * u.batch[row][i] * v.between[column][j];
        n += 1;
      }
    }
    cross += weight * sum / n;
  }
  return quadratic / n_quadratic - 2 * cross / tables.total_weight();
}

}  // namespace lagoon::contrastive::tests
