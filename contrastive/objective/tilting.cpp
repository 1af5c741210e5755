#include "contrastive/objective/tilting.hpp"

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

Factors quadratic_factors(const torch::Tensor& z_u, const torch::Tensor& z_v,
                          const torch::Tensor& inverse_temperature) {
  const auto n = static_cast<double>(z_u.size(0) + z_v.size(0));
  // A shift of both changes no distance, so no gradient flows through it.
  const torch::Tensor centre = ((z_u.detach().sum(0) + z_v.detach().sum(0)) / n);
  const torch::Tensor u = z_u - centre, v = z_v - centre;
  const torch::Tensor half_u = u.square().sum(1, true) / -2, half_v = v.square().sum(1, true) / -2;
  return {at::cat({u, half_u, at::ones_like(half_u)}, 1) * inverse_temperature,
          at::cat({v, at::ones_like(half_v), half_v}, 1)};
}

}  // namespace

Tilting parse_tilting(const std::string& name) {
  if (name == "cosine") return Tilting::cosine;
  if (name == "inner_product") return Tilting::inner_product;
  if (name == "quadratic") return Tilting::quadratic;
  throw Error("tilting is '" + name + "': give cosine, inner_product or quadratic");
}

Factors factors(Tilting tilting, const torch::Tensor& z_u, const torch::Tensor& z_v,
                const torch::Tensor& inverse_temperature) {
  // The temperature scales the smaller factor, not the (B_u, B_v) product.
  if (tilting == Tilting::quadratic) return quadratic_factors(z_u, z_v, inverse_temperature);
  if (tilting == Tilting::inner_product) return {z_u * inverse_temperature, z_v};
  return {unit_rows(z_u) * inverse_temperature, unit_rows(z_v)};
}

torch::Tensor log_rho(Tilting tilting, const torch::Tensor& z_u, const torch::Tensor& z_v,
                      const torch::Tensor& inverse_temperature) {
  constexpr std::int64_t kByDifferences = 2;
  if (tilting == Tilting::quadratic) {
    return at::cdist(z_u, z_v, 2, kByDifferences).square() * (inverse_temperature / -2);
  }
  const Factors f = factors(tilting, z_u, z_v, inverse_temperature);
  return at::mm(f.u, f.v.t());
}

torch::Tensor pair_log_rho(Tilting tilting, const torch::Tensor& z_u, const torch::Tensor& z_v,
                           const torch::Tensor& inverse_temperature) {
  if (tilting == Tilting::quadratic) {
    return (z_u - z_v).square().sum(1) * (inverse_temperature / -2);
  }
  const Factors f = factors(tilting, z_u, z_v, inverse_temperature);
  return (f.u * f.v).sum(1);
}

torch::Tensor unit_rows(const torch::Tensor& z) {
  constexpr double kSmallestLength = 1e-12;
  return z / z.norm(2, {-1}, /*keepdim=*/true).clamp_min(kSmallestLength);
}

}  // namespace lagoon::contrastive
