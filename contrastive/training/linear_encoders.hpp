#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <Eigen/Core>

#include "contrastive/options.hpp"
#include "contrastive/theory/linear_encoders.hpp"

namespace lagoon::contrastive {

/// Pairs (u_i, v_i) in the rows of u (N, n_u) and v (N, n_v).
struct PairRows {
  /// One sample a row.
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Rows u, v;
};

/// How linear encoders g_u(u) = G u, g_v(v) = H v are trained.
struct LinearFitOptions {
  std::string tilting = "inner_product";  ///< as parse_tilting() takes it
  ObjectiveOptions objective;
  int embedding_dim = 1;  ///< rows of G and H
  std::int64_t steps = 1000;
  double learning_rate = 3e-3;  ///< of Adam
  double decay_share = 0;    ///< the last share of the steps, in which the rate falls linearly to 0
  double average_share = 0;  ///< the last share of the steps whose iterates are averaged; 0: the
                             ///< last iterate alone
  double temperature = 1;    ///< at the start, or for ever
  bool learn_temperature = false;
  LinearEncoders fixed;    ///< if G is not empty: these encoders, which are not trained
  std::uint64_t seed = 0;  ///< initial weights
};

/// What training reached.
struct LinearFit {
  LinearEncoders encoders;  ///< the last iterate
  Tilt tilt;                ///< the mean over the averaged iterates; empty for the cosine
  double temperature = 1;   ///< the geometric mean over the same
  double loss = 0;          ///< of the batches, the mean over the same
};

/// The pairs of step 0, 1...: the same number of rows at each step.
using DrawPairs = std::function<PairRows(std::int64_t step)>;

/// Minimises the loss of batches by Adam. Initial weights are uniform in +-1/sqrt(n_u) and
/// +-1/sqrt(n_v), a function of the seed. The averages show the optimum below the noise of Adam's
/// steps; they are of the tilt because G and H are free up to a common map. Under negatives =
/// second_batch, step i takes pairs from draw(2 i) and the second batch from draw(2 i + 1). One
/// thread's work if set_threads(1): fits can run side by side. Throws Error for options that cannot
/// be.
LinearFit fit_linear_encoders(const LinearFitOptions& options, const DrawPairs& draw);

/// Batches of given pairs, which must outlive what is returned: each epoch goes once through an
/// order of its own, a function of the seed, in whole batches. Throws Error if there are fewer
/// pairs than a batch has.
DrawPairs epoch_batches(const PairRows& pairs, std::int64_t batch_size, std::uint64_t seed);

}  // namespace lagoon::contrastive
