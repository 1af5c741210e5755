#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "contrastive/embeddings.hpp"

namespace lagoon::contrastive {

/// log rho(u_i, v) of every query u_i and label v, each row up to a constant of its own.
struct LabelScores {
  std::int64_t n = 0;
  std::int64_t n_labels = 0;
  std::vector<double> values;  ///< (query, label)

  /// The scores of query i.
  std::span<const double> row(std::int64_t i) const {
    return std::span(values).subspan(static_cast<std::size_t>(i * n_labels),
                                     static_cast<std::size_t>(n_labels));
  }
};

/// Adds log prior(v), so that classify() gives p(v|u) proportional to prior(v) rho(u, v) ([BST]
/// (31) for the uniform prior, (64)). The prior (label) need not sum to one; a label of prior zero
/// is never chosen. Throws Error unless it is finite, not negative, and positive somewhere.
LabelScores with_prior(LabelScores scores, std::span<const double> prior);

/// The share of each label (label), summing to one: the prior of a sample of labels. Throws Error
/// for no labels, or one outside [0, n_labels).
std::vector<double> label_shares(std::span<const std::int64_t> labels, std::int64_t n_labels);

/// log mean_i rho(u_i, v) of each label over reference queries u_i drawn from the prior of u. The
/// loss for u|v alone does not see a bias z_v + k_v of the label; with these subtracted, the
/// learned rho(.|v) has mean one under the reference, as [BST] (9a) asks of it, and
/// with_prior(recalibrated(...), pi) gives the labels' posterior.
std::vector<double> label_normalizers(const LabelScores& reference);

/// scores - normalizers (label).
LabelScores recalibrated(LabelScores scores, std::span<const double> normalizers);

/// What classify() says of each query.
struct Classification {
  std::vector<std::int64_t> labels;   ///< (query) the most likely label, the first of equals
  std::vector<double> probabilities;  ///< (query, label) softmax of the scores
};

/// [BST] Algorithm 2, corrected: probabilities are softmax(s_i / temperature), where the print has
/// softmax(s_i). `scores` hold the division already.
Classification classify(const LabelScores& scores);

/// The share of labels found that are true. Throws Error unless there are as many of both, and one.
double accuracy(std::span<const std::int64_t> found, std::span<const std::int64_t> truth);

}  // namespace lagoon::contrastive
