#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "flow/law/law.hpp"

namespace lagoon::contrastive {

/// The two encoders and the tilting; the defaults are the `quick` preset's.
struct ModelOptions {
  std::string tilting = "cosine";  ///< cosine | inner_product | quadratic

  std::string lagrangian_encoder = "mlp";  ///< mlp | transformer
  std::string lagrangian_features =
      "whitened";                ///< positions | increments | whitened (PCA, unit variance)
  int whitened_components = 60;  ///< kept principal components of the flattened trajectories
  std::string eulerian_encoder =
      "mlp";                ///< identity | linear | mlp, over standardised coefficients
                            ///< (identity: over psi_hat as it is, [BST] 6.3)
  int embedding_dim = 128;  ///< E; identity fixes it to 2 K, K the number of modes

  int mlp_width = 512;
  int mlp_depth = 3;  ///< hidden layers

  int transformer_width = 128;
  int transformer_layers = 3;
  int transformer_heads = 4;
  int patch = 4;  ///< observation times (or whitened components) a token
  bool causal = true;
  std::string pooling = "last";  ///< last | mean

  double temperature = 0;  ///< at the start, or for ever; 0: the tilting's, start_temperature()
  bool learn_temperature = true;

  bool operator==(const ModelOptions&) const = default;
};

/// The cosine tilting's temperature stays between these: 1/temperature in [1, 100], as CLIP's logit
/// scale.
inline constexpr double kMinTemperature = 0.01;
inline constexpr double kMaxTemperature = 1;

/// The others', whose embeddings have any length.
inline constexpr double kMinFreeTemperature = 1e-6;
inline constexpr double kMaxFreeTemperature = 1e6;

/// What a batch is scored by (contrastive/objective/objective.hpp); the defaults are CLIP's loss.
struct ObjectiveOptions {
  std::string loss =
      "conditional";    ///< conditional | joint | conditional_mmd | joint_mmd | sigmoid
  double lambda_u = 1;  ///< conditional losses: weight of u|v (retrieve the flow of a trajectory)
  double lambda_v = 1;  ///< conditional losses: weight of v|u
  std::string negatives = "in_batch";    ///< in_batch | second_batch ([BST] Remark 3.9)
  std::string evaluation = "streaming";  ///< streaming | plain; no effect on the MMD losses
  std::string kernel = "gaussian";       ///< MMD: gaussian | polynomial | energy
  std::string statistic = "v";           ///< MMD: v | u
  double bandwidth_u = 0;                ///< MMD: of the kernel on u; 0: the median rule
  double bandwidth_v = 0;                ///< MMD: of the kernel on v; 0: the median rule

  /// Whether negatives are those of a second batch.
  bool has_second_batch() const { return negatives == "second_batch"; }

  bool operator==(const ObjectiveOptions&) const = default;
};

/// The optimisation; the defaults are the `quick` preset's.
struct TrainingOptions {
  std::uint64_t seed = 0;  ///< initial weights and batch order
  int threads = 0;         ///< 0: all cores
  std::int64_t steps = 1500;
  double epochs = 0;  ///< if > 0, steps = epochs * floor(n_train / batch_size)
  int batch_size = 512;
  std::string optimizer = "adamw";  ///< adam | adamw
  double learning_rate = 5e-3;
  double weight_decay = 0.1;  ///< adamw only
  int warmup_steps = 100;
  std::string schedule = "cosine";  ///< constant | cosine (to zero)
  ObjectiveOptions objective;
  std::int64_t log_every = 20;
  std::int64_t validate_every = 200;
  std::int64_t validation_library = 4096;  ///< at most so many validation flows in recall curves
  std::int64_t checkpoint_every = 500;
  double checkpoint_minutes = 10;
  int keep_last = 1;    ///< earlier checkpoints kept beside the newest and the best
  int skip_limit = 10;  ///< steps in a row without a finite gradient that end the run

  std::string device = "auto";     ///< auto | cpu | cuda
  std::string precision = "fp32";  ///< fp32 | bf16: of the encoders' products; sums, norms, losses
                                   ///< and the optimiser are fp32
  bool gradient_cache = false;  ///< forward twice: memory of a shard a thread, whatever the batch
  bool activation_checkpointing = false;  ///< a block's activations are computed again in backward
  std::string pairs = "memory";           ///< memory | file: features held, or read ahead of a step
  int generator_threads = 0;              ///< that draw fresh flows; 0: all cores
};

/// E of the tilting: 2 K for the identity encoder of K modes, else options.embedding_dim.
int embedding_dim(const ModelOptions& options, const flow::Law& law);

/// 2 P J of the law: the components of all drifters' positions at all times.
std::int64_t n_coordinates(const flow::Law& law);

/// Between which the temperature of the options' tilting stays: {least, most}.
std::pair<double, double> temperature_bounds(const ModelOptions& options);

/// The temperature that training begins at: options.temperature, or if that is 0, the cosine
/// tilting's 0.07, and for the others the product of the lengths that embeddings begin with, so
/// that log_rho begins as cosines do: E, or for the identity encoder sqrt(E) times the length of
/// psi_hat in the root mean square. Colder than that they begin with guesses too sure to be
/// unlearned: on 19,200 quick flows, after 300 steps of width 256, recall@1 among 2,400 was 0.58 at
/// 128 = E, 0.45 at sqrt(E) and 0.02 at 1 (inner_product), 0.47, 0.37 and 0 (quadratic); the
/// cosine's is 0.74.
double start_temperature(const ModelOptions& options, const flow::Law& law);

/// Names of the options that have no effect given the values of the others.
std::vector<std::string> without_effect(const ModelOptions& options);
std::vector<std::string> without_effect(const ObjectiveOptions& options);

/// Throw Error naming the option that cannot be.
void require_valid(const ModelOptions& options, const flow::Law& law);
void require_valid(const ObjectiveOptions& options);
void require_valid(const TrainingOptions& options);

/// Steps of the whole run. Throws Error if `n_train` flows do not fill one batch.
std::int64_t total_steps(const TrainingOptions& options, std::int64_t n_train);

}  // namespace lagoon::contrastive
