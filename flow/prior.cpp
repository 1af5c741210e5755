#include "flow/prior.hpp"

#include <cassert>
#include <numbers>

namespace lagoon::flow {

void draw_psi_hat(const Law& law, std::uint64_t seed, Purpose purpose, std::uint64_t sample,
                  std::span<std::complex<double>> psi_hat) {
  assert(psi_hat.size() == law.n_modes());
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    const auto [a, b] = normal_pair(seed, purpose, sample, static_cast<std::uint32_t>(m));
    const double scale = law.prior_std[m] / std::numbers::sqrt2;
    psi_hat[m] = {scale * a, scale * b};
  }
}

}  // namespace lagoon::flow
