#include "contrastive/encoders/mlp.hpp"

#include "contrastive/encoders/choice/make_encoder.hpp"

namespace lagoon::contrastive {

std::shared_ptr<Encoder> make_lagrangian_mlp(const EncoderRequest& request) {
  const ModelOptions& options = request.options;
  return std::make_shared<Mlp>(request.n_features, options.mlp_width, options.mlp_depth,
                               request.n_out, request.weights);
}

std::shared_ptr<Encoder> make_eulerian_mlp(const EncoderRequest& request) {
  return make_lagrangian_mlp(request);
}

}  // namespace lagoon::contrastive
