#pragma once

#include <span>
#include <vector>

#include "contrastive/bridging/navigation/info_nce.hpp"
#include "contrastive/bridging/navigation/maze_encoders.hpp"
#include "datasets/mazes/batches.hpp"

namespace lagoon::contrastive {

/// Means over a batch's pairs of InfoNCE one way and the other, added up.
struct MazeLosses {
  double action = 0;  ///< future states for an action, and (of the action pairs) actions for one
  double label = 0;   ///< states for a label, and labels for a state
};

/// The loss of both pairs of a step, and the gradient of their sum by the encoders' weights.
class MazeLoss {
 public:
  /// Puts the gradient into by_weights, which has the weights' size.
  MazeLosses evaluate(const MazeEncoders& encoders, const datasets::ActionBatch& actions,
                      const datasets::LabelBatch& labels, std::span<float> by_weights);

 private:
  /// What one encoder made of all its rows of the step, and the gradient by it.
  struct Side {
    navigation::TiledMlp::Layers layers;
    std::vector<float> gradients;
  };
  void embed(const MazeEncoders& encoders, const datasets::ActionBatch& actions,
             const datasets::LabelBatch& labels);
  double add_action_losses(const datasets::ActionBatch& batch);
  double add_label_losses(const datasets::LabelBatch& batch);
  static navigation::EmbeddingTable table_of(Side& side);

  Side action_, state_, label_;
};

}  // namespace lagoon::contrastive
