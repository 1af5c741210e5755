#include "contrastive/diagnostics/contrast.hpp"

#include <cmath>
#include <string>

#include "contrastive/diagnostics/sphere_law.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {

Estimate alignment(const Embeddings& x, const Embeddings& y) {
  require(x.n == y.n && x.dim == y.dim && x.n > 0,
          "alignment is of pairs: give as many embeddings of either side, of one dimension");
  const Eigen::ArrayXd distances =
      (unit_rows(x) - unit_rows(y)).cast<double>().rowwise().squaredNorm().array();
  return mean_of(distances);
}

Estimate uniformity(const Embeddings& x) {
  require(x.n >= 3, std::to_string(x.n) + " embeddings are no cloud: give 3 or more");
  const RowMatrix rows = unit_rows(x);
  const auto others = static_cast<double>(x.n - 1);
  Eigen::ArrayXd mean_kernel(x.n);  // over the other rows
  for (Eigen::Index i = 0; i < x.n; ++i) {
    const auto cosines = (rows * rows.row(i).transpose()).cast<double>().array();
    mean_kernel[i] = ((4 * (cosines - 1)).exp().sum() - std::exp(4.0 * (cosines[i] - 1))) / others;
  }
  const Estimate mean = mean_of(mean_kernel);
  return {std::log(mean.value), 2 * mean.standard_error / mean.value};
}

double uniformity_of_sphere(std::int64_t dim) {
  return -4 + log_mean_exp_on_sphere(dim, 4);
}

double modality_gap(const Embeddings& x, const Embeddings& y) {
  require(x.dim == y.dim, "embeddings of different dimensions have no common mean");
  return (unit_rows(x).colwise().mean() - unit_rows(y).colwise().mean()).cast<double>().norm();
}

}  // namespace lagoon::contrastive
