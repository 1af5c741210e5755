#include "pipelines/assimilation/methods/library.hpp"

#include <algorithm>
#include <cmath>

#include "datasets/probe.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/prior.hpp"

namespace lagoon::pipelines {
namespace {

std::vector<std::complex<double>> draw_library(const flow::Law& law, std::int64_t size,
                                               std::uint64_t seed) {
  std::vector<std::complex<double>> psi_hat(static_cast<std::size_t>(size) * law.n_modes());
  for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i) {
    flow::draw_psi_hat(law, {seed, flow::Purpose::library_draw, i},
                       std::span(psi_hat).subspan(i * law.n_modes(), law.n_modes()));
  }
  return psi_hat;
}

std::vector<std::complex<double>> read_library(const std::filesystem::path& path,
                                               const flow::Law& law) {
  datasets::probe_file(path);
  const datasets::Reader library(path);
  const std::string field = flow::first_difference(law, library.law());
  require(field.empty(), path.string() + ": is of another law than the queries, its " + field +
                             " differs (generate it with --law-from)");
  return library.psi_hat(0, library.n_flows());
}

/// Log-likelihoods of every member for every query, computed when they are first asked for, and
/// the seconds of one thread that they took.
class SharedLikelihoods {
 public:
  explicit SharedLikelihoods(const MethodContext& context)
      : request_(context.request), queries_(context.queries), library_(context.library) {}

  double compute() {
    if (values_.size() > 0) return seconds_;
    std::vector<flow::Tracks> tracks;
    for (std::size_t q = 0; q < queries_.size(); ++q) tracks.push_back(queries_.tracks(q));
    flow::LibraryScheme scheme;
    scheme.steps_per_interval = steps_within(queries_.law, kLongestStep);
    scheme.threads = flow::resolve_threads(request_.threads);
    library_->controls();
    return seconds_ = processor_seconds_of([&] {
             values_ =
                 flow::library_log_likelihoods(queries_.law, library_->psi_hat(), tracks, scheme);
           });
  }

  auto row(std::size_t query) const {
    return values_.row(static_cast<Eigen::Index>(query)).transpose();
  }
  FlowLibrary& library() { return *library_; }

 private:
  const MethodRequest& request_;
  const Queries& queries_;
  std::shared_ptr<FlowLibrary> library_;
  flow::LogLikelihoods values_;
  double seconds_ = 0;
};

class LibraryMethod : public Method {
 public:
  explicit LibraryMethod(std::shared_ptr<SharedLikelihoods> likelihoods)
      : likelihoods_(std::move(likelihoods)) {}
  Prepared prepare() override { return {likelihoods_->compute(), 0}; }
  nlohmann::json more() const override {
    return {{"library_size", likelihoods_->library().controls().cols()}};
  }

 protected:
  std::shared_ptr<SharedLikelihoods> likelihoods_;
};

class Importance : public LibraryMethod {
 public:
  using LibraryMethod::LibraryMethod;
  flow::Posterior posterior(std::size_t query) override {
    return weigh_library(likelihoods_->library(), likelihoods_->row(query));
  }
};

class Nearest : public LibraryMethod {
 public:
  using LibraryMethod::LibraryMethod;
  flow::Posterior posterior(std::size_t query) override {
    const Eigen::Index member = flow::nearest_member(likelihoods_->row(query));
    return flow::EnsemblePosterior{likelihoods_->library().controls().col(member),
                                   Eigen::VectorXd::Ones(1)};
  }
};

std::string why_no_likelihood(const flow::Law& law) {
  if (law.diffusivity > 0) return "drifters diffuse: a flow alone gives no trajectory to compare";
  if (law.has_varying_amplitudes())
    return "amplitudes vary in time, and are no function of psi_hat";
  if (law.observation_noise_std == 0) {
    return "positions are observed without error: no flow of a library has a likelihood";
  }
  return "";
}

}  // namespace

FlowLibrary::FlowLibrary(const MethodRequest& request, const Queries& queries)
    : request_(request), queries_(queries) {}

const std::vector<std::complex<double>>& FlowLibrary::psi_hat() {
  if (psi_hat_.empty()) {
    psi_hat_ = request_.library.empty()
                   ? draw_library(queries_.law, request_.library_size, request_.seed)
                   : read_library(request_.library, queries_.law);
  }
  return psi_hat_;
}

const Eigen::MatrixXd& FlowLibrary::controls() {
  if (controls_.size() == 0) {
    controls_ = flow::library_controls(queries_.law, queries_.space, psi_hat());
  }
  return controls_;
}

flow::EnsemblePosterior weigh_library(FlowLibrary& library,
                                      const Eigen::Ref<const Eigen::VectorXd>& log_weights) {
  // What is left out holds less than this together, and is found without a sort.
  constexpr double kNegligible = 1e-8;
  const Eigen::VectorXd weights = flow::importance_weights(log_weights);
  const double least = kNegligible / static_cast<double>(weights.size());
  std::vector<Eigen::Index> kept;
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    if (weights[i] >= least) kept.push_back(i);
  }
  const Eigen::VectorXd kept_weights = weights(kept);
  return {library.controls()(Eigen::all, kept), kept_weights / kept_weights.sum()};
}

void add_library_methods(const MethodContext& context, std::vector<MethodChoice>& choices) {
  const std::string reason = why_no_likelihood(context.queries.law);
  MethodChoice importance{"importance", "importance sampling", reason, nullptr};
  MethodChoice nearest{"nearest", "nearest trajectory", reason, nullptr};
  if (reason.empty()) {
    const auto likelihoods = std::make_shared<SharedLikelihoods>(context);
    importance.method = std::make_unique<Importance>(likelihoods);
    nearest.method = std::make_unique<Nearest>(likelihoods);
  }
  choices.push_back(std::move(importance));
  choices.push_back(std::move(nearest));
}

}  // namespace lagoon::pipelines
