#include "flow/assimilation/conditional_gaussian/torus_twin.hpp"

#include <cmath>
#include <complex>
#include <span>
#include <string>
#include <vector>

#include "flow/assimilation/conditional_gaussian/amplitude_filter.hpp"
#include "flow/error.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/law/law_options.hpp"
#include "flow/numerics/cholesky.hpp"
#include "flow/prior.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;
using Eigen::Index;
using Eigen::VectorXd;

constexpr double kDamping = 0.5;
constexpr double kVariance = 0.25;       // E|u_k|^2
constexpr double kStartVariance = 1e-4;  // the filter's, of u_k
constexpr double kDrifterNoise = 0.01;   // standard deviation in unit time
constexpr double kSpinUp = 1;

/// One of k and -k, which together are one real field.
ModeTable half_of_the_modes(TorusModes modes) {
  ModeTable table;
  table.modes = half_plane_of(square_modes(2));
  for (std::size_t m = 0; m < table.modes.size(); ++m) {
    const double squared = k_squared(table.modes, m) + (modes == TorusModes::geostrophic ? 1 : 0);
    const double size = 2 * std::sqrt(kVariance / squared);
    table.prior_std.push_back(size / (kTwoPi * kTwoPi));
  }
  table.omega.assign(table.modes.size(), 0);
  table.damping.assign(table.modes.size(), kDamping);
  return table;
}

/// A truth and what was seen of it.
struct Drawn {
  std::vector<Complex> psi_hat;     ///< (mode)
  std::vector<Complex> amplitudes;  ///< (time, mode)
  std::vector<double> x, y;         ///< (drifter, time)
};

Drawn draw(const Law& law, std::uint64_t seed) {
  Drawn drawn;
  drawn.psi_hat.resize(law.n_modes());
  draw_psi_hat(law, {seed, Purpose::test, 0}, drawn.psi_hat);
  drawn.amplitudes.resize(law.n_times() * law.n_modes());
  draw_amplitudes(law, {seed, Purpose::test_amplitude, 0}, drawn.psi_hat, drawn.amplitudes);
  drawn.x.resize(law.n_positions());
  drawn.y.resize(drawn.x.size());
  const DrawKey diffusion = {seed, Purpose::test_diffusion, 0};
  integrate_fixed(law, {Method::euler_maruyama}, {drawn.psi_hat, drawn.amplitudes, {&diffusion, 1}},
                  1, drawn.x, drawn.y);
  return drawn;
}

/// Sums over times of how the filter does.
class Score {
 public:
  Score(const Law& law, const ControlSpace& space) : speed_(space.n_coefficients()) {
    for (Index i = 0; i < speed_.size(); ++i) {
      const auto mode = static_cast<std::size_t>(i / 2);
      speed_[i] = space.scale(mode) * std::sqrt(k_squared(law.modes, space.modes()[mode]));
    }
  }

  void add(const VectorXd& truth, const GaussianPosterior& estimate) {
    error_ += speed_.cwiseProduct(estimate.mean - truth).squaredNorm();
    size_ += speed_.cwiseProduct(truth).squaredNorm();
    const double trace = estimate.covariance.trace() - static_cast<double>(truth.size());
    dispersion_ += trace / 2 - half_log_determinant(estimate.covariance.llt());
    signal_ += estimate.mean.squaredNorm() / 2;
    ++n_;
  }

  TorusScore score() const { return {std::sqrt(error_ / size_), dispersion_ / n_, signal_ / n_}; }

 private:
  VectorXd speed_;  ///< of a unit of each coefficient, but for a factor
  double error_ = 0, size_ = 0, dispersion_ = 0, signal_ = 0;
  int n_ = 0;
};

GaussianPosterior at_truth(const ControlSpace& space, const std::vector<Complex>& psi_hat) {
  GaussianPosterior start = prior_of(space);
  start.mean = space.control(psi_hat);
  start.covariance *= kStartVariance / kVariance;
  return start;
}

}  // namespace

Law torus_law(const TorusTwin& twin) {
  LawOptions options;
  options.law_seed = twin.seed;
  options.prior = "table";
  options.mode_table = half_of_the_modes(twin.modes);
  options.scale = "none";
  options.diffusivity = std::pow(kDrifterNoise / kTwoPi, 2) / 2;
  options.final_time = twin.final_time;
  options.n_times = static_cast<int>(std::lround(twin.final_time / twin.step));
  options.release = "uniform";
  options.n_drifters = twin.n_drifters;
  return make_law(options);
}

TorusScore run_torus_twin(const TorusTwin& twin) {
  require(twin.final_time > kSpinUp,
          "the torus twin is scored after t = 1, and its final time is " +
              std::to_string(twin.final_time) + ": make it longer");
  const Law law = torus_law(twin);
  const ControlSpace space(law);
  const Drawn drawn = draw(law, twin.seed);
  Score score(law, space);
  ConditionalGaussianFilter filter(at_truth(space, drawn.psi_hat));
  filter_amplitudes(law, space, {drawn.x, drawn.y}, filter,
                    [&](std::size_t j, const ConditionalGaussianFilter& now) {
                      if (law.times[j] <= kSpinUp) return;
                      const std::span amplitudes(drawn.amplitudes);
                      score.add(space.control(amplitudes.subspan(j * law.n_modes(), law.n_modes())),
                                now.state());
                    });
  return score.score();
}

}  // namespace lagoon::flow
