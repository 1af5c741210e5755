#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "contrastive/embeddings.hpp"

namespace lagoon::contrastive {

/// How two embeddings are compared: <x, y> of unit lengths, <x, y>, or -1/2 |x - y|^2.
enum class Critic { cosine, dot, l2 };

/// Of "cosine", "dot" or "l2". Throws Error for another name.
Critic parse_critic(const std::string& name);

/// In the header, for options that are told without LibTorch.
inline std::string to_string(Critic critic) {
  switch (critic) {
    case Critic::cosine:
      return "cosine";
    case Critic::dot:
      return "dot";
    default:
      return "l2";
  }
}

/// What compares one pair of modalities: scale * critic(x, y), an estimate of
/// log p(x, y) / p(x) p(y) up to a constant. Each pair has a scale of its own, learned with its
/// encoders; an estimate that leaves it out is wrong ([CE], errata to Figure 2c).
struct Link {
  Critic critic = Critic::cosine;
  double scale = 1;
};

/// scale * critic(x, y), summed in order in double precision: what tiles must equal.
double link_score(const Link& link, std::span<const float> x, std::span<const float> y);

/// A score for each pair of a row and a column.
struct ScoreGrid {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<double> values;  ///< (rows, cols)

  /// The scores of row i, and that of row i and column j.
  std::span<const double> row(std::int64_t i) const {
    return {values.data() + i * cols, static_cast<std::size_t>(cols)};
  }
  double operator()(std::int64_t i, std::int64_t j) const { return values[i * cols + j]; }
};

/// (n_a, n_c): the link between embeddings of two modalities that nobody saw together; right as far
/// as their encoders share a space ([CE] section 4.1). Throws Error for dimensions that differ and
/// for what is not finite.
ScoreGrid direct_scores(const Embeddings& a, const Embeddings& c, const Link& link);

}  // namespace lagoon::contrastive
