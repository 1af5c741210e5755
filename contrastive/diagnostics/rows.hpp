#pragma once

#include <cstdint>
#include <functional>

#include <Eigen/Core>

#include "contrastive/embeddings.hpp"

namespace lagoon::contrastive {

/// A number and how far chance moves it; a standard error of 0 says that none is known.
struct Estimate {
  double value = 0;
  double standard_error = 0;
};

/// Rows divided by their lengths, (n, E). Throws Error for a row of length 0 or not finite.
RowMatrix unit_rows(const Embeddings& embeddings);

/// At most n rows, evenly spread over all; in order.
Embeddings thin(const Embeddings& embeddings, std::int64_t n);

/// The statistic of all rows, and its standard error by the delete-a-group jackknife with ten
/// groups (row i in group i mod 10): smooth statistics of independent rows. n >= 20.
Estimate jackknife(const Embeddings& embeddings,
                   const std::function<double(const Embeddings&)>& statistic);

/// Mean of the values and its standard error.
Estimate mean_of(const Eigen::Ref<const Eigen::ArrayXd>& values);

}  // namespace lagoon::contrastive
