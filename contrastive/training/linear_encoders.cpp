#include "contrastive/training/linear_encoders.hpp"

#include <cmath>
#include <memory>

#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/objective.hpp"
#include "contrastive/training/step/batches.hpp"
#include "contrastive/training/step/optimizer.hpp"
#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::contrastive {
namespace {

using Rows = PairRows::Rows;

/// The pairs' own memory as a tensor.
torch::Tensor as_tensor(const Rows& rows) {
  return at::from_blob(const_cast<float*>(rows.data()), {rows.rows(), rows.cols()}, at::kFloat);
}

Eigen::MatrixXd as_matrix(const torch::Tensor& tensor) {
  const torch::Tensor values = tensor.detach().contiguous();
  return Eigen::Map<const Rows>(values.data_ptr<float>(), values.size(0), values.size(1))
      .cast<double>();
}

/// Uniform in +-1/sqrt(n_in).
torch::Tensor initial_map(int n_out, std::int64_t n_in, std::uint64_t seed, std::uint64_t place) {
  const flow::DrawKey key{seed, flow::Purpose::initial_weights, place};
  Rows weights(n_out, n_in);
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    const double draw = 2 * flow::uniform(key, static_cast<std::uint32_t>(i)) - 1;
    weights.data()[i] = static_cast<float>(draw / std::sqrt(static_cast<double>(n_in)));
  }
  return as_tensor(weights).clone();
}

/// All that changes in training.
struct Maps {
  torch::Tensor G, H, log_inverse_temperature;

  Maps(const LinearFitOptions& options, const PairRows& pairs)
      : log_inverse_temperature(at::full({}, -std::log(options.temperature))) {
    const bool given = options.fixed.G.size() > 0;
    if (given) {
      G = as_tensor(options.fixed.G.cast<float>()).clone();
      H = as_tensor(options.fixed.H.cast<float>()).clone();
    } else {
      G = initial_map(options.embedding_dim, pairs.u.cols(), options.seed, 0);
      H = initial_map(options.embedding_dim, pairs.v.cols(), options.seed, 1);
    }
    G.requires_grad_(!given);
    H.requires_grad_(!given);
    log_inverse_temperature.requires_grad_(options.learn_temperature);
  }

  NamedTensors named() const {
    return {{"G", G}, {"H", H}, {"log_inverse_temperature", log_inverse_temperature}};
  }

  double log_temperature() const { return -log_inverse_temperature.item<double>(); }

  LinearEncoders encoders() const { return {as_matrix(G), as_matrix(H), {}, {}}; }
};

EncodedBatch encode(const Maps& maps, const PairRows& pairs) {
  EncodedBatch batch;
  batch.u = as_tensor(pairs.u);
  batch.v = as_tensor(pairs.v);
  batch.z_u = at::mm(batch.u, maps.G.t());
  batch.z_v = at::mm(batch.v, maps.H.t());
  return batch;
}

/// Sums over the averaged iterates.
class Averages {
 public:
  void add(const Maps& maps, Tilting tilting, double loss) {
    const auto [G, H, g, h] = maps.encoders();
    const double scale = std::exp(-maps.log_temperature());
    if (tilting != Tilting::cosine) add_to(tilt_.A, scale * G.transpose() * H);
    if (tilting == Tilting::quadratic) {
      add_to(tilt_.B, scale * G.transpose() * G);
      add_to(tilt_.C, scale * H.transpose() * H);
    }
    log_temperature_ += maps.log_temperature();
    loss_ += loss;
    ++n_;
  }

  /// Throws Error if a loss or temperature was not finite.
  LinearFit mean(const Maps& maps) const {
    require(std::isfinite(loss_) && std::isfinite(log_temperature_),
            "the loss is not finite: give a lower learning rate");
    const double n = n_;
    return {maps.encoders(),
            {tilt_.A / n, tilt_.B / n, tilt_.C / n, {}, {}},
            std::exp(log_temperature_ / n),
            loss_ / n};
  }

 private:
  static void add_to(Eigen::MatrixXd& sum, const Eigen::MatrixXd& term) {
    if (sum.size() == 0) sum = Eigen::MatrixXd::Zero(term.rows(), term.cols());
    sum += term;
  }

  Tilt tilt_;
  double log_temperature_ = 0, loss_ = 0;
  int n_ = 0;
};

double rate_at(const LinearFitOptions& options, std::int64_t step) {
  const auto left = static_cast<double>(options.steps - step);
  const double decay = options.decay_share * static_cast<double>(options.steps);
  return options.learning_rate * (left < decay ? left / decay : 1);
}

/// Iterates of this step and after it are averaged.
std::int64_t first_averaged(const LinearFitOptions& options) {
  const double share = options.average_share * static_cast<double>(options.steps);
  return options.steps - std::max<std::int64_t>(1, std::llround(share));
}

bool is_share(double value) {
  return value >= 0 && value <= 1;
}

void require_valid(const LinearFitOptions& options) {
  require_valid(options.objective);
  require(options.steps >= 1 && options.embedding_dim >= 1,
          "fit_linear_encoders: steps and embedding_dim must be 1 or more");
  require(options.learning_rate > 0 && options.temperature > 0,
          "fit_linear_encoders: learning rate and temperature must be greater than 0");
  require(is_share(options.decay_share) && is_share(options.average_share),
          "fit_linear_encoders: shares of the steps must be from 0 to 1");
  require(options.fixed.G.size() == 0 || options.learn_temperature,
          "fit_linear_encoders: fixed encoders at a fixed temperature leave nothing to train");
}

}  // namespace

LinearFit fit_linear_encoders(const LinearFitOptions& options, const DrawPairs& draw) {
  require_valid(options);
  const Tilting tilting = parse_tilting(options.tilting);
  const bool second_batch = options.objective.has_second_batch();
  PairRows pairs = draw(0);
  const Maps maps(options, pairs);
  TrainingOptions adam;
  adam.optimizer = "adam";
  FlatAdam optimizer(maps.named(), adam);
  Averages averages;
  for (std::int64_t step = 0; step < options.steps; ++step) {
    if (step > 0) pairs = draw(second_batch ? 2 * step : step);
    const PairRows others = second_batch ? draw(2 * step + 1) : PairRows{};
    EncodedBatch batch = encode(maps, pairs);
    if (second_batch) {
      const EncodedBatch second = encode(maps, others);
      batch.negatives_u = second.z_u;
      batch.negatives_v = second.z_v;
      batch.negative_samples_u = second.u;
      batch.negative_samples_v = second.v;
    }
    const torch::Tensor loss =
        batch_loss(options.objective, tilting, batch, maps.log_inverse_temperature.exp());
    optimizer.gather({torch::autograd::grad({loss}, optimizer.parameters())});
    optimizer.step(step, rate_at(options, step));
    if (step >= first_averaged(options)) averages.add(maps, tilting, loss.item<double>());
  }
  return averages.mean(maps);
}

DrawPairs epoch_batches(const PairRows& pairs, std::int64_t batch_size, std::uint64_t seed) {
  const auto n = static_cast<std::int64_t>(pairs.u.rows());
  require(batch_size >= 1 && n >= batch_size, std::to_string(n) + " pairs do not fill a batch of " +
                                                  std::to_string(batch_size) +
                                                  " (take more pairs or a smaller batch)");
  return [&pairs, batches = std::make_shared<Batches>(n, batch_size, seed)](std::int64_t step) {
    const auto rows = batches->rows(step);
    PairRows batch{Rows(rows.size(), pairs.u.cols()), Rows(rows.size(), pairs.v.cols())};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto to = static_cast<Eigen::Index>(i), from = static_cast<Eigen::Index>(rows[i]);
      batch.u.row(to) = pairs.u.row(from);
      batch.v.row(to) = pairs.v.row(from);
    }
    return batch;
  };
}

}  // namespace lagoon::contrastive
