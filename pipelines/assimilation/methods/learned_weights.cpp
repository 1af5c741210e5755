#include "pipelines/assimilation/methods/learned_weights.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "contrastive/inference/score_tiles.hpp"

namespace lagoon::pipelines {
namespace {

/// The softmax over scores that come in stretches: the sum relative to the largest so far, and
/// whoever was within reach of it.
class RunningSoftmax {
 public:
  RunningSoftmax(double temperature, std::int64_t n_members)
      : inverse_(static_cast<float>(1 / temperature)),
        reach_(static_cast<float>(std::log(static_cast<double>(n_members) / kNegligibleShare))) {}

  void add(std::int64_t first, std::span<const float> scores) {
    using Row = Eigen::Map<const Eigen::ArrayXf>;
    const Row row(scores.data(), static_cast<Eigen::Index>(scores.size()));
    Eigen::Index best = 0;
    const float largest = inverse_ * row.maxCoeff(&best);
    if (largest > largest_) {
      sum_ *= std::exp(static_cast<double>(largest_) - largest);
      largest_ = largest;
      top_ = first + best;
    }
    if (largest < largest_ - reach_) return;
    sum_ += (inverse_ * row - largest_).exp().sum();
    const float least = largest_ - reach_;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const float log_rho = inverse_ * scores[i];
      if (log_rho >= least) near_.push_back({first + static_cast<std::int64_t>(i), log_rho});
    }
  }

  LearnedMembers result() const {
    LearnedMembers learned{{}, top_, std::log(sum_) + largest_};
    std::vector<double> weights;
    for (const auto& [member, log_rho] : near_) {
      if (log_rho < largest_ - reach_) continue;
      learned.kept.members.push_back(member);
      weights.push_back(std::exp(static_cast<double>(log_rho) - largest_));
    }
    learned.kept.weights =
        Eigen::Map<Eigen::VectorXd>(weights.data(), static_cast<Eigen::Index>(weights.size()));
    learned.kept.weights /= learned.kept.weights.sum();
    return learned;
  }

 private:
  float inverse_, reach_;
  float largest_ = -std::numeric_limits<float>::infinity();
  double sum_ = 0;
  Eigen::Index top_ = 0;
  std::vector<std::pair<Eigen::Index, float>> near_;
};

}  // namespace

LearnedWeights::LearnedWeights(const MethodContext& context, contrastive::EncoderPair encoders)
    : request_(context.request),
      queries_(context.queries),
      library_(context.library),
      encoders_(std::move(encoders)) {}

Method::Prepared LearnedWeights::compute() {
  if (!learned_.empty()) return prepared_;
  library_->psi_hat();
  prepared_.seconds_once = processor_seconds_of([&] { embed_library(); });
  prepared_.seconds = processor_seconds_of([&] {
    asked_ = encoders_.embed_lagrangian(queries_.x, queries_.y);
    weigh();
  });
  return prepared_;
}

Eigen::VectorXd LearnedWeights::log_weights(std::size_t query,
                                            std::span<const Eigen::Index> members) const {
  Eigen::VectorXd logs(static_cast<Eigen::Index>(members.size()));
  for (std::size_t i = 0; i < members.size(); ++i) {
    const double score = contrastive::inner_product(asked_.row(static_cast<std::int64_t>(query)),
                                                    members_.row(members[i]));
    logs[static_cast<Eigen::Index>(i)] =
        score / encoders_.temperature() - learned_[query].log_normaliser;
  }
  return logs;
}

void LearnedWeights::embed_library() {
  constexpr std::int64_t kBlock = 1 << 16;
  const std::int64_t n_modes = static_cast<std::int64_t>(queries_.law.n_modes());
  const std::int64_t n = library_->size();
  for (std::int64_t first = 0; first < n; first += kBlock) {
    const auto block =
        std::span(library_->psi_hat())
            .subspan(static_cast<std::size_t>(first * n_modes),
                     static_cast<std::size_t>(std::min(kBlock, n - first) * n_modes));
    const auto embedded = encoders_.embed_eulerian(block);
    if (first == 0) members_.values.reserve(static_cast<std::size_t>(n * embedded.dim));
    members_.dim = embedded.dim;
    members_.n += embedded.n;
    members_.values.insert(members_.values.end(), embedded.values.begin(), embedded.values.end());
  }
}

void LearnedWeights::weigh() {
  // A query's stretches come in order on one thread; its softmax goes when they are over.
  std::vector<std::unique_ptr<RunningSoftmax>> running(queries_.size());
  learned_.resize(queries_.size());
  contrastive::for_each_score_tile(
      asked_, members_, [&](std::int64_t query, std::int64_t first, std::span<const float> scores) {
        const auto q = static_cast<std::size_t>(query);
        if (!running[q]) {
          running[q] = std::make_unique<RunningSoftmax>(encoders_.temperature(), members_.n);
        }
        running[q]->add(first, scores);
        if (first + static_cast<std::int64_t>(scores.size()) < members_.n) return;
        learned_[q] = running[q]->result();
        running[q].reset();
      });
}

}  // namespace lagoon::pipelines
