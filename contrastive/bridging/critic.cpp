#include "contrastive/bridging/critic.hpp"

#include <cmath>

#include "flow/error.hpp"

namespace lagoon::contrastive {

Critic parse_critic(const std::string& name) {
  for (const Critic critic : {Critic::cosine, Critic::dot, Critic::l2}) {
    if (name == to_string(critic)) return critic;
  }
  throw Error("critic " + name + ": is none (give cosine, dot or l2)");
}

double link_score(const Link& link, std::span<const float> x, std::span<const float> y) {
  if (link.critic == Critic::l2) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double difference = static_cast<double>(x[i]) - y[i];
      sum += difference * difference;
    }
    return -link.scale / 2 * sum;
  }
  const double product = link.scale * inner_product(x, y);
  if (link.critic == Critic::dot) return product;
  return product / std::sqrt(inner_product(x, x) * inner_product(y, y));
}

}  // namespace lagoon::contrastive
