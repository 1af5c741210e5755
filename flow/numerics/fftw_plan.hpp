#pragma once

#include <complex>
#include <memory>

struct fftw_plan_s;

namespace lagoon::flow {

/// A plan of FFTW's between n x n real values and the half (n, n / 2 + 1) of their spectrum that
/// FFTW stores, unnormalised. Plans are made and freed under one lock, for FFTW does not: several
/// threads may have plans of their own. They are estimated, not measured, and so the same in every
/// run: so are the bits. The buffers must outlive the plan.
class FftwPlan {
 public:
  /// From values to spectrum; and back, which overwrites the spectrum.
  static FftwPlan forward(int n, double* values, std::complex<double>* spectrum);
  static FftwPlan backward(int n, std::complex<double>* spectrum, double* values);

  void execute() const;

 private:
  struct Destroy {
    void operator()(fftw_plan_s* plan) const;
  };
  explicit FftwPlan(fftw_plan_s* plan) : plan_(plan) {}

  std::unique_ptr<fftw_plan_s, Destroy> plan_;
};

}  // namespace lagoon::flow
