#include "contrastive/objective/losses/loss_list.hpp"

#include <algorithm>

namespace lagoon::contrastive {
namespace {

struct LossLine {
  const char* name;
  unsigned traits;
};

#define LAGOON_LOSS(name, traits) {#name, traits},
constexpr LossLine kLosses[] = {
#include "contrastive/objective/losses/losses.def"
};
#undef LAGOON_LOSS

}  // namespace

std::vector<std::string> loss_names() {
  return losses_that_heed(0);
}

std::vector<std::string> losses_that_heed(unsigned traits) {
  std::vector<std::string> names;
  for (const LossLine& loss : kLosses) {
    if ((loss.traits & traits) == traits) names.emplace_back(loss.name);
  }
  return names;
}

bool heeds(const std::string& loss, unsigned traits) {
  return std::ranges::any_of(kLosses, [&](const LossLine& line) {
    return line.name == loss && (line.traits & traits) == traits;
  });
}

}  // namespace lagoon::contrastive
