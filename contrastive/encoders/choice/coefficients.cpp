#include "contrastive/encoders/choice/make_encoder.hpp"
#include "contrastive/encoders/coefficient_encoder.hpp"

namespace lagoon::contrastive {

std::shared_ptr<Encoder> make_eulerian_identity(const EncoderRequest&) {
  return std::make_shared<IdentityEncoder>();
}

std::shared_ptr<Encoder> make_eulerian_linear(const EncoderRequest& request) {
  return std::make_shared<LinearEncoder>(request.n_features, request.n_out, request.weights);
}

}  // namespace lagoon::contrastive
