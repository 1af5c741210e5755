#include "flow/projection/random_mode_prior.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "flow/error.hpp"
#include "flow/law/law_options.hpp"
#include "flow/numerics/minimum.hpp"

namespace lagoon::flow {
namespace {

using PsiHat = std::span<const std::complex<double>>;

// Mean of |psi_hat_m|^2 over the flows, all that a likelihood needs of them.
std::vector<double> mean_squares(const ModeSet& modes, PsiHat psi_hat) {
  require(modes.size() > 0 && !psi_hat.empty() && psi_hat.size() % modes.size() == 0,
          "a prior is fitted to whole flows of " + std::to_string(modes.size()) +
              " modes, not to " + std::to_string(psi_hat.size()) + " coefficients");
  const double share = static_cast<double>(modes.size()) / static_cast<double>(psi_hat.size());
  std::vector<double> squares(modes.size(), 0.0);
  for (std::size_t at = 0; at < psi_hat.size(); ++at) {
    squares[at % modes.size()] += share * std::norm(psi_hat[at]);
  }
  return squares;
}

// ln of the density prod exp(-|psi_hat|^2 / std^2) / (pi std^2), a flow.
double mean_log_likelihood(const std::vector<double>& std, const std::vector<double>& squares) {
  double sum = 0;
  for (std::size_t m = 0; m < std.size(); ++m) {
    const double variance = std[m] * std[m];
    sum -= std::log(std::numbers::pi * variance) + squares[m] / variance;
  }
  return sum;
}

LawOptions options_at_rms_speed_of(const ModeSet& modes, const std::vector<double>& squares) {
  double sum = 0;
  for (std::size_t m = 0; m < modes.size(); ++m) sum += k_squared(modes, m) * squares[m];
  LawOptions options;
  options.rms_speed = kTwoPi * std::sqrt(sum / 2);
  return options;
}

struct Range {
  double low, high;

  /// Brent's search comes closer than this to an end, never there.
  bool ends_at(double at) const {
    constexpr double kNear = 1e-4;
    return std::min(at - low, high - at) < kNear * (high - low);
  }
};
constexpr Range kExponents = {-5, 10}, kAlphas = {0, 20};

void fit_power(RandomModePrior& prior, const ModeSet& modes, const std::vector<double>& squares) {
  LawOptions options = options_at_rms_speed_of(modes, squares);
  const auto std_for = [&](double exponent) {
    options.prior_exponent = exponent;
    return make_prior_std(modes, options);
  };
  prior.exponent = minimum_of([&](double p) { return -mean_log_likelihood(std_for(p), squares); },
                              kExponents.low, kExponents.high)
                       .at;
  prior.at_bound = kExponents.ends_at(prior.exponent);
  prior.std = std_for(prior.exponent);
}

void fit_matern(RandomModePrior& prior, const ModeSet& modes, const std::vector<double>& squares) {
  LawOptions options = options_at_rms_speed_of(modes, squares);
  options.prior = "matern";
  const auto std_for = [&](double log_tau, double alpha) {
    options.matern_tau = std::exp(log_tau);
    options.matern_alpha = alpha;
    return make_prior_std(modes, options);
  };
  const auto best_alpha = [&](double log_tau) {
    return minimum_of(
        [&](double alpha) { return -mean_log_likelihood(std_for(log_tau, alpha), squares); },
        kAlphas.low, kAlphas.high);
  };
  // The profile over tau is flat at both ends (a power law, and white noise): a scan brackets.
  constexpr int kScan = 13;
  const Range log_taus = {std::log(0.1), std::log(1000)};
  const double log_tau = minimum_by_scan([&](double at) { return best_alpha(at).value; },
                                         log_taus.low, log_taus.high, kScan)
                             .at;
  prior.matern_tau = std::exp(log_tau);
  prior.matern_alpha = best_alpha(log_tau).at;
  prior.at_bound = log_taus.ends_at(log_tau) || kAlphas.ends_at(prior.matern_alpha);
  prior.std = std_for(log_tau, prior.matern_alpha);
}

struct Shell {
  double sum = 0;
  int n_modes = 0;
};

std::map<int, Shell> shells_of(const ModeSet& modes, const std::vector<double>& squares) {
  std::map<int, Shell> shells;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    Shell& shell = shells[k_squared(modes, m)];
    shell.sum += squares[m];
    ++shell.n_modes;
  }
  return shells;
}

void fit_shells(RandomModePrior& prior, const ModeSet& modes, const std::vector<double>& squares) {
  const std::map<int, Shell> shells = shells_of(modes, squares);
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const Shell& shell = shells.at(k_squared(modes, m));
    prior.std.push_back(std::sqrt(shell.sum / shell.n_modes));
  }
}

void score(RandomModePrior& prior, const std::vector<double>& squares, PsiHat psi_hat) {
  const std::size_t n_modes = squares.size();
  const std::size_t n_rows = psi_hat.size() / n_modes;
  const auto n_flows = static_cast<double>(n_rows);
  prior.log_likelihood = n_flows * mean_log_likelihood(prior.std, squares);
  for (const double std : prior.std) {
    prior.expected_log_likelihood -= n_flows * (std::log(std::numbers::pi * std * std) + 1);
  }
  for (std::size_t at = 0; at < psi_hat.size(); ++at) {
    const double std = prior.std[at % n_modes];
    prior.largest_departure =
        std::max(prior.largest_departure, std::norm(psi_hat[at]) / (std * std));
  }
  prior.chance_of_largest = -std::expm1(static_cast<double>(psi_hat.size()) *
                                        std::log1p(-std::exp(-prior.largest_departure)));
}

}  // namespace

RandomModePrior fit_random_mode_prior(const std::string& form, const ModeSet& modes,
                                      PsiHat psi_hat) {
  const std::vector<double> squares = mean_squares(modes, psi_hat);
  for (std::size_t m = 0; m < modes.size(); ++m) {
    require(squares[m] > 0 && k_squared(modes, m) > 0,
            "a random-mode prior can be fitted only where every mode moves: use fewer modes "
            "(--max-wavenumber)");
  }
  RandomModePrior prior;
  if (form == "power") {
    fit_power(prior, modes, squares);
  } else if (form == "matern") {
    fit_matern(prior, modes, squares);
  } else {
    require(form == "shells", "prior (--prior) '" + form + "': give power, matern or shells");
    fit_shells(prior, modes, squares);
  }
  score(prior, squares, psi_hat);
  return prior;
}

ShellSpectrum shell_spectrum(const ModeSet& modes, PsiHat psi_hat) {
  ShellSpectrum spectrum;
  for (const auto& [squared, shell] : shells_of(modes, mean_squares(modes, psi_hat))) {
    spectrum.wavenumber.push_back(std::sqrt(squared));
    spectrum.std.push_back(std::sqrt(shell.sum / shell.n_modes));
    spectrum.n_modes.push_back(shell.n_modes);
  }
  return spectrum;
}

}  // namespace lagoon::flow
