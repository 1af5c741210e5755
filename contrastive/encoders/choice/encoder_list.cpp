#include "contrastive/encoders/choice/encoder_list.hpp"

namespace lagoon::contrastive {

std::vector<std::string> lagrangian_encoder_names() {
  return {
#define LAGOON_LAGRANGIAN_ENCODER(name) #name,
#define LAGOON_EULERIAN_ENCODER(name)
#include "contrastive/encoders/choice/encoders.def"
#undef LAGOON_LAGRANGIAN_ENCODER
#undef LAGOON_EULERIAN_ENCODER
  };
}

std::vector<std::string> eulerian_encoder_names() {
  return {
#define LAGOON_LAGRANGIAN_ENCODER(name)
#define LAGOON_EULERIAN_ENCODER(name) #name,
#include "contrastive/encoders/choice/encoders.def"
#undef LAGOON_LAGRANGIAN_ENCODER
#undef LAGOON_EULERIAN_ENCODER
  };
}

}  // namespace lagoon::contrastive
