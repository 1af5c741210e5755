#include "contrastive/encoders/choice/make_encoder.hpp"

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using MakeEncoder = std::shared_ptr<Encoder> (*)(const EncoderRequest& request);

MakeEncoder find_lagrangian(const std::string& name) {
#define LAGOON_LAGRANGIAN_ENCODER(encoder) \
  if (name == #encoder) return make_lagrangian_##encoder;
#define LAGOON_EULERIAN_ENCODER(encoder)
#include "contrastive/encoders/choice/encoders.def"
#undef LAGOON_LAGRANGIAN_ENCODER
#undef LAGOON_EULERIAN_ENCODER
  throw Error("lagrangian_encoder is '" + name + "', which there is not");
}

MakeEncoder find_eulerian(const std::string& name) {
#define LAGOON_LAGRANGIAN_ENCODER(encoder)
#define LAGOON_EULERIAN_ENCODER(encoder) \
  if (name == #encoder) return make_eulerian_##encoder;
#include "contrastive/encoders/choice/encoders.def"
#undef LAGOON_LAGRANGIAN_ENCODER
#undef LAGOON_EULERIAN_ENCODER
  throw Error("eulerian_encoder is '" + name + "', which there is not");
}

}  // namespace

std::shared_ptr<Encoder> make_lagrangian_encoder(const ModelOptions& options,
                                                 const TrajectoryFeatures& features,
                                                 std::int64_t n_out, WeightSource& weights) {
  return find_lagrangian(options.lagrangian_encoder)(
      {options, features.n_features(), features.sequence_length(), n_out, weights});
}

std::shared_ptr<Encoder> make_eulerian_encoder(const ModelOptions& options, std::int64_t n_features,
                                               std::int64_t n_out, WeightSource& weights) {
  return find_eulerian(options.eulerian_encoder)({options, n_features, 1, n_out, weights});
}

}  // namespace lagoon::contrastive
