#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "contrastive/inference/amortised/posterior_moments.hpp"
#include "contrastive/inference/encoder_pair.hpp"
#include "pipelines/assimilation/methods/library.hpp"

// Compiled with LibTorch only.
namespace lagoon::pipelines {

/// A library drawn from the prior, embedded a block at a time, and the weights softmax(log_rho)
/// that encoders give its members for every query. Never is a row of scores as long as the library
/// held for more than the queries of one tile.
class LearnedWeights {
 public:
  /// Computes nothing yet.
  LearnedWeights(const MethodContext& context, contrastive::EncoderPair encoders);

  /// Embeds, and weighs, when it is first asked for: normalisers, and mean and spread of the
  /// control vector.
  Method::Prepared compute();
  /// What is done of that for queries, once the library is embedded.
  void weigh();
  /// Mean and spread of the control vector by a query's weights, after weigh().
  const contrastive::PosteriorMoments& moments(std::size_t query) const { return moments_[query]; }

  /// The members that matter themselves, listed in another pass over the scores.
  Method::Prepared compute_kept();
  /// Those of a query, after compute_kept().
  const KeptMembers& kept(std::size_t query) const { return kept_[query]; }

  /// log of the weights of any members: <z_u, z_v> / temperature - log normaliser.
  Eigen::VectorXd log_weights(std::size_t query, std::span<const Eigen::Index> members) const;

  /// Noise of the observations that the encoders were trained with, the queries' or more.
  double trained_noise_std() const { return encoders_.law().observation_noise_std; }

  /// The members' flows.
  FlowLibrary& library() { return *library_; }
  const contrastive::RoundedLibrary& members() const { return members_; }
  const contrastive::MemberValues& controls() const { return controls_; }

 private:
  void embed_library();
  void list_kept();

  const MethodRequest& request_;
  const Queries& queries_;
  std::shared_ptr<FlowLibrary> library_;
  contrastive::EncoderPair encoders_;
  contrastive::RoundedLibrary members_;
  contrastive::Embeddings asked_;
  contrastive::MemberValues controls_;
  std::vector<contrastive::PosteriorMoments> moments_;
  std::vector<KeptMembers> kept_;
  Method::Prepared prepared_, listed_;
};

}  // namespace lagoon::pipelines
