#include "flow/advection/stochastic_steps.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "flow/random.hpp"
#include "tests/support/convergence.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

template <std::size_t M>
using Increments = std::vector<std::array<double, M>>;

constexpr int kFinest = 512;
constexpr std::uint64_t kPaths = 1000;

/// Increments of two Wiener processes over [0, 1] at the finest step.
Increments<2> wiener_path(std::uint64_t path) {
  Increments<2> increments;
  for (std::uint32_t i = 0; i < kFinest; ++i) {
    auto pair = normal_pair(1, Purpose::test_diffusion, path, i);
    for (double& value : pair) value /= std::sqrt(double{kFinest});
    increments.push_back(pair);
  }
  return increments;
}

/// The same path in `steps` steps, the first M processes of it.
template <std::size_t M>
Increments<M> coarsened(const Increments<2>& fine, int steps) {
  Increments<M> coarse(static_cast<std::size_t>(steps));
  for (std::size_t i = 0; i < fine.size(); ++i)
    for (std::size_t j = 0; j < M; ++j) coarse[i * coarse.size() / fine.size()][j] += fine[i][j];
  return coarse;
}

/// An equation on [0, 1], and the truth for the path of which `fine` are the increments.
template <std::size_t N, std::size_t M>
struct Equation {
  using State = std::array<double, N>;
  std::function<State(const State&, double)> drift;
  std::function<std::array<std::array<double, M>, N>(const State&, double)> diffusion;
  State start;
  std::function<State(const Increments<2>& fine)> truth;
};

enum class Scheme { euler_maruyama, heun };

template <std::size_t N, std::size_t M>
std::array<double, N> end_of(const Equation<N, M>& equation, const Increments<M>& increments,
                             Scheme scheme) {
  auto x = equation.start;
  const double dt = 1.0 / static_cast<double>(increments.size());
  for (std::size_t i = 0; i < increments.size(); ++i) {
    const double t = static_cast<double>(i) * dt;
    x = scheme == Scheme::heun
            ? heun_step(equation.drift, equation.diffusion, x, t, dt, increments[i])
            : euler_maruyama_step(equation.drift, equation.diffusion, x, t, dt, increments[i]);
  }
  return x;
}

/// The strong order: of the root of the mean square error at the end, path by path.
template <std::size_t N, std::size_t M>
double strong_order(const Equation<N, M>& equation, Scheme scheme) {
  const std::vector<int> steps = {16, 32, 64, 128};
  std::vector<double> errors(steps.size());
  for (std::uint64_t path = 0; path < kPaths; ++path) {
    const auto fine = wiener_path(path);
    const auto truth = equation.truth(fine);
    for (std::size_t s = 0; s < steps.size(); ++s) {
      const auto end = end_of(equation, coarsened<M>(fine, steps[s]), scheme);
      for (std::size_t i = 0; i < N; ++i) errors[s] += std::pow(end[i] - truth[i], 2) / kPaths;
    }
  }
  for (double& error : errors) error = std::sqrt(error);
  const double order = tests::fitted_order(steps, errors);
  ::testing::Test::RecordProperty("strong_order", std::to_string(order));
  return order;
}

double total(const Increments<2>& fine, std::size_t process) {
  double sum = 0;
  for (const auto& increment : fine) sum += increment[process];
  return sum;
}

/// dX = a X dt + b X dW: exp((a - b^2 / 2) t + b W) in Ito's sense, exp(a t + b W) in
/// Stratonovich's.
Equation<1, 1> geometric_brownian_motion(Scheme sense) {
  constexpr double a = 0.5, b = 0.8;
  using State = std::array<double, 1>;
  const double rate = sense == Scheme::heun ? a : a - b * b / 2;
  return {[](const State& x, double) { return State{a * x[0]}; },
          [](const State& x, double) { return std::array<State, 1>{State{b * x[0]}}; },
          {1.0},
          [rate](const Increments<2>& fine) { return State{std::exp(rate + b * total(fine, 0))}; }};
}

/// dX = -theta X dt + sigma dW: noise that does not depend on X. In each of the finest steps the
/// truth's integral of exp(theta (s - h)) dW is drawn given dW, its rest from the second process.
Equation<1, 1> ornstein_uhlenbeck() {
  constexpr double theta = 2, sigma = 0.7, h = 1.0 / kFinest;
  using State = std::array<double, 1>;
  const auto truth = [](const Increments<2>& fine) {
    const double decay = std::exp(-theta * h);
    const double slope = (1 - decay) / (theta * h);
    const double rest = std::sqrt(((1 - decay * decay) / (2 * theta) - slope * slope * h) / h);
    double x = 1;
    for (const auto& [dW, other] : fine) x = decay * x + sigma * (slope * dW + rest * other);
    return State{x};
  };
  return {[](const State& x, double) { return State{-theta * x[0]}; },
          [](const State&, double) { return std::array<State, 1>{State{sigma}}; },
          {1.0},
          truth};
}

/// dX = dW1, dY = X dW2, the same in either sense: the columns do not commute. The truth is the sum
/// over the finest steps.
Equation<2, 2> noise_that_does_not_commute() {
  using State = std::array<double, 2>;
  Equation<2, 2> equation = {[](const State&, double) { return State{}; },
                             [](const State& x, double) {
                               return std::array<State, 2>{State{1, 0}, State{0, x[0]}};
                             },
                             {0.0, 0.0},
                             {}};
  equation.truth = [equation](const Increments<2>& fine) {
    return end_of(equation, fine, Scheme::heun);
  };
  return equation;
}

TEST(EulerMaruyama, has_strong_order_one_half_with_multiplicative_noise) {
  const auto equation = geometric_brownian_motion(Scheme::euler_maruyama);
  EXPECT_NEAR(strong_order(equation, Scheme::euler_maruyama), 0.5, tests::kStrongOrder);
}

TEST(EulerMaruyama, has_strong_order_one_with_additive_noise) {
  EXPECT_NEAR(strong_order(ornstein_uhlenbeck(), Scheme::euler_maruyama), 1, tests::kStrongOrder);
}

TEST(Heun, has_strong_order_one_with_one_process) {
  const auto equation = geometric_brownian_motion(Scheme::heun);
  EXPECT_NEAR(strong_order(equation, Scheme::heun), 1, tests::kStrongOrder);
}

TEST(Heun, has_strong_order_one_with_additive_noise) {
  EXPECT_NEAR(strong_order(ornstein_uhlenbeck(), Scheme::heun), 1, tests::kStrongOrder);
}

TEST(Heun, has_strong_order_one_half_where_noises_do_not_commute) {
  EXPECT_NEAR(strong_order(noise_that_does_not_commute(), Scheme::heun), 0.5, tests::kStrongOrder);
}

TEST(StochasticSteps, each_solves_its_own_sense_of_the_equation) {
  // Heun's error against Ito's solution does not fall at all.
  const auto ito = geometric_brownian_motion(Scheme::euler_maruyama);
  EXPECT_LT(strong_order(ito, Scheme::heun), 0.1);
}

// Diffusion in a plane: kappa is 100 m2/s along x and 50 m2/s along y, for two hours.
constexpr double kDuration = 7200;
constexpr int kSteps = 24;
constexpr std::uint64_t kDrifters = 10000;

template <class Step>
std::vector<std::array<double, 2>> diffuse(const Step& step, std::array<double, 2> start) {
  std::vector<std::array<double, 2>> ends;
  const double dt = kDuration / kSteps;
  for (std::uint64_t drifter = 0; drifter < kDrifters; ++drifter) {
    auto x = start;
    for (std::uint32_t i = 0; i < kSteps; ++i) {
      auto dW = normal_pair(2, Purpose::test_diffusion, drifter, i);
      for (double& value : dW) value *= std::sqrt(dt);
      x = step(x, i * dt, dt, dW);
    }
    ends.push_back(x);
  }
  return ends;
}

TEST(Diffusion, mean_square_displacement_is_two_kappa_t) {
  using State = std::array<double, 2>;
  const State kappa = {100, 50};
  const auto still = [](const State&, double) { return State{}; };
  const auto noise = [&](const State&, double) {
    return std::array<State, 2>{State{std::sqrt(2 * kappa[0]), 0},
                                State{0, std::sqrt(2 * kappa[1])}};
  };
  const auto ends =
      diffuse([&](const State& x, double t, double dt,
                  const State& dW) { return euler_maruyama_step(still, noise, x, t, dt, dW); },
              {0, 0});
  for (std::size_t i = 0; i < 2; ++i) {
    double square = 0;
    for (const State& end : ends) square += end[i] * end[i] / kDrifters;
    const double expected = 2 * kappa[i] * kDuration;
    const double standard_error = expected * std::sqrt(2.0 / kDrifters);
    EXPECT_NEAR(square, expected, 3 * standard_error);
  }
}

TEST(Diffusion, drifters_move_up_a_gradient_of_kappa) {
  // kappa = 100 + slope x: the mean moves by slope t, by Ito's drift kappa' or by half of it in
  // Stratonovich's sense.
  using State = std::array<double, 2>;
  constexpr double slope = 0.01;
  const auto kappa = [](const State& x) { return 100 + slope * x[0]; };
  const auto noise = [&](const State& x, double) {
    return std::array<State, 2>{State{std::sqrt(2 * kappa(x)), 0}, State{0, 0}};
  };
  const auto drift = [](double rate) {
    return [rate](const State&, double) { return State{rate, 0}; };
  };
  const auto mean_of = [](const std::vector<State>& ends) {
    double mean = 0;
    for (const State& end : ends) mean += end[0] / kDrifters;
    return mean;
  };
  const auto ito = diffuse(
      [&](const State& x, double t, double dt, const State& dW) {
        return euler_maruyama_step(drift(slope), noise, x, t, dt, dW);
      },
      {0, 0});
  const auto stratonovich =
      diffuse([&](const State& x, double t, double dt,
                  const State& dW) { return heun_step(drift(slope / 2), noise, x, t, dt, dW); },
              {0, 0});
  const double standard_error = std::sqrt(2 * 100 * kDuration / kDrifters);
  EXPECT_NEAR(mean_of(ito), slope * kDuration, 3 * standard_error);
  EXPECT_NEAR(mean_of(stratonovich), slope * kDuration, 3 * standard_error);
}

}  // namespace
}  // namespace lagoon::flow
