#include "pipelines/import/random_mode_prior.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include <boost/math/tools/minima.hpp>

#include "flow/error.hpp"
#include "flow/law.hpp"

namespace lagoon::pipelines {
namespace {

using PsiHat = std::span<const std::complex<double>>;

double rms_speed_of(const flow::ModeSet& modes, PsiHat psi_hat) {
  double sum = 0;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    sum += flow::k_squared(modes, m) * std::norm(psi_hat[m]);
  }
  return 2 * std::numbers::pi * std::sqrt(sum / 2);
}

// ln of the density prod exp(-|psi_hat|^2 / std^2) / (pi std^2).
double log_likelihood(const std::vector<double>& std, PsiHat psi_hat) {
  double sum = 0;
  for (std::size_t m = 0; m < std.size(); ++m) {
    const double variance = std[m] * std[m];
    sum -= std::log(std::numbers::pi * variance) + std::norm(psi_hat[m]) / variance;
  }
  return sum;
}

void fit_power(RandomModePrior& prior, const flow::ModeSet& modes, PsiHat psi_hat) {
  flow::LawOptions options;
  options.rms_speed = rms_speed_of(modes, psi_hat);
  const auto std_for = [&](double exponent) {
    options.prior_exponent = exponent;
    return flow::make_prior_std(modes, options);
  };
  constexpr double kSteepest = 10;
  constexpr int kBits = 24;  // Brent reaches half the digits of a double at most
  prior.exponent = boost::math::tools::brent_find_minima(
                       [&](double exponent) { return -log_likelihood(std_for(exponent), psi_hat); },
                       0.0, kSteepest, kBits)
                       .first;
  prior.std = std_for(prior.exponent);
}

void fit_shells(RandomModePrior& prior, const flow::ModeSet& modes, PsiHat psi_hat) {
  std::map<int, std::vector<double>> shells;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    shells[flow::k_squared(modes, m)].push_back(std::norm(psi_hat[m]));
  }
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const std::vector<double>& shell = shells[flow::k_squared(modes, m)];
    double sum = 0;
    for (const double square : shell) sum += square;
    prior.std.push_back(std::sqrt(sum / static_cast<double>(shell.size())));
  }
}

void score(RandomModePrior& prior, PsiHat psi_hat) {
  prior.log_likelihood = log_likelihood(prior.std, psi_hat);
  for (std::size_t m = 0; m < psi_hat.size(); ++m) {
    const double departure = std::norm(psi_hat[m]) / (prior.std[m] * prior.std[m]);
    prior.largest_departure = std::max(prior.largest_departure, departure);
    prior.expected_log_likelihood -= std::log(std::numbers::pi * prior.std[m] * prior.std[m]) + 1;
  }
  prior.chance_of_largest = -std::expm1(static_cast<double>(psi_hat.size()) *
                                        std::log1p(-std::exp(-prior.largest_departure)));
}

}  // namespace

RandomModePrior fit_random_mode_prior(const std::string& form, const flow::ModeSet& modes,
                                      PsiHat psi_hat) {
  for (std::size_t m = 0; m < modes.size(); ++m) {
    require(std::norm(psi_hat[m]) > 0 && flow::k_squared(modes, m) > 0,
            "a random-mode prior can be fitted only where every mode moves: use fewer modes");
  }
  require(form == "power" || form == "shells", "prior '" + form + "': give power or shells");
  RandomModePrior prior;
  if (form == "power") {
    fit_power(prior, modes, psi_hat);
  } else {
    fit_shells(prior, modes, psi_hat);
  }
  score(prior, psi_hat);
  return prior;
}

}  // namespace lagoon::pipelines
