#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "datasets/reader.hpp"

namespace lagoon::pipelines {

/// One exact test of stored coefficients against the prior.
struct PriorTest {
  std::string key;      ///< "mode_energy", for programs
  std::string what;     ///< "mean |psi_hat|^2 of mode", for people
  std::string where;    ///< the worst mode, "(2, -1)"; empty for a test over all modes
  double measured = 0;  ///< what `expected` should be
  double expected = 0;
  double deviations = 0;   ///< the departure in standard deviations of its sampling law
  double probability = 1;  ///< of a departure as large in any of the modes, if the prior holds
};

/// Sums over flows that the tests follow from.
class PriorMoments {
 public:
  explicit PriorMoments(const flow::Law& law);  ///< the law outlives it

  /// psi_hat (n, mode) of the flows from `first` on. Throws Error naming flow and mode where a mode
  /// of zero prior_std is not exactly 0.
  void add(std::span<const std::complex<double>> psi_hat, std::int64_t first);

  /// Under psi_hat_m ~ complex normal with E|psi_hat_m|^2 = prior_std_m^2, independent:
  ///  mode_energy          2 sum |psi_hat|^2 / prior_std^2 ~ chi-squared of 2 n degrees of freedom
  ///  total_energy         the sum of these over the modes
  ///  mode_mean            sum of real, and of imaginary, parts: normal
  ///  mirror_correlation   |sum a conj b|^2 / (sum |a|^2 sum |b|^2) of (k, l) and (-k, -l), and the
  ///                       same with a b: 1 - it is uniform to the power n - 1
  /// Tests of each mode report the largest departure, with Sidak's probability over the modes.
  std::vector<PriorTest> tests() const;

  std::int64_t n_flows() const { return n_flows_; }
  double rms_speed() const;        ///< over flows, without the mean velocity
  double rms_speed_error() const;  ///< standard error of it

 private:
  struct Mirror {
    std::size_t mode, mirror;
    std::complex<double> with_conjugate, plain;
  };
  PriorTest energy_test() const;
  PriorTest total_energy_test() const;
  PriorTest mean_test() const;
  PriorTest mirror_test() const;
  std::string name_of(std::size_t mode) const;

  const flow::Law& law_;
  std::vector<std::size_t> drawn_;  // modes with prior_std > 0
  std::vector<Mirror> mirrors_;
  std::vector<double> energy_;             // (mode) sum of |psi_hat|^2
  std::vector<std::complex<double>> sum_;  // (mode)
  double speed_squared_ = 0, speed_fourth_ = 0;
  std::int64_t n_flows_ = 0;
};

/// Departures less probable than this are errors: with four tests, four false alarms in a million
/// files.
inline constexpr double kImprobable = 1e-6;

/// Reads all coefficients of the file. Throws Error naming mode and values of the least
/// probable test, if it is less probable than kImprobable.
PriorMoments check_against_prior(const datasets::Reader& reader);

}  // namespace lagoon::pipelines
