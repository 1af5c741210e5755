#pragma once

#include "contrastive/diagnostics/rows.hpp"

namespace lagoon::contrastive {

/// Alignment (Wang and Isola 2020): the mean of |x_i - y_i|^2 over pairs of directions. 0: pairs
/// coincide; 2: they have nothing to do with each other. Throws Error unless both have the same
/// number of rows and coordinates.
Estimate alignment(const Embeddings& x, const Embeddings& y);

/// Uniformity (Wang and Isola 2020): log of the mean of exp(-2 |x_i - x_j|^2) over pairs of
/// distinct rows as directions. 0: all coincide; the sphere's is the least. The error is the
/// U-statistic's first term. n >= 3.
Estimate uniformity(const Embeddings& x);

/// Uniformity of the uniform law on S^{d-1}: -4 + log E exp(4 t); it falls to -4 for large d.
double uniformity_of_sphere(std::int64_t dim);

/// The length of the difference of the two means of directions (modality gap, Liang et al. 2022).
double modality_gap(const Embeddings& x, const Embeddings& y);

}  // namespace lagoon::contrastive
