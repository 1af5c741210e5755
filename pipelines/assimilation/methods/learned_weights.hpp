#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "contrastive/inference/encoder_pair.hpp"
#include "pipelines/assimilation/methods/library.hpp"

// Compiled with LibTorch only.
namespace lagoon::pipelines {

/// What encoders say of one query: the members of the library that matter, by their weights
/// softmax(log_rho).
struct LearnedMembers {
  KeptMembers kept;
  Eigen::Index top = 0;       ///< the member of the largest log_rho
  double log_normaliser = 0;  ///< log sum exp(log_rho) over the whole library
};

/// A library drawn from the prior, embedded a block at a time, and its learned weights for every
/// query, computed when they are first asked for. Never is a row of scores as long as the library
/// held for more than the queries of one tile.
class LearnedWeights {
 public:
  /// Computes nothing yet.
  LearnedWeights(const MethodContext& context, contrastive::EncoderPair encoders);

  /// Weighs every member for every query, at the first call; says at each what that took.
  Method::Prepared compute();
  /// Those of a query, after compute().
  const LearnedMembers& of(std::size_t query) const { return learned_[query]; }

  /// log of the weights of any members: <z_u, z_v> / temperature - log normaliser.
  Eigen::VectorXd log_weights(std::size_t query, std::span<const Eigen::Index> members) const;

  /// The members' flows.
  FlowLibrary& library() { return *library_; }

 private:
  void embed_library();
  void weigh();

  const MethodRequest& request_;
  const Queries& queries_;
  std::shared_ptr<FlowLibrary> library_;
  contrastive::EncoderPair encoders_;
  contrastive::Embeddings members_, asked_;
  std::vector<LearnedMembers> learned_;
  Method::Prepared prepared_;
};

}  // namespace lagoon::pipelines
