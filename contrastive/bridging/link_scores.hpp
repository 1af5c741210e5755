#pragma once

#include <cstdint>

#include <torch/types.h>

#include "contrastive/bridging/critic.hpp"

namespace lagoon::contrastive {

/// Rows [first, first + count) in double precision, as the critic compares them: of unit length for
/// the cosine. Throws Error for a row that is not finite, or is 0 where a length is divided by.
torch::Tensor prepared_rows(const Embeddings& embeddings, std::int64_t first, std::int64_t count,
                            Critic critic);

/// (n_x, n_y) link scores of prepared rows.
torch::Tensor link_scores(const Link& link, const torch::Tensor& x, const torch::Tensor& y);

/// Throws Error unless x and y can be compared by the link.
void require_link(const Embeddings& x, const Embeddings& y, const Link& link);

}  // namespace lagoon::contrastive
