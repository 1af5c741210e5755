#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "contrastive/bridging/navigation/tiled_mlp.hpp"
#include "contrastive/embeddings.hpp"

namespace lagoon::contrastive {

/// The critic of both pairs is f(x, y) = -|x - y|^2 / 0.5, that is -scale / 2 |x - y|^2, and is not
/// learned.
inline constexpr double kMazeScale = 4;
inline constexpr int kMazeEmbedding = 8;

/// The encoders of [CE] 6.3: phi_A of a state and an action, phi_B of a state (shared by both
/// pairs), phi_C of a label. phi_A and phi_B have three hidden layers of 64, phi_C two of them
/// after a table of labels.
class MazeEncoders {
 public:
  /// Untrained: a function of (n_labels, seed). Throws Error for fewer than one label.
  MazeEncoders(int n_labels, std::uint64_t seed);
  /// With weights that were trained. Throws Error if they are not as many as there should be.
  MazeEncoders(int n_labels, std::vector<float> weights);

  int n_labels() const { return n_labels_; }
  const std::vector<float>& weights() const { return weights_; }
  /// What an optimiser changes in place.
  std::span<float> mutable_weights() { return weights_; }

  /// (row, column, sine, cosine) a row.
  Embeddings embed_actions(std::span<const float> rows) const;
  /// (row, column) a row.
  Embeddings embed_states(std::span<const float> rows) const;
  /// All labels.
  Embeddings embed_labels() const;

  const navigation::TiledMlp& action_net() const { return action_net_; }
  const navigation::TiledMlp& state_net() const { return state_net_; }
  const navigation::TiledMlp& label_net() const { return label_net_; }
  /// Where the weights of each are, and the table of labels (n_labels, kMazeEmbedding).
  struct Parts {
    std::size_t action, state, label, table, end;
  };
  Parts parts() const;

 private:
  int n_labels_;
  navigation::TiledMlp action_net_, state_net_, label_net_;
  std::vector<float> weights_;
};

}  // namespace lagoon::contrastive
