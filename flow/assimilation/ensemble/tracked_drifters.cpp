#include "flow/assimilation/ensemble/tracked_drifters.hpp"

#include <cassert>
#include <cmath>
#include <complex>
#include <string>

#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/time_line.hpp"
#include "flow/integration/trajectories.hpp"

namespace lagoon::flow {
namespace {

Law observed_at(Law law, const std::vector<std::size_t>& times) {
  std::vector<double> chosen;
  for (const std::size_t j : times) chosen.push_back(law.times[j]);
  law.times = chosen;
  return law;
}

}  // namespace

void require_constant_amplitudes(const Law& law) {
  require(!law.has_varying_amplitudes(),
          "the law's amplitudes vary in time (damping): ensembles know constant ones alone");
}

std::vector<std::size_t> chosen_times(const Law& law, int every) {
  require(every >= 1, "every " + std::to_string(every) +
                          "th observation time cannot be chosen: give 1 or more");
  const auto step = static_cast<std::size_t>(every);
  std::vector<std::size_t> times;
  for (std::size_t j = (law.n_times() - 1) % step; j < law.n_times(); j += step) times.push_back(j);
  return times;
}

double assumed_error_std(const Law& law, double error_std) {
  const double result = error_std > 0 ? error_std : law.observation_noise_std;
  require(result > 0,
          "the law observes positions without errors: an ensemble needs some (give an error_std)");
  return result;
}

TrackedDrifters::TrackedDrifters(const Law& law, const ControlSpace& space, const Tracks& tracks,
                                 int every, double error_std)
    : law_(law), space_(space) {
  assert(space.n_drift_terms() <= 1);  // of more, only the variational method knows
  require_constant_amplitudes(law);
  require_shape(law, tracks);
  const std::vector<std::size_t> times = chosen_times(law, every);
  law_ = observed_at(law, times);
  every_step_ = longest_of(intervals_of(law_)) / longest_of(intervals_of(law));
  const auto n = static_cast<Eigen::Index>(times.size() * law.n_drifters() * 2);
  observations_.values.resize(n);
  observations_.variances.setConstant(n, std::pow(assumed_error_std(law, error_std), 2));
  Eigen::Index i = 0;
  for (const std::size_t j : times) {
    for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
      observations_.values[i++] = tracks.x[drifter * law.n_times() + j];
      observations_.values[i++] = tracks.y[drifter * law.n_times() + j];
    }
  }
  require(!observations_.values.array().isNaN().all(),
          "no drifter was seen at the chosen observation times: give other tracks or times");
}

Eigen::MatrixXd TrackedDrifters::observe(const Eigen::MatrixXd& members, int steps_per_interval,
                                         int threads) const {
  require(law_.diffusivity == 0,
          "the law's drifters diffuse: a smoother of the flow alone cannot follow them (use the "
          "filter)");
  const int steps = static_cast<int>(std::ceil(steps_per_interval * every_step_ - 1e-6));
  Eigen::MatrixXd observed(observations_.values.size(), members.cols());
  if (space_.has_mean_velocity()) {
    observe_each(members, steps, threads, observed);
  } else {
    observe_alike(members, steps, threads, observed);
  }
  return observed;
}

void TrackedDrifters::observe_alike(const Eigen::MatrixXd& members, int steps, int threads,
                                    Eigen::MatrixXd& observed) const {
  std::vector<std::complex<double>> psi_hat;
  for (const auto member : members.colwise()) {
    const std::vector<std::complex<double>> flow = space_.psi_hat(member);
    psi_hat.insert(psi_hat.end(), flow.begin(), flow.end());
  }
  const std::size_t size = law_.n_positions();
  std::vector<double> x(static_cast<std::size_t>(members.cols()) * size);
  std::vector<double> y(x.size());
  integrate_fixed(law_, psi_hat, steps, threads, x, y);
  for (Eigen::Index member = 0; member < members.cols(); ++member) {
    const std::size_t at = static_cast<std::size_t>(member) * size;
    gather(&x[at], &y[at], member, observed);
  }
}

/// The kernels share one mean velocity among flows, so members with their own go one by one.
void TrackedDrifters::observe_each(const Eigen::MatrixXd& members, int steps, int threads,
                                   Eigen::MatrixXd& observed) const {
  parallel_for(static_cast<std::size_t>(members.cols()), threads, [&](std::size_t i) {
    const auto member = static_cast<Eigen::Index>(i);
    Law law = law_;
    law.mean_velocity = space_.mean_velocity(law_, members.col(member));
    std::vector<double> x(law.n_positions());
    std::vector<double> y(x.size());
    integrate_fixed(law, space_.psi_hat(members.col(member)), steps, 1, x, y);
    gather(x.data(), y.data(), member, observed);
  });
}

/// From (drifter, time) to the order of the observations.
void TrackedDrifters::gather(const double* x, const double* y, Eigen::Index member,
                             Eigen::MatrixXd& observed) const {
  Eigen::Index i = 0;
  for (std::size_t j = 0; j < law_.n_times(); ++j) {
    for (std::size_t drifter = 0; drifter < law_.n_drifters(); ++drifter) {
      observed(i++, member) = x[drifter * law_.n_times() + j];
      observed(i++, member) = y[drifter * law_.n_times() + j];
    }
  }
}

}  // namespace lagoon::flow
