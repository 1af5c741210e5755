#pragma once

#include <memory>

#include "contrastive/encoders/features.hpp"
#include "contrastive/encoders/layers.hpp"
#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// What an encoder is made from.
struct EncoderRequest {
  const ModelOptions& options;
  std::int64_t n_features;       ///< columns of what it sees
  std::int64_t sequence_length;  ///< times or components among them, of trajectories; else 1
  std::int64_t n_out;            ///< dimension of the embeddings
  WeightSource& weights;
};

/// The encoders that the options name, of trajectories seen through `features` and of coefficients
/// seen as n_features numbers, to dimension n_out. Throw Error for a name that there is not.
std::shared_ptr<Encoder> make_lagrangian_encoder(const ModelOptions& options,
                                                 const TrajectoryFeatures& features,
                                                 std::int64_t n_out, WeightSource& weights);
std::shared_ptr<Encoder> make_eulerian_encoder(const ModelOptions& options, std::int64_t n_features,
                                               std::int64_t n_out, WeightSource& weights);

/// make_lagrangian_mlp, make_eulerian_linear, ...: each encoder of encoders.def.
#define LAGOON_LAGRANGIAN_ENCODER(name) \
  std::shared_ptr<Encoder> make_lagrangian_##name(const EncoderRequest& request);
#define LAGOON_EULERIAN_ENCODER(name) \
  std::shared_ptr<Encoder> make_eulerian_##name(const EncoderRequest& request);
#include "contrastive/encoders/choice/encoders.def"
#undef LAGOON_LAGRANGIAN_ENCODER
#undef LAGOON_EULERIAN_ENCODER

}  // namespace lagoon::contrastive
