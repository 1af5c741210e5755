#include "pipelines/assimilation/methods/contrastive.hpp"

#include <algorithm>
#include <cmath>

#include "contrastive/inference/encoder_pair.hpp"
#include "contrastive/threads.hpp"
#include "flow/assimilation/conditional_gaussian/amplitude_filter.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "pipelines/assimilation/methods/classical.hpp"
#include "pipelines/assimilation/methods/library.hpp"

namespace lagoon::pipelines {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Matrix> as_matrix(const contrastive::Embeddings& embeddings) {
  return {embeddings.values.data(), embeddings.n, embeddings.dim};
}

/// log_rho of every member of the library for every query, computed when it is first asked for.
class SharedLogRho {
 public:
  SharedLogRho(const MethodContext& context, contrastive::EncoderPair encoders)
      : request_(context.request),
        queries_(context.queries),
        library_(context.library),
        encoders_(std::move(encoders)) {}

  Method::Prepared compute() {
    if (values_.size() > 0) return prepared_;
    const int threads = flow::resolve_threads(request_.threads);
    library_->controls();
    contrastive::Embeddings members, asked;
    prepared_.seconds_once =
        processor_seconds_of([&] { members = encoders_.embed_eulerian(library_->psi_hat()); });
    prepared_.seconds = processor_seconds_of([&] {
      asked = encoders_.embed_lagrangian(queries_.x, queries_.y);
      score(asked, members, threads);
    });
    return prepared_;
  }

  auto row(std::size_t query) const {
    return values_.row(static_cast<Eigen::Index>(query)).transpose();
  }
  FlowLibrary& library() { return *library_; }

 private:
  /// Queries in tiles: the library passes through the cache once a tile.
  void score(const contrastive::Embeddings& queries, const contrastive::Embeddings& members,
             int threads) {
    constexpr std::size_t kTile = 64;
    const auto inverse = static_cast<float>(1 / encoders_.temperature());
    values_.resize(queries.n, members.n);
    const std::size_t n = queries_.size();
    flow::parallel_for((n + kTile - 1) / kTile, threads, [&](std::size_t tile) {
      const auto first = static_cast<Eigen::Index>(tile * kTile);
      const auto count = static_cast<Eigen::Index>(std::min(kTile, n - tile * kTile));
      values_.middleRows(first, count).noalias() =
          (inverse * as_matrix(queries).middleRows(first, count)) * as_matrix(members).transpose();
    });
  }

  const MethodRequest& request_;
  const Queries& queries_;
  std::shared_ptr<FlowLibrary> library_;
  contrastive::EncoderPair encoders_;
  Matrix values_;
  Method::Prepared prepared_;
};

class Contrastive : public Method {
 public:
  explicit Contrastive(std::shared_ptr<SharedLogRho> log_rho) : log_rho_(std::move(log_rho)) {}
  Prepared prepare() override { return log_rho_->compute(); }
  flow::Posterior posterior(std::size_t query) override {
    return weigh_library(log_rho_->library(), log_rho_->row(query).cast<double>());
  }
  nlohmann::json more() const override {
    return {{"library_size", log_rho_->library().controls().cols()}};
  }

 private:
  std::shared_ptr<SharedLogRho> log_rho_;
};

/// Costs differ by less at one optimum, nats.
constexpr double kSameOptimum = 10;

class Refined : public Method {
 public:
  Refined(const MethodContext& context, std::shared_ptr<SharedLogRho> log_rho)
      : queries_(context.queries),
        options_(variational_options(context)),
        reference_(context.reference),
        costs_(context.queries.size(), std::nan("")),
        log_rho_(std::move(log_rho)) {
    options_.start = flow::VariationalStart::given;
  }

  Prepared prepare() override { return log_rho_->compute(); }

  flow::Posterior posterior(std::size_t query) override {
    if (!queries_.is_seen(query)) return flow::prior_of(queries_.space);
    const Eigen::VectorXd weights = flow::importance_weights(log_rho_->row(query).cast<double>());
    const auto& controls = log_rho_->library().controls();
    auto best = refine(query, controls * weights);
    auto other = refine(query, controls.col(flow::nearest_member(weights)));
    if (other.cost < best.cost) best = std::move(other);
    costs_[query] = best.cost;
    return std::move(best.posterior);
  }

  /// Of the queries whose reference is known: the shares that end at its optimum, and below it.
  nlohmann::json more() const override {
    double known = 0, same = 0, lower = 0;
    for (std::size_t q = 0; q < costs_.size(); ++q) {
      const double reference = (*reference_)[q];
      if (std::isnan(reference) || std::isnan(costs_[q])) continue;
      ++known;
      same += std::abs(costs_[q] - reference) < kSameOptimum ? 1 : 0;
      lower += costs_[q] <= reference - kSameOptimum ? 1 : 0;
    }
    if (known == 0) return {{"at_reference_optimum", nullptr}, {"below_reference", nullptr}};
    return {{"at_reference_optimum", same / known}, {"below_reference", lower / known}};
  }

 private:
  flow::VariationalResult refine(std::size_t query, const Eigen::VectorXd& start) const {
    auto options = options_;
    options.given = start;
    return flow::assimilate_variational(queries_.law, queries_.space, queries_.tracks(query),
                                        options);
  }

  const Queries& queries_;
  flow::VariationalOptions options_;
  std::shared_ptr<ReferenceCosts> reference_;
  std::vector<double> costs_;
  std::shared_ptr<SharedLogRho> log_rho_;
};

std::shared_ptr<SharedLogRho> load(const MethodContext& context) {
  contrastive::set_threads(context.request.threads);
  auto encoders = contrastive::EncoderPair::load(context.run, context.request.checkpoint);
  const std::string field = flow::first_difference(encoders.law(), context.queries.law);
  require(field.empty(), context.run.string() + ": is a run of another law than the queries, its " +
                             field + " differs (train on data of this law)");
  return std::make_shared<SharedLogRho>(context, std::move(encoders));
}

}  // namespace

void add_contrastive_methods(const MethodContext& context, std::vector<MethodChoice>& choices) {
  const std::string reason = context.run.empty() ? "no run of encoders was given" : "";
  MethodChoice plain{"contrastive", "contrastive posterior", reason, nullptr};
  MethodChoice refined{"contrastive_refined", "contrastive, refined",
                       reason.empty() ? why_not_variational(context.queries.law) : reason, nullptr};
  if (reason.empty()) {
    const auto log_rho = load(context);
    plain.method = std::make_unique<Contrastive>(log_rho);
    if (refined.reason.empty()) refined.method = std::make_unique<Refined>(context, log_rho);
  }
  choices.push_back(std::move(plain));
  choices.push_back(std::move(refined));
}

}  // namespace lagoon::pipelines
