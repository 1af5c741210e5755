#include "pipelines/assimilation/methods/library.hpp"

#include <algorithm>
#include <utility>

#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/prior.hpp"
#include "pipelines/assimilation/methods/tempering.hpp"

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

class LibraryMethod : public Method {
 public:
  explicit LibraryMethod(std::shared_ptr<LibraryLikelihoods> likelihoods)
      : likelihoods_(std::move(likelihoods)) {}
  Prepared prepare() override { return likelihoods_->compute(); }
  nlohmann::json more() const override {
    return {{"library_size", likelihoods_->library().size()}};
  }

 protected:
  std::shared_ptr<LibraryLikelihoods> likelihoods_;
};

class Importance : public LibraryMethod {
 public:
  using LibraryMethod::LibraryMethod;
  flow::Posterior posterior(std::size_t query) override {
    auto& library = likelihoods_->library();
    return posterior_of(library,
                        keep_members(tempered(library.request(), likelihoods_->row(query))));
  }
};

class Nearest : public LibraryMethod {
 public:
  using LibraryMethod::LibraryMethod;
  flow::Posterior posterior(std::size_t query) override {
    const Eigen::Index member = flow::nearest_member(likelihoods_->row(query));
    return posterior_of(likelihoods_->library(), {{member}, Eigen::VectorXd::Ones(1)});
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

Eigen::Index FlowLibrary::size() {
  return static_cast<Eigen::Index>(psi_hat().size() / queries_.law.n_modes());
}

Eigen::MatrixXd FlowLibrary::controls(std::span<const Eigen::Index> members) {
  const std::size_t n_modes = queries_.law.n_modes();
  Eigen::MatrixXd controls(queries_.space.size(), static_cast<Eigen::Index>(members.size()));
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::size_t first = static_cast<std::size_t>(members[i]) * n_modes;
    controls.col(static_cast<Eigen::Index>(i)) =
        queries_.space.control(std::span(psi_hat()).subspan(first, n_modes));
  }
  return controls;
}

KeptMembers keep_members(const Eigen::Ref<const Eigen::VectorXd>& log_weights) {
  return flow::keep_members(flow::importance_weights(log_weights));
}

flow::EnsemblePosterior posterior_of(FlowLibrary& library, const KeptMembers& kept) {
  return {library.controls(kept.members), kept.weights};
}

LibraryLikelihoods::LibraryLikelihoods(const MethodRequest& request, const Queries& queries,
                                       std::shared_ptr<FlowLibrary> library)
    : request_(request), queries_(queries), library_(std::move(library)) {}

Method::Prepared LibraryLikelihoods::compute() {
  if (are_computed()) return prepared_;
  std::vector<flow::Tracks> tracks;
  for (std::size_t q = 0; q < queries_.size(); ++q) tracks.push_back(queries_.tracks(q));
  flow::LibraryScheme scheme;
  scheme.steps_per_interval = steps_within(queries_.law, kLongestStep);
  scheme.threads = flow::resolve_threads(request_.threads);
  flow::LibrarySeconds seconds;
  values_ =
      flow::library_log_likelihoods(queries_.law, library_->psi_hat(), tracks, scheme, &seconds);
  prepared_ = {seconds.comparison, seconds.integration};
  return prepared_;
}

void add_library_methods(const MethodContext& context, std::vector<MethodChoice>& choices) {
  const std::string reason = why_no_likelihood(context.queries.law);
  MethodChoice importance{"importance", "importance sampling", reason, nullptr};
  MethodChoice nearest{"nearest", "nearest trajectory", reason, nullptr};
  if (reason.empty()) {
    importance.method = std::make_unique<Importance>(context.likelihoods);
    nearest.method = std::make_unique<Nearest>(context.likelihoods);
  }
  choices.push_back(std::move(importance));
  choices.push_back(std::move(nearest));
}

}  // namespace lagoon::pipelines
