#include "contrastive/bridging/pair_training.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "contrastive/bridging/batch_norm_mlp.hpp"
#include "contrastive/bridging/pair_loss.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/torch_embeddings.hpp"
#include "contrastive/torch_errors.hpp"
#include "contrastive/training/step/adam_kernel.hpp"
#include "contrastive/training/step/batches.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {

/// Encoders over one array of numbers: weights, then logarithms of scales; and statistics.
struct PairModel::Parts {
  Parts(const EncoderShapes& shapes, std::vector<Critic> critics_of_pairs)
      : critics(std::move(critics_of_pairs)) {
    std::int64_t n = 0, n_statistics = 0;
    for (const auto& [name, shape] : shapes) {
      encoders.emplace(name, BatchNormMlp(shape));
      n += encoders.at(name).n_parameters();
      n_statistics += encoders.at(name).n_statistics();
    }
    values.resize(static_cast<std::size_t>(n) + critics.size());
    gradients.resize(values.size());
    statistics.resize(static_cast<std::size_t>(n_statistics));
    bind();
  }

  void bind() {
    std::int64_t at = 0, at_statistics = 0;
    for (auto& [name, encoder] : encoders) {
      encoder.bind(values.data() + at, gradients.data() + at, statistics.data() + at_statistics);
      at += encoder.n_parameters();
      at_statistics += encoder.n_statistics();
    }
  }

  float* log_scales() { return values.data() + values.size() - critics.size(); }
  float* log_scale_gradients() { return gradients.data() + gradients.size() - critics.size(); }
  Link link(std::size_t pair) { return {critics[pair], std::exp(double{log_scales()[pair]})}; }

  const BatchNormMlp& encoder(const std::string& name) const {
    const auto found = encoders.find(name);
    require(found != encoders.end(), "encoder " + name + ": there is none of this name");
    return found->second;
  }

  std::vector<Critic> critics;
  std::map<std::string, BatchNormMlp> encoders;
  std::vector<float> values, gradients, statistics;
  std::vector<float> losses;
};

namespace {

std::vector<Critic> critics_of(const std::vector<TrainingPair>& pairs) {
  std::vector<Critic> critics;
  for (const auto& pair : pairs) critics.push_back(pair.critic);
  return critics;
}

void require_fit(const TrainingPair& pair, const PairModel::Parts& parts,
                 const PairTrainingOptions& options) {
  const std::string name = "pair " + pair.left + "-" + pair.right;
  require(pair.left_rows.n == pair.right_rows.n,
          name + ": has " + std::to_string(pair.left_rows.n) + " rows beside " +
              std::to_string(pair.right_rows.n) + " (give pairs)");
  require(pair.left_rows.n >= options.batch_size,
          name + ": its " + std::to_string(pair.left_rows.n) + " rows fill no batch of " +
              std::to_string(options.batch_size) + " (give more rows, or a smaller batch)");
  require(pair.left_rows.dim == parts.encoder(pair.left).shape().inputs &&
              pair.right_rows.dim == parts.encoder(pair.right).shape().inputs,
          name + ": its rows are not what the encoders take");
  require(parts.encoder(pair.left).shape().outputs == parts.encoder(pair.right).shape().outputs,
          name + ": its encoders have outputs of different dimensions (give one)");
  require(pair.scale > 0, name + ": scale " + std::to_string(pair.scale) + " is not positive");
}

void require_valid(const PairTrainingOptions& o) {
  require(o.epochs >= 1 && o.batch_size >= 2 && o.learning_rate > 0,
          "training needs at least one epoch, batches of two and a positive learning rate");
  require(o.schedule == "step" || o.schedule == "cosine" || o.schedule == "constant",
          "schedule " + o.schedule + ": is none (give step, cosine or constant)");
  require(o.step_epochs >= 1 && o.step_factor > 0 && o.warmup >= 0 && o.warmup < 1,
          "step_epochs and step_factor are positive, and the warm-up is a share below 1");
}

/// The rate's share in force at a step.
double rate_factor(const PairTrainingOptions& o, std::int64_t step, std::int64_t steps_an_epoch) {
  const auto total = static_cast<double>(steps_an_epoch * o.epochs);
  const double at = static_cast<double>(step) / total;
  if (at < o.warmup) return (static_cast<double>(step) + 1) / (o.warmup * total + 1);
  if (o.schedule == "step") {
    const std::int64_t falls = step / steps_an_epoch / o.step_epochs;
    return std::pow(o.step_factor, static_cast<double>(falls));
  }
  if (o.schedule == "constant") return 1;
  return (1 + std::cos(std::numbers::pi * (at - o.warmup) / (1 - o.warmup))) / 2;
}

/// Orders of different pairs share no draw.
std::uint64_t seed_of_pair(std::uint64_t seed, std::size_t pair) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  return seed + kOdd * static_cast<std::uint64_t>(pair);
}

/// One training, step by step.
class Training {
 public:
  Training(PairModel::Parts& parts, std::vector<TrainingPair> pairs, PairTrainingOptions options)
      : parts_(parts),
        pairs_(std::move(pairs)),
        options_(std::move(options)),
        first_moments_(parts.values.size()),
        second_moments_(parts.values.size()) {
    steps_an_epoch_ = pairs_.front().left_rows.n / options_.batch_size;
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
      require_fit(pairs_[p], parts_, options_);
      steps_an_epoch_ = std::min(steps_an_epoch_, pairs_[p].left_rows.n / options_.batch_size);
      parts_.log_scales()[p] = static_cast<float>(std::log(pairs_[p].scale));
    }
    std::uint64_t stream = 0;
    for (auto& [name, encoder] : parts_.encoders) encoder.initialize(options_.seed, stream++);
  }

  std::int64_t total_steps() const { return steps_an_epoch_ * options_.epochs; }

  void run(const PairTrainingHooks& hooks) {
    for (std::int64_t step = 0; step < total_steps(); ++step) {
      if (step % steps_an_epoch_ == 0) draw_orders(step / steps_an_epoch_);
      if (hooks.before_step) hooks.before_step(step, total_steps());
      parts_.losses.push_back(static_cast<float>(take(step)));
      if (step % steps_an_epoch_ == 0 || step + 1 == total_steps()) require_finite(step);
    }
  }

 private:
  void draw_orders(std::int64_t epoch) {
    orders_.clear();
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
      const auto order = epoch_order(pairs_[p].left_rows.n, seed_of_pair(options_.seed, p), epoch);
      orders_.push_back(row_index(order));
    }
  }

  /// Loss of a step's batches; the weights are as Adam leaves them.
  double take(std::int64_t step) {
    std::fill(parts_.gradients.begin(), parts_.gradients.end(), 0.0F);
    double loss = 0;
    for (std::size_t p = 0; p < pairs_.size(); ++p) loss += add_gradients(p, step);
    move(step);
    return loss;
  }

  double add_gradients(std::size_t p, std::int64_t step) {
    const TrainingPair& pair = pairs_[p];
    const std::int64_t first = step % steps_an_epoch_ * options_.batch_size;
    const torch::Tensor rows = orders_[p].narrow(0, first, options_.batch_size);
    const auto batch = [&](const Embeddings& all) {
      return rows_of(all, 0, all.n).index_select(0, rows);
    };
    BatchNormMlp &left = parts_.encoders.at(pair.left), &right = parts_.encoders.at(pair.right);
    const torch::Tensor x = left.forward(batch(pair.left_rows), left_trace_);
    const torch::Tensor y = right.forward(batch(pair.right_rows), right_trace_);
    const PairLoss loss = pair_loss(parts_.link(p), x, y, 1 / static_cast<double>(pairs_.size()));
    left.backward(left_trace_, loss.left);
    right.backward(right_trace_, loss.right);
    if (pair.learn_scale) parts_.log_scale_gradients()[p] = static_cast<float>(loss.log_scale);
    return loss.value;
  }

  void move(std::int64_t step) {
    const double rate = options_.learning_rate * rate_factor(options_, step, steps_an_epoch_);
    const AdamStep numbers = adam_numbers(static_cast<double>(step + 1), rate);
    adam_step(numbers, static_cast<std::int64_t>(parts_.values.size()), parts_.values.data(),
              parts_.gradients.data(), first_moments_.data(), second_moments_.data());
  }

  void require_finite(std::int64_t step) const {
    require(std::isfinite(parts_.losses.back()),
            "the loss of step " + std::to_string(step) +
                " is not finite: give a lower learning rate, or finite rows");
  }

  PairModel::Parts& parts_;
  std::vector<TrainingPair> pairs_;
  PairTrainingOptions options_;
  std::vector<float> first_moments_, second_moments_;
  std::int64_t steps_an_epoch_ = 0;
  std::vector<torch::Tensor> orders_;
  BatchNormMlp::Trace left_trace_, right_trace_;
};

}  // namespace

PairModel train_pairs(const EncoderShapes& encoders, std::vector<TrainingPair> pairs,
                      const PairTrainingOptions& options, const PairTrainingHooks& hooks) {
  require_valid(options);
  require(!pairs.empty(), "there is no pair to train on: give at least one");
  threads();  // LibTorch's products stay on this thread
  return with_torch_errors([&] {
    const torch::NoGradGuard no_grad;
    auto parts = std::make_shared<PairModel::Parts>(encoders, critics_of(pairs));
    Training(*parts, std::move(pairs), options).run(hooks);
    return PairModel(std::move(parts));
  });
}

Embeddings PairModel::embed(const std::string& encoder, const Embeddings& inputs) const {
  constexpr std::int64_t kRows = 4096;
  const BatchNormMlp& network = parts_->encoder(encoder);
  threads();  // LibTorch's products stay on this thread
  require(inputs.dim == network.shape().inputs,
          "encoder " + encoder + " takes rows of " + std::to_string(network.shape().inputs) +
              " numbers: these have " + std::to_string(inputs.dim));
  Embeddings result{0, network.shape().outputs, {}};
  result.values.reserve(static_cast<std::size_t>(inputs.n * result.dim));
  with_torch_errors([&] {
    const torch::NoGradGuard no_grad;
    for (std::int64_t first = 0; first < inputs.n; first += kRows) {
      append(result, network.evaluate(rows_of(inputs, first, std::min(kRows, inputs.n - first))));
    }
  });
  return result;
}

Link PairModel::link(std::size_t pair) const {
  require(pair < parts_->critics.size(), "there is no pair " + std::to_string(pair));
  return parts_->link(pair);
}

const std::vector<float>& PairModel::losses() const {
  return parts_->losses;
}

std::vector<float> PairModel::state() const {
  std::vector<float> state = parts_->values;
  state.insert(state.end(), parts_->statistics.begin(), parts_->statistics.end());
  return state;
}

PairModel PairModel::restore(const EncoderShapes& encoders, const std::vector<Critic>& critics,
                             const std::vector<float>& state) {
  auto parts = std::make_shared<Parts>(encoders, critics);
  const std::size_t n = parts->values.size();
  require(state.size() == n + parts->statistics.size(),
          "stored encoders have " + std::to_string(state.size()) + " numbers, these " +
              std::to_string(n + parts->statistics.size()) + ": give their own shapes");
  std::copy_n(state.begin(), n, parts->values.begin());
  std::copy(state.begin() + static_cast<std::ptrdiff_t>(n), state.end(), parts->statistics.begin());
  return PairModel(std::move(parts));
}

}  // namespace lagoon::contrastive
