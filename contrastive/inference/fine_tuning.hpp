#pragma once

#include <cstdint>
#include <span>

#include <Eigen/Core>

#include "contrastive/embeddings.hpp"
#include "contrastive/inference/classifier.hpp"

namespace lagoon::contrastive {

/// K labels as [BST] 4.2 fine-tunes them: scores of u are G^T g_u(u) / temperature + F.
struct LabelModel {
  Eigen::MatrixXd G;  ///< (E, K): column v stands for the embedding of label v
  Eigen::VectorXd F;  ///< (K): logarithm of the prior over the labels, up to a constant
  double temperature = 1;
};

/// The pretrained labels (K, E) under the uniform prior: columns of G are their embeddings, F = 0.
/// A row of zeros stands for a label that the encoder has never seen.
LabelModel zero_shot(const Embeddings& labels, double temperature);

/// The exponents of [BST] (33), whose normaliser is a sum over the K labels (the print: over the M
/// pairs). classify() of them is (35), corrected: argmax (the print: argmin) of
/// G^T g_u(u) / temperature + F (the print has no temperature).
LabelScores label_scores(const LabelModel& model, const Embeddings& queries);

/// Ridge, and when the search ends.
struct FineTuningOptions {
  /// Adds ridge / 2 times the squared norm of G / temperature to the loss. Without it there is no
  /// minimiser for labels that a hyperplane separates: the loss falls to its bound, and the search
  /// ends where the gradient is within its tolerance.
  double ridge = 0;
  /// On the norm of the gradient by weights of features that have unit second moments, so that it
  /// does not depend on the scale of the embeddings.
  double gradient_tolerance = 1e-6;
  int max_iterations = 1000;
};

/// What fine-tuning reached.
struct FineTuned {
  LabelModel model;
  double loss = 0;           ///< with the ridge's term
  double gradient_norm = 0;  ///< as the tolerance has it
  int iterations = 0;
  bool converged = false;
};

/// Fits (G, F) to pairs of an embedded query and a label in [0, K), the encoder of u frozen: [BST]
/// (34), corrected (expectations over all M pairs, where the print has the first K), in closed
/// terms the multinomial logistic regression of the labels on the embeddings. Convex; starts from
/// `start`, and in directions that the loss does not see (a vector added to every column of G, a
/// constant to F) stays there if ridge = 0. Deterministic, whatever the number of threads.
/// Throws Error for no pairs, other dimensions, a label outside [0, K), or embeddings that are not
/// finite.
FineTuned fine_tune(const LabelModel& start, const Embeddings& queries,
                    std::span<const std::int64_t> labels, const FineTuningOptions& options = {});

/// [BST] (34), corrected: the mean over pairs of -score(v) + log mean_k exp score(k), that is, the
/// cross-entropy of the labels minus log K: 0 for a model that tells nothing. Unless null,
/// `gradient` becomes (E + 1, K): by G / temperature, and by F in the last row.
double fine_tuning_loss(const LabelModel& model, const Embeddings& queries,
                        std::span<const std::int64_t> labels, Eigen::MatrixXd* gradient = nullptr);

}  // namespace lagoon::contrastive
