// How fast is the fixed-step generator, beside other programs and beside what the processor allows?
//
//   generator_benchmark [--threads=N] [--seconds=S] [--json=FILE]
//
// All follow the same drifters in the same 49-mode flows with the same RK4 steps. First they must
// give the same trajectories; then each is timed for S seconds (default 1) in turn, and its best
// window counts. Rates are drifter steps per second of one core, by processor time; with more
// threads (default 1) the kernels also share caches and clocks. Compared with
//   direct_sum    RK4 over the sum of 49 modes by libm (tests/support/flows.hpp); aim 200
//   plain_odeint  Boost.Odeint's RK4 on doubles over the same separable sum; aim 8
//   port limit    the rate at which a core could do the arithmetic of a step (port_limit.hpp): a
//                 step's vector instructions of floating-point arithmetic, counted in this program
//                 by objdump, at the measured rate of fused multiplications in a loop of nothing
//                 else; aims 70% with 64 drifters a flow, 40% with one (that the table of the
//                 coefficients is made twice a step for one drifter is not in the limit).
// python_generators.py reads the JSON file and compares with NumPy and SciPy.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "flow/integration/accuracy.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/kernels/instruction_sets.hpp"
#include "tests/benchmarks/plain_odeint.hpp"
#include "tests/benchmarks/port_limit.hpp"
#include "tests/benchmarks/stopwatch.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::tests {
namespace {

using flow::Method;
using flow::Precision;

constexpr int kStepsPerInterval = 10;

struct Settings {
  int threads = 1;
  double seconds = 1;
  std::string json;
};

/// Some flows of the quick preset's law, with as many drifters each.
struct Work {
  Work(int n_drifters, std::size_t n_flows, double diffusivity = 0) {
    flow::LawOptions options;
    options.release = "uniform";
    options.n_drifters = n_drifters;
    options.diffusivity = diffusivity;
    law = make_law(options);
    psi_hat = draw_flows(law, n_flows);
    paths = empty_paths(law, psi_hat);
    keys.resize(n_flows);
    for (std::size_t i = 0; i < n_flows; ++i) keys[i].sample = i;
  }

  std::size_t n_flows() const { return keys.size(); }
  double drifter_steps() const { return static_cast<double>(paths.x.size()) * kStepsPerInterval; }

  flow::Law law;
  Coefficients psi_hat;
  std::vector<flow::DrawKey> keys;
  Paths paths;
};

void run_kernel(Work& work, Method method, Precision precision, int threads) {
  flow::integrate_fixed(work.law, {method, precision, kStepsPerInterval},
                        {work.psi_hat, {}, work.keys}, threads, work.paths.x, work.paths.y);
}

void run_direct_sum(Work& work) {
  work.paths = direct_sum_paths(work.law, work.psi_hat, kStepsPerInterval);
}

void run_plain_odeint(Work& work) {
  const std::size_t size = work.law.n_drifters() * work.law.n_times();
  for (std::size_t i = 0; i < work.n_flows(); ++i) {
    plain_odeint_paths(work.law, flow_of(work.law, work.psi_hat, i), kStepsPerInterval,
                       std::span(work.paths.x).subspan(i * size, size),
                       std::span(work.paths.y).subspan(i * size, size));
  }
}

bool is_close(const char* name, const Work& work, const Work& expected, double allowed) {
  const double difference = largest_difference(work.paths, expected.paths);
  std::printf("  %-12s differs by %.1e (allowed %.0e)\n", name, difference, allowed);
  return difference < allowed;
}

bool prove_equality(int n_drifters, std::size_t n_flows, int threads) {
  std::printf("equality, %d drifters in each of %zu flows, %d steps\n", n_drifters, n_flows,
              100 * kStepsPerInterval);
  Work work(n_drifters, n_flows);
  Work expected(n_drifters, n_flows);
  run_direct_sum(expected);
  run_plain_odeint(work);
  bool equal = is_close("plain_odeint", work, expected, kSeparableSum);
  run_kernel(work, Method::runge_kutta4, Precision::float64, threads);
  equal &= is_close("float64", work, expected, kSeparableSum);
  run_kernel(work, Method::runge_kutta4, Precision::float32, threads);
  return is_close("float32", work, expected, kSinglePrecisionPath) && equal;
}

/// Prints and keeps a rate of drifter steps.
double record(nlohmann::json& results, const std::string& name, double rate) {
  std::printf("  %-34s %9.3f M drifter steps/s and core\n", name.c_str(), rate * 1e-6);
  results["drifter_steps_per_second"][name] = rate;
  return rate;
}

double time_kernel(const Settings& settings, int n_drifters, std::size_t n_flows, Method method,
                   Precision precision, nlohmann::json& results) {
  Work work(n_drifters, n_flows, method == Method::runge_kutta4 ? 0 : 0.01);
  const double rate = best_rate(work.drifter_steps(), settings.seconds,
                                [&] { run_kernel(work, method, precision, settings.threads); });
  return record(results,
                to_string(method) + "/" + to_string(precision) + "/" + std::to_string(n_drifters),
                rate);
}

double time_other(const Settings& settings, const char* name, int n_drifters, std::size_t n_flows,
                  void (*run)(Work&), nlohmann::json& results) {
  Work work(n_drifters, n_flows);
  const double rate = best_rate(work.drifter_steps(), settings.seconds, [&] { run(work); });
  return record(results, std::string(name) + "/" + std::to_string(n_drifters), rate);
}

void print_ratio(nlohmann::json& results, const std::string& name, double ratio, double aim) {
  std::printf("  %-34s %9.1f (aim %.0f)\n", name.c_str(), ratio, aim);
  results["ratios"][name] = ratio;
}

/// Prints which share of the port limit the two rates of one precision are.
void print_shares(const Settings& settings, Precision precision, double with_many, double with_one,
                  nlohmann::json& results) {
  const std::string set = flow::instruction_set();
  const auto n_instructions = instructions_per_step(set, precision);
  const auto peak = peak_fused_rate(set, precision, settings.seconds);
  if (!n_instructions || !peak) {
    std::printf("  no port limit for %s (or no objdump)\n", set.c_str());
    return;
  }
  const double vector_bytes = set == "avx512" ? 64 : 32;
  const double lanes = vector_bytes / (precision == Precision::float64 ? 8 : 4);
  const double limit = *peak / *n_instructions * lanes;
  std::printf("  %s: %.2f G instructions/s, %d a step: limit %.1f M drifter steps/s and core\n",
              to_string(precision).c_str(), *peak * 1e-9, *n_instructions, limit * 1e-6);
  results["instructions_per_step"][to_string(precision)] = *n_instructions;
  results["limit"][to_string(precision)] = limit;
  print_ratio(results, "% of the limit/" + to_string(precision) + "/64", 100 * with_many / limit,
              70);
  print_ratio(results, "% of the limit/" + to_string(precision) + "/1", 100 * with_one / limit, 40);
}

/// The flows that other languages are asked to follow, with lagoon's end positions.
nlohmann::json example() {
  Work work(2, 4);
  run_kernel(work, Method::runge_kutta4, Precision::float64, 1);
  nlohmann::json flows = nlohmann::json::array();
  for (const std::complex<double>& value : work.psi_hat) {
    flows.push_back({value.real(), value.imag()});
  }
  return {{"k", work.law.modes.k},
          {"l", work.law.modes.l},
          {"omega", work.law.omega},
          {"psi_hat", flows},
          {"release_x", work.law.release_x},
          {"release_y", work.law.release_y},
          {"times", work.law.times},
          {"steps_per_interval", kStepsPerInterval},
          {"max_error", measure_step(work.law, kStepsPerInterval, 256, 1).max_error},
          {"x", work.paths.x},
          {"y", work.paths.y}};
}

void time_all(const Settings& settings, nlohmann::json& results) {
  std::printf("rates, %d threads, instruction set %s\n", settings.threads,
              flow::instruction_set().c_str());
  double of_rk4[2][2] = {};
  for (const Precision precision : {Precision::float64, Precision::float32}) {
    const auto p = static_cast<std::size_t>(precision);
    const auto rate = [&](int n_drifters, std::size_t n_flows, Method method) {
      return time_kernel(settings, n_drifters, n_flows, method, precision, results);
    };
    of_rk4[p][0] = rate(64, 32, Method::runge_kutta4);
    of_rk4[p][1] = rate(1, 1024, Method::runge_kutta4);
    rate(64, 32, Method::euler_maruyama);
    rate(64, 32, Method::heun);
  }
  const double direct_sum = time_other(settings, "direct_sum", 64, 1, run_direct_sum, results);
  const double plain = time_other(settings, "plain_odeint", 64, 4, run_plain_odeint, results);

  std::printf("ratios\n");
  for (const Precision precision : {Precision::float64, Precision::float32}) {
    const auto& [with_many, with_one] = of_rk4[static_cast<std::size_t>(precision)];
    print_shares(settings, precision, with_many, with_one, results);
  }
  print_ratio(results, "float64/64 over direct_sum", of_rk4[0][0] / direct_sum, 200);
  print_ratio(results, "float64/64 over plain_odeint", of_rk4[0][0] / plain, 8);
}

Settings parse(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const std::string value = argument.substr(std::min(argument.size(), argument.find('=') + 1));
    if (argument.starts_with("--threads=")) settings.threads = std::atoi(value.c_str());
    if (argument.starts_with("--seconds=")) settings.seconds = std::atof(value.c_str());
    if (argument.starts_with("--json=")) settings.json = value;
  }
  return settings;
}

int run_all(const Settings& settings) {
  if (!prove_equality(64, 2, settings.threads) || !prove_equality(1, 64, settings.threads)) {
    return 1;
  }
  nlohmann::json results = {{"instruction_set", flow::instruction_set()},
                            {"threads", settings.threads}};
  time_all(settings, results);
  if (settings.json.empty()) return 0;
  results["example"] = example();
  std::ofstream(settings.json) << results.dump(1) << '\n';
  return 0;
}

}  // namespace
}  // namespace lagoon::tests

int main(int argc, char** argv) {
  return lagoon::tests::run_all(lagoon::tests::parse(argc, argv));
}
