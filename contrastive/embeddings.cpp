#include "contrastive/embeddings.hpp"

#include <bit>
#include <string>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// Without an early end, so that it takes many numbers at a time.
bool all_finite(std::span<const float> values) {
  constexpr std::uint32_t kExponent = 0x7f800000;
  bool has_others = false;
  for (const float value : values) {
    has_others |= (std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent;
  }
  return !has_others;
}

}  // namespace

void require_finite(const Embeddings& embeddings, const char* whose) {
  require(all_finite(embeddings.values),
          std::string("an embedding of ") + whose +
              " is not finite, so scores of a query are no numbers: train again, or embed again");
}

}  // namespace lagoon::contrastive
