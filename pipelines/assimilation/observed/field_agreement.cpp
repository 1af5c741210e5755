#include "pipelines/assimilation/observed/field_agreement.hpp"

#include <cmath>
#include <map>
#include <span>
#include <string>

#include "flow/numerics/sample_moments.hpp"

namespace lagoon::pipelines {
namespace {

using Waves = std::map<std::pair<int, int>, std::complex<double>>;

/// By the wavenumbers of the upper half plane: Re(c e_k) = Re(conj(c) e_-k).
Waves waves_of(const SteadyFlow& flow) {
  Waves waves;
  for (std::size_t m = 0; m < flow.modes.size(); ++m) {
    const int k = flow.modes.k[m], l = flow.modes.l[m];
    const bool is_upper = k > 0 || (k == 0 && l > 0);
    if (k == 0 && l == 0) continue;
    waves[is_upper ? std::pair(k, l) : std::pair(-k, -l)] +=
        is_upper ? flow.psi_hat[m] : std::conj(flow.psi_hat[m]);
  }
  return waves;
}

/// Sums over waves, weighted by a power of |k|^2.
struct Sums {
  double truth = 0, estimate = 0, product = 0;

  Sums(const Waves& of_truth, const Waves& of_estimate, int power) {
    const auto weight = [power](const std::pair<int, int>& k) {
      return std::pow(k.first * k.first + k.second * k.second, power);
    };
    for (const auto& [k, wave] : of_truth) truth += weight(k) * std::norm(wave);
    for (const auto& [k, wave] : of_estimate) {
      estimate += weight(k) * std::norm(wave);
      const auto at = of_truth.find(k);
      if (at != of_truth.end()) product += weight(k) * std::real(std::conj(at->second) * wave);
    }
  }

  double correlation() const { return product / std::sqrt(truth * estimate); }
  double explained() const { return (2 * product - estimate) / truth; }
};

void add_jackknife(nlohmann::json& json, const std::string& key,
                   const std::vector<double>& values) {
  const auto left_out = flow::sample_moments(std::span(values).first(values.size() - 1));
  const double error = std::sqrt((left_out.n - 1) * left_out.variance());
  json[key] = values.back();
  json[key + "_interval"] = {values.back() - flow::kNormal975 * error,
                             values.back() + flow::kNormal975 * error};
}

}  // namespace

nlohmann::json agreement_json(const SteadyFlow& truth, const flow::ModeSet& modes,
                              const std::vector<std::vector<std::complex<double>>>& estimates) {
  const Waves of_truth = waves_of(truth);
  std::vector<double> correlations, velocities, vorticities;
  for (const auto& psi_hat : estimates) {
    const Waves estimate = waves_of({modes, psi_hat});
    correlations.push_back(Sums(of_truth, estimate, 0).correlation());
    velocities.push_back(Sums(of_truth, estimate, 1).explained());
    vorticities.push_back(Sums(of_truth, estimate, 2).explained());
  }
  nlohmann::json json;
  add_jackknife(json, "psi_correlation", correlations);
  add_jackknife(json, "velocity_r2", velocities);
  add_jackknife(json, "vorticity_r2", vorticities);
  return json;
}

}  // namespace lagoon::pipelines
