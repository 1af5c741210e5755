#include "contrastive/objective/tilting.hpp"

namespace lagoon::contrastive {

torch::Tensor unit_rows(const torch::Tensor& z) {
  constexpr double kSmallestLength = 1e-12;
  return z / z.norm(2, {-1}, /*keepdim=*/true).clamp_min(kSmallestLength);
}

torch::Tensor cosine_log_rho(const torch::Tensor& z_u, const torch::Tensor& z_v,
                             const torch::Tensor& inverse_temperature) {
  // The temperature scales the smaller factor, not the (B_u, B_v) product.
  return at::mm(unit_rows(z_u) * inverse_temperature, unit_rows(z_v).t());
}

}  // namespace lagoon::contrastive
