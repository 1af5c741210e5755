#pragma once

#include <cstdint>
#include <vector>

#include "contrastive/embeddings.hpp"

namespace lagoon::contrastive {

/// The law of the cosine t of two independent uniform directions of the sphere S^{d-1}:
/// (1 + t) / 2 ~ Beta((d - 1) / 2, (d - 1) / 2), tabulated over the angle. d >= 2.
class CosineLaw {
 public:
  /// Throws Error for d < 2.
  explicit CosineLaw(std::int64_t dim);

  /// P(cosine <= t), within 1e-6; t is clamped to [-1, 1].
  double cdf(double t) const;

 private:
  std::vector<double> table_;  // P(angle >= place) at equal steps of the angle, as 1 / sqrt(d)
};

/// log E exp(k t) of that cosine, log 0F1(; d/2; k^2/4), for any k: the normaliser of a cosine
/// critic of scale k whose other side is uniform.
double log_mean_exp_on_sphere(std::int64_t dim, double k);

/// KL(von Mises-Fisher of concentration k || uniform) on S^{d-1}, in nats:
/// k A(k) - log E exp(k t), A = d/dk log E exp(k t) the mean cosine with the centre.
double divergence_of_von_mises_fisher(std::int64_t dim, double k);

/// log of the share of S^{d-1} within an angle of a point, in [0, pi]; -infinity for angle 0.
double log_cap_share(std::int64_t dim, double angle);

/// n independent uniform directions; row i is a function of (seed, i).
Embeddings draw_directions(std::int64_t n, std::int64_t dim, std::uint64_t seed);

}  // namespace lagoon::contrastive
