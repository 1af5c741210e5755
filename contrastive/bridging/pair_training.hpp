#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "contrastive/bridging/critic.hpp"

namespace lagoon::contrastive {

/// inputs -> hidden... -> outputs, affine maps with ReLU between them; `batch_norm`: the first
/// hidden layer is normalised over the batch ahead of its ReLU, as the networks of [CE] are.
struct BatchNormMlpShape {
  std::int64_t inputs = 0;
  std::vector<std::int64_t> hidden = {128, 128};
  std::int64_t outputs = 32;
  bool batch_norm = true;
};

/// Encoders by name: pairs that name the same one share it.
using EncoderShapes = std::map<std::string, BatchNormMlpShape>;

/// Two modalities that were seen together: row i of one belongs to row i of the other.
struct TrainingPair {
  std::string left, right;  ///< their encoders
  Critic critic = Critic::cosine;
  Embeddings left_rows, right_rows;  ///< the encoders' inputs
  bool learn_scale = true;           ///< else it stays at `scale`
  double scale = 1;                  ///< at the start; exp(learned logarithm)
};

/// The optimisation; the defaults are those of [CE]'s corrected Gaussian chain.
struct PairTrainingOptions {
  std::uint64_t seed = 0;  ///< initial weights and batch order
  std::int64_t epochs = 64;
  std::int64_t batch_size = 256;
  double learning_rate = 0.01;
  std::string schedule = "step";  ///< step | cosine (to zero) | constant
  std::int64_t step_epochs = 60;  ///< step: the rate is multiplied by step_factor every so many
  double step_factor = 0.1;
  double warmup = 0;  ///< first share of the steps in which the rate rises to its full value
};

/// Called on the way, where set. What it throws ends the training.
struct PairTrainingHooks {
  /// Steps done and their total number, before each step.
  std::function<void(std::int64_t, std::int64_t)> before_step;
};

/// Trained encoders and links. Copies share their weights.
class PairModel {
 public:
  /// (n, outputs) embeddings by running statistics of the batches. Throws Error for an encoder that
  /// is not there and for inputs of another dimension.
  Embeddings embed(const std::string& encoder, const Embeddings& inputs) const;

  /// Critic and learned scale of the i-th pair.
  Link link(std::size_t pair) const;

  /// Loss of each step's batch.
  const std::vector<float>& losses() const;

  /// Weights, running statistics and logarithms of scales, as restore() takes them.
  std::vector<float> state() const;
  /// The model that state() was of. Throws Error if the numbers are not as many as the shapes ask
  /// for.
  static PairModel restore(const EncoderShapes& encoders, const std::vector<Critic>& critics,
                           const std::vector<float>& state);

  struct Parts;
  /// For train_pairs() and restore().
  explicit PairModel(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}

 private:
  std::shared_ptr<Parts> parts_;
};

/// Trains all encoders at once: Adam on the mean over the pairs of the symmetric InfoNCE loss,
///   -1/2 log softmax over rows - 1/2 log softmax over columns, of scale * critic,
/// on a batch of each pair, each in an order of its own. A function of its arguments, on one thread
/// (the caller's): run several side by side. An epoch is as many whole batches as the smallest pair
/// has. Weights begin uniform within 1/sqrt(inputs of the layer).
///
/// Throws Error for shapes that do not fit, options that cannot be, and a loss that is not finite.
PairModel train_pairs(const EncoderShapes& encoders, std::vector<TrainingPair> pairs,
                      const PairTrainingOptions& options, const PairTrainingHooks& hooks = {});

}  // namespace lagoon::contrastive
