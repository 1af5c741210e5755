#include "pipelines/assimilation/methods/memory.hpp"

#include <algorithm>
#include <complex>
#include <initializer_list>

#include "datasets/probe.hpp"
#include "datasets/reader.hpp"
#include "flow/integration/parallel.hpp"

namespace lagoon::pipelines {
namespace {

bool exists(const std::vector<MethodChoice>& choices, std::initializer_list<const char*> names) {
  return std::ranges::any_of(choices, [&](const MethodChoice& choice) {
    return choice.reason.empty() && std::ranges::find(names, choice.name) != names.end();
  });
}

std::int64_t library_size(const MethodRequest& request) {
  if (request.library.empty()) return request.library_size;
  datasets::probe_file(request.library);
  return datasets::Reader(request.library).n_flows();
}

}  // namespace

double memory_of(const MethodContext& context, std::size_t n_queries) {
  const auto& law = context.queries.law;
  const auto choices = choose_methods(context);
  const auto n = static_cast<double>(n_queries);
  const auto unknowns = static_cast<double>(context.queries.space.size());
  const double covariance = unknowns * unknowns * sizeof(double);
  // Positions are held as double, and packed as float twice over while a library is compared.
  double bytes = n * static_cast<double>(law.n_drifters() * law.n_times()) * 4 * sizeof(double);
  if (exists(choices, {"exact"}) && exists(choices, {"prior", "ensemble", "contrastive"})) {
    bytes += n * covariance;
  }
  double answer = covariance;
  if (exists(choices, {"nearest", "importance", "contrastive", "contrastive_refined"})) {
    const auto library = static_cast<double>(library_size(context.request));
    const double members = library * unknowns * sizeof(double);
    bytes += library * static_cast<double>(law.n_modes()) * sizeof(std::complex<double>);
    if (exists(choices, {"nearest", "importance"})) bytes += library * n * sizeof(double);
    if (exists(choices, {"contrastive", "contrastive_refined"})) {
      // Embeddings of the default length and control vectors in single precision; of each query the
      // kept members' places and weights, which may be all.
      constexpr double kEmbedding = 128;
      bytes += library * ((kEmbedding + unknowns) * sizeof(float) + n * 2 * sizeof(double));
    }
    if (exists(choices, {"importance", "contrastive"})) answer = std::max(answer, members);
  }
  const auto threads = static_cast<double>(flow::resolve_threads(context.request.threads));
  return bytes + std::min(n, kBlockOfThread * threads) * answer;
}

}  // namespace lagoon::pipelines
