#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "contrastive/bridging/critic.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon bridge embeddings A B C: embeddings of any models, a row each.
struct EmbeddingsOptions {
  std::vector<std::string> files;  ///< A, B, C, and B as C's model embeds it if that is another
  std::vector<std::string> names;  ///< datasets or tensors in them; none: each file's only matrix
  std::string critic_ab = "cosine", critic_bc = "cosine";
  double scale_ab = 1, scale_bc = 1;
  double scale_direct =
      0;  ///< of A and C, by the critic of A and B; 0: the geometric mean of the two
  std::int64_t samples = 0;     ///< bridge samples at most; 0: all
  std::int64_t stretch = 8192;  ///< bridge samples in memory
  bool grid = false;            ///< also write all scores
};

/// `chosen`: true if the options matter.
void declare_embeddings(OptionTable& table, EmbeddingsOptions& options,
                        const std::function<bool()>& chosen);

/// What scores the three pairs.
struct EmbeddingLinks {
  contrastive::Link ab, bc, direct;
};
EmbeddingLinks links_of(const EmbeddingsOptions& options);

}  // namespace lagoon::pipelines
