#include "flow/assimilation/models/vortex_twin.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/ensemble/members.hpp"
#include "flow/assimilation/ensemble/particle_filter.hpp"
#include "flow/assimilation/models/point_vortices.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"

namespace lagoon::flow {
namespace {

constexpr double kStep = 0.05;
constexpr double kLost = 1;
constexpr Eigen::Index kVortices = 2;

int steps_between(const VortexTwinOptions& options) {
  const int steps = static_cast<int>(std::lround(options.interval / kStep));
  require(steps >= 1 && std::abs(steps * kStep - options.interval) < 1e-9 &&
              options.interval <= options.final_time,
          "interval is " + std::to_string(options.interval) +
              ": give a multiple of 0.05, at most final_time");
  return steps;
}

/// An ensemble, or the truth as one member, that follows the pair with Brownian motion of its own.
class NoisyVortices {
 public:
  NoisyVortices(double noise, std::uint64_t seed, std::uint64_t stream, Eigen::MatrixXd start)
      : ensemble(std::move(start)), noise_(noise), seed_(seed), stream_(stream) {}

  void advance(int n_steps) {
    for (int i = 0; i < n_steps; ++i) {
      for (auto member : ensemble.colwise()) model_.step(kStep, member);
      const DrawKey key = {seed_, Purpose::ensemble_model_noise, stream_ << 32 | step_++};
      ensemble += noise_ * std::sqrt(kStep) * normals(ensemble.rows(), ensemble.cols(), key);
    }
  }

  Eigen::MatrixXd ensemble;  ///< (state, member)

 private:
  PointVortices model_ = corotating_pair();
  double noise_;
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t step_ = 0;
};

/// Root mean square over the vortices of their distances.
double error_of(const Eigen::VectorXd& mean, const Eigen::MatrixXd& truth) {
  return (mean - truth.col(0)).head(2 * kVortices).norm() / std::sqrt(kVortices);
}

/// The errors of one method in one run.
struct RunErrors {
  double sum = 0;
  double last = 0;
  int n = 0;

  void add(double error) {
    sum += error;
    last = error;
    ++n;
  }
  double mean() const { return sum / n; }
};

/// One truth, its observations and the three methods.
class VortexRun {
 public:
  enum Method { kFree, kEnsemble, kParticles, kMethods };

  VortexRun(const VortexTwinOptions& options, std::uint64_t number)
      : options_(options),
        number_(number),
        truth_(vortices(0, nominal())),
        free_(vortices(1, start(options.n_members, 0))),
        ensemble_(vortices(2, start(options.n_members, 0))),
        particles_(vortices(3, start(options.n_particles, 1))) {}

  std::array<RunErrors, kMethods> errors() {
    const int n_steps = steps_between(options_);
    const int n_times = static_cast<int>(options_.final_time / options_.interval + 1e-9);
    std::array<RunErrors, kMethods> result;
    for (int time = 0; time < n_times; ++time) {
      for (NoisyVortices* any : {&truth_, &free_, &ensemble_, &particles_}) any->advance(n_steps);
      const Observations seen = observe(static_cast<std::uint64_t>(time));
      result[kFree].add(error_of(free_.ensemble.rowwise().mean(), truth_.ensemble));
      analyse(Analysis::perturbed_observations, ensemble_.ensemble.bottomRows(2), seen,
              key(Purpose::ensemble_error, static_cast<std::uint64_t>(time)), ensemble_.ensemble);
      result[kEnsemble].add(error_of(ensemble_.ensemble.rowwise().mean(), truth_.ensemble));
      result[kParticles].add(filter_particles(seen, static_cast<std::uint64_t>(time)));
    }
    return result;
  }

 private:
  DrawKey key(Purpose purpose, std::uint64_t index) const {
    return {options_.seed, purpose, number_ << 32 | index};
  }

  NoisyVortices vortices(std::uint64_t stream, Eigen::MatrixXd at) const {
    return {options_.noise, options_.seed, number_ << 8 | stream, std::move(at)};
  }

  Eigen::VectorXd nominal() const {
    Eigen::VectorXd state(6);
    state << -1, 0, 1, 0, options_.launch[0], options_.launch[1];
    return state;
  }

  Eigen::MatrixXd start(Eigen::Index n_members, std::uint64_t stream) const {
    Eigen::MatrixXd members =
        options_.initial_std * normals(6, n_members, key(Purpose::ensemble_member, stream));
    members.colwise() += options_.initial_std * normals(6, 1, key(Purpose::twin_truth, 0)).col(0);
    // The tracer's launch is known as well as its later positions.
    members.bottomRows(2) =
        options_.noise * normals(2, n_members, key(Purpose::ensemble_member, stream + 2));
    return members.colwise() + nominal();
  }

  Observations observe(std::uint64_t time) const {
    return {truth_.ensemble.col(0).tail(2) +
                options_.noise * normals(2, 1, key(Purpose::twin_error, time)).col(0),
            Eigen::VectorXd::Constant(2, options_.noise * options_.noise)};
  }

  /// Weighs and resamples; the estimate is the mean in between.
  double filter_particles(const Observations& seen, std::uint64_t time) {
    Eigen::MatrixXd& particles = particles_.ensemble;
    const auto n = static_cast<double>(particles.cols());
    const Eigen::VectorXd alike = Eigen::VectorXd::Constant(particles.cols(), 1 / n);
    const Eigen::VectorXd weights = weigh(particles.bottomRows(2), seen, alike);
    const double error = error_of(particles * weights, truth_.ensemble);
    resample(uniform(key(Purpose::ensemble_resampling, time), 0), weights, particles);
    return error;
  }

  VortexTwinOptions options_;
  std::uint64_t number_;
  NoisyVortices truth_;
  NoisyVortices free_;
  NoisyVortices ensemble_;
  NoisyVortices particles_;
};

VortexScore score_of(std::vector<RunErrors> errors) {
  VortexScore score;
  for (const RunErrors& error : errors) score.n_failed += error.last > kLost;
  std::ranges::sort(errors, {}, &RunErrors::mean);
  const std::size_t n = errors.size();
  score.median_error = (errors[(n - 1) / 2].mean() + errors[n / 2].mean()) / 2;
  const std::size_t rank = lower_rank_of_median(n);
  score.median_interval = {errors[rank].mean(), errors[n - 1 - rank].mean()};
  return score;
}

}  // namespace

std::size_t lower_rank_of_median(std::size_t n) {
  constexpr double kTail = 0.025;
  // Logarithms, for 2^-n is no double from n = 1,075 on.
  double log_chance = -static_cast<double>(n) * std::numbers::ln2;
  double sum = 0;
  std::size_t rank = 0;
  while (rank < n / 2 && sum + std::exp(log_chance) <= kTail) {
    sum += std::exp(log_chance);
    ++rank;
    log_chance += std::log(static_cast<double>(n + 1 - rank) / static_cast<double>(rank));
  }
  return rank == 0 ? 0 : rank - 1;
}

VortexTwinScores run_vortex_twin(const VortexTwinOptions& options) {
  steps_between(options);
  require(options.noise > 0, "noise is " + std::to_string(options.noise) + ": give one above 0");
  require(options.n_runs >= 1, "n_runs is " + std::to_string(options.n_runs) + ": give at least 1");
  const auto n_runs = static_cast<std::size_t>(options.n_runs);
  std::array<std::vector<RunErrors>, VortexRun::kMethods> errors;
  for (auto& of_method : errors) of_method.resize(n_runs);
  parallel_for(n_runs, options.threads, [&](std::size_t i) {
    const auto of_run = VortexRun(options, i).errors();
    for (std::size_t method = 0; method < VortexRun::kMethods; ++method)
      errors[method][i] = of_run[method];
  });
  return {score_of(errors[VortexRun::kFree]), score_of(errors[VortexRun::kEnsemble]),
          score_of(errors[VortexRun::kParticles])};
}

}  // namespace lagoon::flow
