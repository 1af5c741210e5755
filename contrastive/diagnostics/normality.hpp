#pragma once

#include "contrastive/diagnostics/rows.hpp"

namespace lagoon::contrastive {

/// A statistic, and the chance of one at least as far out under normality.
struct NormalityTest {
  double statistic = 0;
  double p_value = 1;
};

/// Tests of multivariate normality of rows with unknown mean and covariance. They take memory and
/// time n^2: thin large sets. Both throw Error unless the rows span all coordinates, n > d.

/// Henze and Zirkler (1990), with the log-normal law of its statistic: consistent against every
/// other law. Throws Error too where coordinates are so many (some 27 for 1,000 rows) that this law
/// does not hold.
NormalityTest test_henze_zirkler(const Embeddings& rows);

/// Mardia (1970): third and fourth moments, which say how a law departs. Both p-values are those of
/// many rows, n well above d^2.
struct MardiaTest {
  NormalityTest skewness;  ///< n b_1 / 6, chi-squared with d (d + 1) (d + 2) / 6 degrees
  NormalityTest kurtosis;  ///< standardised, normal; negative: tails lighter than the normal's
};
MardiaTest test_mardia(const Embeddings& rows);

}  // namespace lagoon::contrastive
