#include "pipelines/inspection/prior_check.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>

#include "flow/error.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

constexpr std::int64_t kFlowsCheckedAtOnce = 4096;

/// Both tails, so that too little counts as too much does.
double chi_squared_probability(double sum, double degrees) {
  const boost::math::chi_squared law(degrees);
  return std::min(1.0, 2 * std::min(cdf(law, sum), cdf(complement(law, sum))));
}

double normal_probability(double deviations) {
  return 2 * cdf(complement(boost::math::normal(), std::abs(deviations)));
}

/// Of the least of n independent probabilities being `smallest` or less (Sidak 1967).
double over_all(double smallest, std::size_t n) {
  return -std::expm1(static_cast<double>(n) * std::log1p(-smallest));
}

/// Keeps the less probable of two tests.
void take_worse(PriorTest& worst, PriorTest other) {
  const bool worse = other.probability < worst.probability ||
                     (other.probability == worst.probability &&
                      std::abs(other.deviations) > std::abs(worst.deviations));
  if (worst.key.empty() || worse) worst = std::move(other);
}

std::string failure_text(const PriorTest& test) {
  return test.what + (test.where.empty() ? "" : " " + test.where) + " is " +
         figures_text(test.measured) + " where the prior says " + figures_text(test.expected) +
         ", " + figures_text(test.deviations) + " standard deviations off (probability " +
         figures_text(test.probability) + ")";
}

}  // namespace

PriorMoments::PriorMoments(const flow::Law& law)
    : law_(law), energy_(law.n_modes()), sum_(law.n_modes()) {
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    if (law.prior_std[m] == 0) continue;
    drawn_.push_back(m);
    const auto mirror = find_mode(law.modes, -law.modes.k[m], -law.modes.l[m]);
    if (mirror && *mirror > m && law.prior_std[*mirror] > 0) mirrors_.push_back({m, *mirror, 0, 0});
  }
}

void PriorMoments::add(std::span<const std::complex<double>> psi_hat, std::int64_t first) {
  const std::size_t n_modes = law_.n_modes();
  for (std::size_t i = 0; i < psi_hat.size() / n_modes; ++i) {
    const auto flow = psi_hat.subspan(i * n_modes, n_modes);
    double speed_squared = 0;
    for (std::size_t m = 0; m < n_modes; ++m) {
      if (law_.prior_std[m] == 0 && flow[m] != 0.0) {
        throw Error("psi_hat of mode " + name_of(m) + " in flow " +
                    std::to_string(first + static_cast<std::int64_t>(i)) +
                    " is not 0, where prior_std is (the file is damaged; generate it again)");
      }
      const double energy = std::norm(flow[m]);
      energy_[m] += energy;
      sum_[m] += flow[m];
      speed_squared += flow::wave_squared(law_.modes, m) * energy / 2;
    }
    for (auto& [mode, mirror, with_conjugate, plain] : mirrors_) {
      with_conjugate += flow[mode] * std::conj(flow[mirror]);
      plain += flow[mode] * flow[mirror];
    }
    speed_squared_ += speed_squared;
    speed_fourth_ += speed_squared * speed_squared;
    ++n_flows_;
  }
}

std::string PriorMoments::name_of(std::size_t mode) const {
  return "(" + std::to_string(law_.modes.k[mode]) + ", " + std::to_string(law_.modes.l[mode]) + ")";
}

PriorTest PriorMoments::energy_test() const {
  const auto n = static_cast<double>(n_flows_);
  PriorTest worst;
  for (const std::size_t m : drawn_) {
    const double variance = law_.prior_std[m] * law_.prior_std[m];
    const double chi_squared = 2 * energy_[m] / variance;
    take_worse(worst, {"mode_energy", "mean |psi_hat|^2 of mode", name_of(m), energy_[m] / n,
                       variance, (chi_squared - 2 * n) / std::sqrt(4 * n),
                       chi_squared_probability(chi_squared, 2 * n)});
  }
  worst.probability = over_all(worst.probability, drawn_.size());
  return worst;
}

PriorTest PriorMoments::total_energy_test() const {
  double chi_squared = 0;
  for (const std::size_t m : drawn_) {
    chi_squared += 2 * energy_[m] / (law_.prior_std[m] * law_.prior_std[m]);
  }
  const double degrees = 2 * static_cast<double>(n_flows_) * static_cast<double>(drawn_.size());
  return {"total_energy",
          "mean |psi_hat|^2 / prior_std^2 over all modes",
          "",
          chi_squared / degrees,
          1,
          (chi_squared - degrees) / std::sqrt(2 * degrees),
          chi_squared_probability(chi_squared, degrees)};
}

PriorTest PriorMoments::mean_test() const {
  const auto n = static_cast<double>(n_flows_);
  PriorTest worst;
  for (const std::size_t m : drawn_) {
    const double deviation = law_.prior_std[m] * std::sqrt(n / 2);
    for (const auto& [part, sum] :
         {std::pair{"real", sum_[m].real()}, {"imaginary", sum_[m].imag()}}) {
      take_worse(worst, {"mode_mean", std::string("mean ") + part + " part of mode", name_of(m),
                         sum / n, 0, sum / deviation, normal_probability(sum / deviation)});
    }
  }
  worst.probability = over_all(worst.probability, 2 * drawn_.size());
  return worst;
}

PriorTest PriorMoments::mirror_test() const {
  const auto n = static_cast<double>(n_flows_);
  PriorTest worst;
  for (const auto& [mode, mirror, with_conjugate, plain] : mirrors_) {
    const double scale = energy_[mode] * energy_[mirror];
    for (const double product : {std::norm(with_conjugate), std::norm(plain)}) {
      const double squared = std::min(1.0, product / scale);
      take_worse(worst, {"mirror_correlation", "correlation of modes",
                         name_of(mode) + " and " + name_of(mirror), std::sqrt(squared), 0,
                         std::sqrt(n * squared), std::pow(1 - squared, n - 1)});
    }
  }
  worst.probability = over_all(worst.probability, 2 * mirrors_.size());
  return worst;
}

std::vector<PriorTest> PriorMoments::tests() const {
  if (n_flows_ == 0 || drawn_.empty()) return {};
  std::vector<PriorTest> all = {energy_test(), total_energy_test(), mean_test()};
  if (!mirrors_.empty() && n_flows_ > 1) all.push_back(mirror_test());
  return all;
}

double PriorMoments::rms_speed() const {
  return std::sqrt(speed_squared_ / static_cast<double>(n_flows_));
}

double PriorMoments::rms_speed_error() const {
  const auto n = static_cast<double>(n_flows_);
  const double mean = speed_squared_ / n;
  const double variance = std::max(0.0, speed_fourth_ / n - mean * mean);
  return std::sqrt(variance / n) / (2 * std::sqrt(mean));
}

PriorMoments check_against_prior(const datasets::Reader& reader) {
  PriorMoments moments(reader.law());
  for (std::int64_t first = 0; first < reader.n_flows(); first += kFlowsCheckedAtOnce) {
    const auto psi_hat =
        reader.psi_hat(first, std::min(kFlowsCheckedAtOnce, reader.n_flows() - first));
    try {
      moments.add(psi_hat, reader.first_flow() + first);
    } catch (const Error& error) {
      throw Error(reader.path().string() + ": " + error.what());
    }
  }
  const auto tests = moments.tests();
  const auto worst = std::ranges::min_element(tests, {}, &PriorTest::probability);
  if (worst != tests.end() && worst->probability < kImprobable) {
    throw Error(reader.path().string() + ": " + failure_text(*worst) +
                ": the flows are no draws of their prior (generate the file again)");
  }
  return moments;
}

}  // namespace lagoon::pipelines
