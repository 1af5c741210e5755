#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/streaming/streaming.hpp"
#include "contrastive/threads.hpp"
#include "tests/contrastive/objective/cases.hpp"
#include "tests/contrastive/objective/streaming/problems.hpp"
#include "tests/support/study.hpp"
#include "tests/support/tolerances.hpp"

// The (B_u, B_v) matrix is never there.
namespace lagoon::contrastive::tests {
namespace {

constexpr double kMebi = 1 << 20;

/// A field of /proc/self/status, in bytes.
double status(const std::string& field) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(field + ":")) return 1024 * std::stod(line.substr(field.size() + 1));
  }
  return 0;
}

/// How many bytes more than before were resident at the peak of run(); below 0 where the system
/// does not tell.
template <class Run>
double peak_of(Run&& run) {
  std::ofstream reset("/proc/self/clear_refs");
  reset << "5" << std::flush;  // VmHWM becomes VmRSS
  const double before = status("VmRSS");
  if (!reset || before == 0 || status("VmHWM") > before + kMebi) return -1;
  run();
  return status("VmHWM") - before;
}

/// Value and gradients of the two-sided sum.
std::vector<torch::Tensor> loss_and_gradients(const Problem& problem, bool is_streaming) {
  const torch::Tensor u = problem.u.requires_grad_(), v = problem.v.requires_grad_();
  const LogMeanExps sums =
      is_streaming ? streaming_log_mean_exps({u, v}, {}) : log_mean_exps(at::mm(u, v.t()), {});
  const torch::Tensor loss = (sums.rows.mean() + sums.columns.mean()) / 2;
  auto result = torch::autograd::grad({loss}, {u, v});
  result.insert(result.begin(), {sums.rows.detach(), sums.columns.detach()});
  return result;
}

/// Some rows of normalisers and gradient, from their definitions in double precision.
void expect_right(const Problem& problem, const std::vector<torch::Tensor>& results) {
  constexpr std::int64_t kChecked = 5;
  const torch::NoGradGuard no_grad;
  const auto n_u = static_cast<double>(problem.u.size(0));
  const auto n_v = static_cast<double>(problem.v.size(0));
  const torch::Tensor v = problem.v.to(at::kDouble);
  const torch::Tensor log_rho = at::mm(problem.u.narrow(0, 0, kChecked).to(at::kDouble), v.t());
  const torch::Tensor rows = at::logsumexp(log_rho, {1}) - std::log(n_v);
  EXPECT_LT(relative_difference(results[0].narrow(0, 0, kChecked), rows),
            lagoon::tests::kStreaming);
  const torch::Tensor of_rows = (log_rho - rows.unsqueeze(1)).exp();
  const torch::Tensor of_columns = (log_rho - results[1].to(at::kDouble)).exp();
  const torch::Tensor gradient = at::mm(of_rows + of_columns, v) / (2 * n_u * n_v);
  EXPECT_LT(relative_difference(results[2].narrow(0, 0, kChecked), gradient),
            lagoon::tests::kStreaming);
}

void expect_small(std::int64_t n, std::int64_t dims, double limit) {
#if defined(LAGOON_SANITIZED)
  GTEST_SKIP() << "sanitizers keep what is freed";
#endif
  const Problem problem = random_problem(n, n, dims, 0.07);
  loss_and_gradients(random_problem(300, 300, dims, 0.07), true);  // starts threads and libraries
  std::vector<torch::Tensor> results;
  const double peak = peak_of([&] { results = loss_and_gradients(problem, true); });
  if (peak < 0) GTEST_SKIP() << "no peaks in /proc/self/status";
  std::printf("peak %.1f MiB of a matrix of %.0f MiB\n", peak / kMebi,
              4.0 * static_cast<double>(n * n) / kMebi);
  EXPECT_LT(peak, limit);
  expect_right(problem, results);
}

TEST(StreamingMemory, is_an_eighth_of_a_matrix_of_16384_at_most) {
  constexpr std::int64_t kRows = 16384;
  set_threads(0);
  expect_small(kRows, 64, 4.0 * kRows * kRows / 8);
  set_threads(1);
}

TEST(StreamingMemory, the_meter_sees_a_matrix) {
  const Problem problem = random_problem(3000, 3000, 8, 0.07);
  const double peak = peak_of([&] { loss_and_gradients(problem, false); });
  if (peak < 0) GTEST_SKIP() << "no peaks in /proc/self/status";
  EXPECT_GT(peak, 4.0 * 3000 * 3000);
}

/// The figure asked for; a minute of one core. ctest -L study.
using StreamingStudy = lagoon::tests::Study<>;

TEST_F(StreamingStudy, gradients_of_65536_pairs_take_less_than_a_gibibyte) {
  set_threads(0);
  expect_small(65536, 128, 1024 * kMebi);
  set_threads(1);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
