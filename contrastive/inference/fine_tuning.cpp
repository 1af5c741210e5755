#include "contrastive/inference/fine_tuning.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <Eigen/Cholesky>

#include "contrastive/minimize.hpp"
#include "contrastive/threads.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index kFeatureRows = 512;  // rows whose features are in memory in double precision
constexpr Index kMostBlocks = 64;    // partial sums, each of the parameters' size
// Of the mean second moment: keeps features that are always zero, or repeat others, apart.
constexpr double kJitter = 1e-9;

void require_model(const LabelModel& model, std::int64_t dim) {
  require(model.G.cols() > 0 && model.F.size() == model.G.cols(),
          "G has " + std::to_string(model.G.cols()) + " columns, F " +
              std::to_string(model.F.size()) + " numbers: give one each for at least one label");
  require(model.G.rows() == dim, "the queries have dimension " + std::to_string(dim) + ", G " +
                                     std::to_string(model.G.rows()) +
                                     ": embed with the encoder that G belongs to");
  require(model.temperature > 0,
          "temperature is " + std::to_string(model.temperature) + ": it must be above 0");
  require(model.G.allFinite() && model.F.allFinite(), "G and F must be finite");
}

/// (E + 1, K): G / temperature, and F below it.
MatrixXd weights_of(const LabelModel& model) {
  MatrixXd weights(model.G.rows() + 1, model.G.cols());
  weights.topRows(model.G.rows()) = model.G / model.temperature;
  weights.bottomRows(1) = model.F.transpose();
  return weights;
}

LabelModel model_of(const MatrixXd& weights, double temperature) {
  const Index dim = weights.rows() - 1;
  return {weights.topRows(dim) * temperature, weights.row(dim).transpose(), temperature};
}

/// Rows [first, first + count) of the features, with a one behind each.
MatrixXd features_of(const Embeddings& queries, Index first, Index count) {
  MatrixXd features(count, queries.dim + 1);
  features.leftCols(queries.dim) = as_matrix(queries).middleRows(first, count).cast<double>();
  features.rightCols(1).setOnes();
  return features;
}

/// Scores to probabilities, a row each; the sum over rows of log sum exp.
double softmax_rows(MatrixXd& scores) {
  double sum = 0;
  for (Index i = 0; i < scores.rows(); ++i) {
    const double largest = scores.row(i).maxCoeff();
    scores.row(i) = (scores.row(i).array() - largest).exp();
    const double total = scores.row(i).sum();
    scores.row(i) /= total;
    sum += largest + std::log(total);
  }
  return sum;
}

/// The cross-entropy of labels given embeddings, as a sum over blocks of rows in a fixed order.
class CrossEntropy {
 public:
  CrossEntropy(const Embeddings& queries, std::span<const std::int64_t> labels)
      : queries_(queries), labels_(labels) {}

  /// The mean over pairs, and, unless null, its gradient by the weights.
  double operator()(const MatrixXd& weights, MatrixXd* gradient) const {
    struct Partial {
      double loss = 0;
      MatrixXd gradient;
    };
    std::vector<Partial> partials(n_blocks());
    run_tasks(partials.size(), [&](std::size_t block) {
      if (gradient) partials[block].gradient = MatrixXd::Zero(weights.rows(), weights.cols());
      for_each_tile(block, [&](Index first, Index count) {
        partials[block].loss +=
            add_tile(weights, first, count, gradient ? &partials[block].gradient : nullptr);
      });
    });
    double loss = 0;
    if (gradient) gradient->setZero(weights.rows(), weights.cols());
    for (const Partial& partial : partials) {
      loss += partial.loss / n();
      if (gradient) *gradient += partial.gradient / n();
    }
    return loss;
  }

  /// The features' second moments (E + 1, E + 1), a mean over pairs.
  MatrixXd second_moments() const {
    std::vector<MatrixXd> partials(n_blocks(), MatrixXd::Zero(queries_.dim + 1, queries_.dim + 1));
    run_tasks(partials.size(), [&](std::size_t block) {
      for_each_tile(block, [&](Index first, Index count) {
        const MatrixXd features = features_of(queries_, first, count);
        partials[block].noalias() += features.transpose() * features;
      });
    });
    MatrixXd sum = MatrixXd::Zero(queries_.dim + 1, queries_.dim + 1);
    for (const MatrixXd& partial : partials) sum += partial;
    return sum / n();
  }

 private:
  double n() const { return static_cast<double>(queries_.n); }
  Index block_rows() const {
    return std::max(kFeatureRows, (queries_.n + kMostBlocks - 1) / kMostBlocks);
  }
  std::size_t n_blocks() const {
    return static_cast<std::size_t>((queries_.n + block_rows() - 1) / block_rows());
  }

  template <typename Visit>
  void for_each_tile(std::size_t block, const Visit& visit) const {
    const Index begin = static_cast<Index>(block) * block_rows();
    const Index end = std::min<Index>(begin + block_rows(), queries_.n);
    for (Index first = begin; first < end; first += kFeatureRows)
      visit(first, std::min(kFeatureRows, end - first));
  }

  double add_tile(const MatrixXd& weights, Index first, Index count, MatrixXd* gradient) const {
    const MatrixXd features = features_of(queries_, first, count);
    MatrixXd scores = features * weights;
    double loss = 0;
    for (Index i = 0; i < count; ++i) loss -= scores(i, labels_[first + i]);
    loss += softmax_rows(scores);
    if (gradient) {
      for (Index i = 0; i < count; ++i) scores(i, labels_[first + i]) -= 1;
      gradient->noalias() += features.transpose() * scores;
    }
    return loss;
  }

  const Embeddings& queries_;
  std::span<const std::int64_t> labels_;
};

void require_pairs(const LabelModel& model, const Embeddings& queries,
                   std::span<const std::int64_t> labels) {
  require(queries.n > 0 && static_cast<std::int64_t>(labels.size()) == queries.n,
          "there are " + std::to_string(queries.n) + " queries and " +
              std::to_string(labels.size()) + " labels: give pairs, at least one");
  require_model(model, queries.dim);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= model.G.cols())
      throw Error("label " + std::to_string(labels[i]) + " of pair " + std::to_string(i) +
                  " is outside 0 to " + std::to_string(model.G.cols() - 1));
  }
  const auto is_finite = [](float value) { return std::isfinite(value); };
  require(std::all_of(queries.values.begin(), queries.values.end(), is_finite),
          "an embedding is not finite: the encoder's training has diverged");
}

/// Coordinates theta = L^T W in which features have unit second moments: there the loss curves
/// about alike in all directions.
class Whitening {
 public:
  Whitening(MatrixXd moments, double ridge) : rows_(moments.rows()) {
    const double jitter = kJitter * moments.trace() / static_cast<double>(rows_);
    moments.diagonal().head(rows_ - 1).array() += ridge;
    moments.diagonal().array() += jitter;
    factor_.compute(moments);
    require(factor_.info() == Eigen::Success,
            "the embeddings' second moments are too large for double precision: scale them");
  }

  VectorXd to_theta(const MatrixXd& weights) const { return flat(factor_.matrixU() * weights); }
  MatrixXd to_weights(const VectorXd& theta) const {
    return factor_.matrixU().solve(MatrixXd(theta.reshaped(rows_, theta.size() / rows_)));
  }
  VectorXd gradient_by_theta(const MatrixXd& gradient) const {
    return flat(factor_.matrixL().solve(gradient));
  }

 private:
  static VectorXd flat(const MatrixXd& matrix) { return matrix.reshaped(); }

  Index rows_;
  Eigen::LLT<MatrixXd> factor_;
};

double log_labels(const LabelModel& model) {
  return std::log(static_cast<double>(model.G.cols()));
}

}  // namespace

LabelModel zero_shot(const Embeddings& labels, double temperature) {
  return {as_matrix(labels).transpose().cast<double>(), VectorXd::Zero(labels.n), temperature};
}

LabelScores label_scores(const LabelModel& model, const Embeddings& queries) {
  require_model(model, queries.dim);
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const MatrixXd weights = weights_of(model);
  LabelScores scores{queries.n, model.G.cols(), {}};
  scores.values.resize(queries.n * scores.n_labels);
  for (Index first = 0; first < queries.n; first += kFeatureRows) {
    const Index count = std::min<Index>(kFeatureRows, queries.n - first);
    Eigen::Map<Rows> tile(scores.values.data() + first * scores.n_labels, count, scores.n_labels);
    tile.noalias() = features_of(queries, first, count) * weights;
    require(tile.allFinite(), "a score is not finite: embeddings must be");
  }
  return scores;
}

FineTuned fine_tune(const LabelModel& start, const Embeddings& queries,
                    std::span<const std::int64_t> labels, const FineTuningOptions& options) {
  require_pairs(start, queries, labels);
  require(options.ridge >= 0 && std::isfinite(options.ridge),
          "ridge is " + std::to_string(options.ridge) + ": it must be finite, not negative");
  const CrossEntropy cross_entropy(queries, labels);
  const Whitening whitening(cross_entropy.second_moments(), options.ridge);
  const auto loss = [&](const VectorXd& theta, VectorXd& gradient) {
    const MatrixXd weights = whitening.to_weights(theta);
    MatrixXd slope;
    double value = cross_entropy(weights, &slope) - log_labels(start);
    value += options.ridge / 2 * weights.topRows(queries.dim).squaredNorm();
    slope.topRows(queries.dim) += options.ridge * weights.topRows(queries.dim);
    gradient = whitening.gradient_by_theta(slope);
    return value;
  };
  const Minimum minimum = minimize(loss, whitening.to_theta(weights_of(start)),
                                   {options.max_iterations, options.gradient_tolerance});
  return {model_of(whitening.to_weights(minimum.x), start.temperature), minimum.value,
          minimum.gradient_norm, minimum.iterations, minimum.converged};
}

double fine_tuning_loss(const LabelModel& model, const Embeddings& queries,
                        std::span<const std::int64_t> labels, MatrixXd* gradient) {
  require_pairs(model, queries, labels);
  return CrossEntropy(queries, labels)(weights_of(model), gradient) - log_labels(model);
}

}  // namespace lagoon::contrastive
