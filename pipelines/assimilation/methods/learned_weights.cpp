#include "pipelines/assimilation/methods/learned_weights.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "contrastive/inference/score_tiles.hpp"

namespace lagoon::pipelines {
LearnedWeights::LearnedWeights(const MethodContext& context, contrastive::EncoderPair encoders)
    : request_(context.request),
      queries_(context.queries),
      library_(context.library),
      encoders_(std::move(encoders)) {}

Method::Prepared LearnedWeights::compute() {
  if (!moments_.empty()) return prepared_;
  library_->psi_hat();
  prepared_.seconds_once = processor_seconds_of([&] { embed_library(); });
  prepared_.seconds = processor_seconds_of([&] { weigh(); });
  return prepared_;
}

void LearnedWeights::weigh() {
  asked_ = encoders_.embed_lagrangian(queries_.x, queries_.y);
  moments_ = contrastive::posterior_moments(asked_, members_, encoders_.temperature(), controls_);
}

Method::Prepared LearnedWeights::compute_kept() {
  compute();
  if (kept_.empty()) {
    listed_.seconds_once = prepared_.seconds_once;
    listed_.seconds = prepared_.seconds + processor_seconds_of([&] { list_kept(); });
  }
  return listed_;
}

Eigen::VectorXd LearnedWeights::log_weights(std::size_t query,
                                            std::span<const Eigen::Index> members) const {
  Eigen::VectorXd logs(static_cast<Eigen::Index>(members.size()));
  for (std::size_t i = 0; i < members.size(); ++i) {
    const double score = contrastive::inner_product(asked_.row(static_cast<std::int64_t>(query)),
                                                    members_.exact().row(members[i]));
    logs[static_cast<Eigen::Index>(i)] =
        score / encoders_.temperature() - moments_[query].log_normalizer;
  }
  return logs;
}

void LearnedWeights::embed_library() {
  constexpr std::int64_t kBlock = 1 << 16;
  const auto n_modes = queries_.law.n_modes();
  const std::int64_t n = library_->size();
  controls_ = {n, queries_.space.size()};
  contrastive::Embeddings members;
  for (std::int64_t first = 0; first < n; first += kBlock) {
    const std::int64_t count = std::min(kBlock, n - first);
    const auto block = std::span(library_->psi_hat())
                           .subspan(static_cast<std::size_t>(first) * n_modes,
                                    static_cast<std::size_t>(count) * n_modes);
    const auto embedded = encoders_.embed_eulerian(block);
    if (first == 0) members.values.reserve(static_cast<std::size_t>(n * embedded.dim));
    members.dim = embedded.dim;
    members.n += embedded.n;
    members.values.insert(members.values.end(), embedded.values.begin(), embedded.values.end());
    for (std::int64_t i = 0; i < count; ++i) {
      const auto control =
          queries_.space.control(block.subspan(static_cast<std::size_t>(i) * n_modes, n_modes));
      std::ranges::transform(control, controls_.row(first + i).begin(),
                             [](double value) { return static_cast<float>(value); });
    }
  }
  members_ = contrastive::RoundedLibrary(std::move(members));
}

void LearnedWeights::list_kept() {
  const auto inverse = static_cast<float>(1 / encoders_.temperature());
  const auto reach =
      static_cast<float>(std::log(static_cast<double>(members_.size()) / kNegligibleShare));
  std::vector<std::vector<double>> weights(queries_.size());
  kept_.resize(queries_.size());
  contrastive::for_each_score_tile(
      asked_, members_.exact(),
      [&](std::int64_t query, std::int64_t first, std::span<const float> scores) {
        const auto q = static_cast<std::size_t>(query);
        const auto log_normalizer = static_cast<float>(moments_[q].log_normalizer);
        for (std::size_t i = 0; i < scores.size(); ++i) {
          const float log_weight = inverse * scores[i] - log_normalizer;
          if (!(log_weight >= -reach)) continue;
          kept_[q].members.push_back(first + static_cast<Eigen::Index>(i));
          weights[q].push_back(std::exp(static_cast<double>(log_weight)));
        }
      });
  for (std::size_t q = 0; q < queries_.size(); ++q) {
    kept_[q].weights = Eigen::Map<Eigen::VectorXd>(weights[q].data(),
                                                   static_cast<Eigen::Index>(weights[q].size()));
    kept_[q].weights /= kept_[q].weights.sum();
  }
}

}  // namespace lagoon::pipelines
