#pragma once

#include <cstddef>
#include <utility>
#include <vector>

// Every loss once more, by loops over numbers: what the tensors of contrastive/objective must give.
namespace lagoon::contrastive::tests {

using Matrix = std::vector<std::vector<double>>;

struct WeightedPair {
  std::size_t row, column;
  double weight;
};

/// Matrices of log_rho: of the batch's u against its v, of its u against the v that normalise, and
/// of the u that normalise against its v. Without a second batch all three are the same.
struct ScoreTables {
  Matrix batch, rows, columns;
  std::vector<WeightedPair> pairs;
  std::vector<std::pair<std::size_t, std::size_t>> excluded;

  bool across() const;  ///< there is a second batch
  bool is_excluded(std::size_t row, std::size_t column) const;
  double total_weight() const;
};

double conditional_oracle(const ScoreTables& tables, double lambda_u, double lambda_v);
double joint_oracle(const ScoreTables& tables);
/// Positive pairs by their weight, all that are neither positive nor excluded as negatives.
double sigmoid_oracle(const ScoreTables& tables, double bias);

/// Kernels of one modality: between the samples of the pairs, from them to those that carry
/// weights, and between the latter.
struct KernelTables {
  Matrix batch, between, negatives;
};

/// Of u given v, lambda_u = 1. V- or U-statistic (for one true pair a row).
double mmd_of_u_oracle(const ScoreTables& tables, const KernelTables& u, bool u_statistic);
/// On the products in tables.rows alone (u of the batch, v that normalise).
double joint_mmd_oracle(const ScoreTables& tables, const KernelTables& u, const KernelTables& v,
                        bool u_statistic);

ScoreTables transposed(const ScoreTables& tables);

}  // namespace lagoon::contrastive::tests
