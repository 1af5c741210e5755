#include "flow/numerics/fftw_plan.hpp"

#include <mutex>

#include <fftw3.h>

namespace lagoon::flow {
namespace {

/// Only fftw_execute may run in several threads at once.
std::mutex& planner_mutex() {
  static std::mutex mutex;
  return mutex;
}

fftw_complex* as_fftw(std::complex<double>* numbers) {
  return reinterpret_cast<fftw_complex*>(numbers);
}

}  // namespace

FftwPlan FftwPlan::forward(int n, double* values, std::complex<double>* spectrum) {
  const std::lock_guard lock(planner_mutex());
  return FftwPlan(fftw_plan_dft_r2c_2d(n, n, values, as_fftw(spectrum), FFTW_ESTIMATE));
}

FftwPlan FftwPlan::backward(int n, std::complex<double>* spectrum, double* values) {
  const std::lock_guard lock(planner_mutex());
  return FftwPlan(fftw_plan_dft_c2r_2d(n, n, as_fftw(spectrum), values, FFTW_ESTIMATE));
}

void FftwPlan::execute() const {
  fftw_execute(plan_.get());
}

void FftwPlan::Destroy::operator()(fftw_plan_s* plan) const {
  const std::lock_guard lock(planner_mutex());
  fftw_destroy_plan(plan);
}

}  // namespace lagoon::flow
